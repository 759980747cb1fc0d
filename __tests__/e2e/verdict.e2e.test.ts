import { describe, expect, it } from '@jest/globals';
import { drawHelms, seeded } from './draw.ts';
import { proveCase } from './verdict.ts';
import { CALLED, TIMED_OUT, TOLERATED, type VerdictCase } from './verdict-cases.ts';

const { seed, random } = seeded();
process.stderr.write(`verdict rows and Helms drawn with HELM_ROLLOUT_SEED=${seed}\n`);

/** One row of each rule, drawn; every row stands with both Helms in npm run test:long. */
function representatives(): VerdictCase[] {
  const byRule = Map.groupBy(CALLED, (row) => row.rule);
  return [...byRule.values()].flatMap((rows) => rows[Math.floor(random() * rows.length)] ?? []);
}

describe('the verdict, one row a rule', () => {
  const rows = [...representatives(), ...TOLERATED.slice(0, 3), ...TIMED_OUT];
  const drawn = rows.flatMap((row) => drawHelms(random).map((helm) => ({ name: row.name, helm, row })));
  it.concurrent.each(drawn)('$name, with $helm', async ({ row, helm }) => {
    const run = await proveCase(row, helm);
    expect(run.outputs.status).toBe(row.status);
  }, 240_000);
});
