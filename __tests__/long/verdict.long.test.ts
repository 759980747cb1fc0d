import { describe, expect, it } from '@jest/globals';
import { HELMS } from '../e2e/step.ts';
import { proveCase } from '../e2e/verdict.ts';
import { CALLED, TIMED_OUT, TOLERATED } from '../e2e/verdict-cases.ts';

/** Every row on both Helms; a row whose fault needs 60 s to become certain takes that long. */
describe.each(HELMS)('every row with %s', (helm) => {
  it.concurrent.each([...CALLED, ...TOLERATED, ...TIMED_OUT])('$name', async (row) => {
    const run = await proveCase(row, helm);
    expect(run.outputs.status).toBe(row.status);
  }, 300_000);
});
