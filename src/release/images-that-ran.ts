import { observe } from '../cluster/observe.ts';
import { type ImageUse, imagesOf, imagesStillReady } from '../rollout/images.ts';
import { planWatches } from '../rollout/watch-plan.ts';
import { deployed, latest, type Revision } from './history.ts';
import { lastHealthy } from './last-healthy.ts';
import { parseManifest } from './manifest.ts';
import type { ReleasePorts } from './settlement.ts';

/**
 * The images that ran before an upgrade whose runner was lost with all that it knew: what the pods that are still ready run, where
 * that is not what the upgrade wanted. Told only of an upgrade that came right after the revision gone back to; of anything else,
 * and where ready pods disagree, nothing is known and the chart's own images come back. Throws what the cluster's readers throw.
 */
export async function imagesThatRan(ports: ReleasePorts, history: readonly Revision[]): Promise<ImageUse[]> {
  const { helm, api, revive } = ports;
  const pending = latest(history);
  const before = deployed(history);
  const isFirstTry = before !== undefined && lastHealthy(history)?.revision.number === before.number;
  if (pending?.status !== 'pending-upgrade' || !isFirstTry || pending.number !== before.number + 1) return [];
  const wanted = parseManifest(await helm.manifest(pending.number), helm.target.namespace);
  const observation = await observe(api, planWatches(wanted), { revive });
  try {
    return imagesStillReady(observation.picture(), imagesOf(wanted));
  } finally {
    observation.close();
  }
}
