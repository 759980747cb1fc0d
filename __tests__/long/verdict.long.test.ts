import { afterAll, describe, expect, it } from '@jest/globals';
import { seeded } from '../e2e/draw.ts';
import { HELMS } from '../e2e/step.ts';
import { proveCase } from '../e2e/verdict.ts';
import { CALLED, TIMED_OUT, TOLERATED } from '../e2e/verdict-cases.ts';
import { ResultsFile } from './results.ts';

const ROWS = [...CALLED, ...TOLERATED, ...TIMED_OUT];
const { seed } = seeded();

/** Every row on both Helms; a row whose fault needs 60 s to become certain takes that long. */
describe.each(HELMS)('every row with %s', (helm) => {
  const results = new ResultsFile(helm, seed);
  // A whole run replaces docs/results/rollout-<helm>.json, which docs/rollout.md shows.
  afterAll(() => void results.write(ROWS));

  it.concurrent.each(ROWS)('$name', async (row) => {
    const run = await proveCase(row, helm);
    expect(run.outputs.status).toBe(row.status);
    results.note(row, run);
  }, 300_000);
});
