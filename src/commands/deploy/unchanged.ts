import { isDeepStrictEqual } from 'node:util';
import { type DriftCheck, hasDrifted } from '../../drift/check.ts';
import { type KubeObject, keyOf, refOf } from '../../kubernetes/object.ts';
import { latest } from '../../release/history.ts';
import type { Facts } from '../../release/inspect.ts';
import { parseManifest } from '../../release/manifest.ts';
import type { ReleasePorts } from '../../release/settlement.ts';
import type { WriterJob } from '../job.ts';

/**
 * True when an upgrade would change nothing: the newest revision is deployed and was just seen healthy, the chart renders
 * its manifest and its hooks again, no hook would run, and what is live is what the manifest says. In doubt it is false.
 */
export async function isUnchanged(
  { inputs }: WriterJob,
  ports: ReleasePorts,
  facts: Facts,
  drift: DriftCheck | undefined,
): Promise<boolean> {
  const { target, rendered, before, hooks } = facts;
  const newest = latest(facts.history)?.number;
  if (inputs.force || newest === undefined) return false;
  if (target?.proof !== 'observed' || target.revision.number !== newest) return false;
  const runsHooks = !inputs['helm-args'].includes('--no-hooks') && facts.runsHooks;
  if (runsHooks || !isSame(rendered, before)) return false;
  const stored = parseManifest(await ports.helm.hooks(newest), ports.helm.target.namespace);
  if (!isSame(hooks, stored)) return false;
  // Drift of the newest revision, which is the deployed one here.
  return drift !== undefined && drift.revision.number === newest && hasDrifted(drift) === false;
}

/** The order of a manifest's objects says nothing. */
function isSame(now: readonly KubeObject[], stored: readonly KubeObject[]): boolean {
  return isDeepStrictEqual(sorted(now), sorted(stored));
}

function sorted(objects: readonly KubeObject[]): KubeObject[] {
  const key = (object: KubeObject): string => keyOf(refOf(object));
  return objects.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
