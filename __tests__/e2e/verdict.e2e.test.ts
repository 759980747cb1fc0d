import { describe, expect, it } from '@jest/globals';
import { seeded } from './draw.ts';
import { HELMS } from './step.ts';
import { proveCase } from './verdict.ts';
import { CALLED, TIMED_OUT, TOLERATED, type VerdictCase } from './verdict-cases.ts';

const { seed, random } = seeded();
process.stderr.write(`verdict rows drawn with HELM_ROLLOUT_SEED=${seed}\n`);

/** One row of each rule, drawn; every row stands in npm run test:long. */
function representatives(): VerdictCase[] {
  const byRule = Map.groupBy(CALLED, (row) => row.rule);
  return [...byRule.values()].flatMap((rows) => rows[Math.floor(random() * rows.length)] ?? []);
}

describe.each(HELMS)('the verdict, one row a rule, with %s', (helm) => {
  const rows = [...representatives(), ...TOLERATED.slice(0, 3), ...TIMED_OUT];
  it.concurrent.each(rows)('$name', async (row) => {
    const run = await proveCase(row, helm);
    expect(run.outputs.status).toBe(row.status);
  }, 240_000);
});
