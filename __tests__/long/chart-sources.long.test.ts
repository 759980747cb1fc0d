import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChartServer, startChartServer } from '../e2e/chart-server.ts';
import { TROUBLES, troubleInputs } from '../e2e/chart-troubles.ts';
import { HELMS, Step } from '../e2e/step.ts';

let server: ChartServer;
beforeAll(async () => {
  server = await startChartServer();
});
afterAll(() => server.close());

describe.each(HELMS)('what a source refuses, with %s', (helm) => {
  it.each(TROUBLES)('$kind $given: $sentence', async (trouble) => {
    const step = new Step({ helm, inputs: troubleInputs(trouble, server) });
    try {
      const run = await step.main();
      expect(run.outputs).toEqual({ status: 'refused', reason: expect.stringContaining(trouble.sentence) });
    } finally {
      step.remove();
    }
  });
});
