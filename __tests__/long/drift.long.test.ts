import { afterAll, describe, expect, it } from '@jest/globals';
import { DRIFTED, QUIET } from '../e2e/drift-cases.ts';
import { pearlSystems, proveAdoption } from '../e2e/drift-pearl.ts';
import { proveTable } from '../e2e/drift-table.ts';
import { HELMS, type HelmName } from '../e2e/step.ts';
import { type DriftRun, writeDriftResults } from './drift-results.ts';

const done = new Map<HelmName, DriftRun>();

/** A whole run replaces docs/results/drift.json, which docs/drift.md shows. */
afterAll(() => {
  const [helm3, helm4] = [done.get('helm3'), done.get('helm4')];
  if (helm3 && helm4) writeDriftResults({ helm3, helm4 });
});

describe.each(HELMS)('drift with %s', (helm) => {
  it('every case', async () => {
    const { results, helmVersion } = await proveTable(helm);
    expect(results).toHaveLength(DRIFTED.length + QUIET.length);
    done.set(helm, { helmVersion, cases: results });
  }, 600_000);

  it.each(pearlSystems())('of $name is clean, and again when its hot-fix was adopted', async (system) => {
    await proveAdoption(system, helm);
    expect.hasAssertions();
  }, 600_000);
});
