import { describe, expect, it } from '@jest/globals';
import { seeded } from './draw.ts';
import { DRIFTED, QUIET } from './drift-cases.ts';
import { proveTable } from './drift-table.ts';
import { HELMS } from './step.ts';

const { seed, random } = seeded();
const drawn = HELMS[Math.floor(random() * HELMS.length)] ?? 'helm3';
process.stderr.write(`drift: ${drawn} drawn with HELM_ROLLOUT_SEED=${seed}; npm run test:long has both\n`);

describe('drift', () => {
  it(`tells what people did from what controllers did, with ${drawn}`, async () => {
    const { results } = await proveTable(drawn);
    expect(results).toHaveLength(DRIFTED.length + QUIET.length);
  }, 240_000);
});
