import { mayWatchAll } from '../cluster/access.ts';
import { type Observation, observe } from '../cluster/observe.ts';
import { type KubeObject, keyOf, refOf } from '../kubernetes/object.ts';
import { type ImageDifference, type ImageUse, imageDifferences, imagesOf } from '../rollout/images.ts';
import { EMPTY_LEDGER } from '../rollout/ledger.ts';
import { baselineOf, hasSecretMakers, trackObjects } from '../rollout/tracked.ts';
import { type Baseline, judge, type Tracked } from '../rollout/verdict.ts';
import { planWatches } from '../rollout/watch-plan.ts';
import type { Rendered } from './helm.ts';
import { deployed, latest, type Revision } from './history.ts';
import { type HealthyRevision, lastHealthy } from './last-healthy.ts';
import { parseManifest } from './manifest.ts';
import type { ReleasePorts } from './settlement.ts';

/** What is known of a release before anything is done to it. */
export interface Facts {
  history: Revision[];
  /** The revision to go back to when the upgrade fails; undefined for a first install. */
  target: HealthyRevision | undefined;
  /** The new objects, as Helm's dry run rendered them. */
  rendered: KubeObject[];
  tracked: Tracked[];
  baseline: Baseline;
  /** Images of the release's healthy workloads that really run. */
  runningImages: ImageUse[];
  /** Where they differ from what the deployed revision says: somebody changed them by hand. */
  hotFixes: ImageDifference[];
  /** What this upgrade makes of the running images. */
  imageChanges: ImageDifference[];
  hasSecretMakers: boolean;
  /** The release's objects before and after, for the Secrets among them. */
  all: KubeObject[];
  /** Helm 4: the deployed revision was applied on the server, and the upgrade overwrites what others set there. */
  forceConflicts: boolean;
  /** Helm 4: how it can wait for these objects. */
  waitStrategy: 'watcher' | 'legacy';
  /** The live picture goes on until it is closed. */
  observation: Observation;
}

/** Reads manifests and live objects beside the `rendering` of the upgrade; the release must not be pending. Writes nothing. */
export async function inspect(ports: ReleasePorts, rendering: Promise<Rendered>, history: Revision[]): Promise<Facts> {
  const { helm } = ports;
  const current = deployed(history);
  const namespace = helm.target.namespace;
  const [rendered, before, method, rules] = await Promise.all([
    rendering,
    current ? helm.manifest(current.number) : '',
    current ? helm.applyMethod(current.number) : undefined,
    helm.major === 4 ? ports.kubectl.rules(namespace) : [],
  ]);
  const objects = parseManifest(rendered.manifest, namespace);
  const old = parseManifest(before, namespace);
  const tracked = trackObjects(objects, hookObjects(rendered, namespace), old);
  const watched = [...objects, ...hookObjects(rendered, namespace), ...old];
  const observation = await observe(ports.api, planWatches(watched), { revive: ports.revive });

  const picture = observation.picture();
  const oldTracked = trackObjects(old, [], old);
  const situation = { tracked: oldTracked, baseline: baselineOf(picture, oldTracked), picture, ledger: EMPTY_LEDGER };
  const { verdict } = judge({ ...situation, applied: true, waitForJobs: false, hasSecretMakers: false });
  const onlyDeployed = current !== undefined && current.number === latest(history)?.number;
  const broken = verdict.standing.some((cause) => Number.isFinite(cause.finalAt));
  const health = verdict.state === 'healthy' ? 'healthy' : broken ? 'broken' : 'unclear';

  const baseline = baselineOf(picture, tracked);
  const healthy = healthyWorkloads(picture.objects, old, situation.baseline);
  return {
    history,
    // With a newer, failed revision on top, what is live is not the deployed revision's doing.
    target: lastHealthy(history, { deployedIs: onlyDeployed ? health : 'unclear' }),
    rendered: objects,
    tracked,
    baseline,
    runningImages: imagesOf(healthy),
    hotFixes: imageDifferences(imagesOf(old), imagesOf(healthy)),
    imageChanges: imageDifferences(imagesOf(picture.objects), imagesOf(objects)),
    hasSecretMakers: hasSecretMakers(objects),
    all: [...objects, ...old],
    forceConflicts: method === 'ssa',
    waitStrategy: mayWatchAll(objects, namespace, rules) ? 'watcher' : 'legacy',
    observation,
  };
}

/** Hooks of an upgrade or install; test hooks are not part of it. */
function hookObjects({ hooks }: Rendered, namespace: string): KubeObject[] {
  const ran = hooks.filter((hook) => hook.events.some((event) => /^(pre|post)-(install|upgrade)$/.test(event)));
  return ran.flatMap((hook) => parseManifest(hook.manifest, namespace));
}

function healthyWorkloads(live: readonly KubeObject[], old: readonly KubeObject[], baseline: Baseline): KubeObject[] {
  const names = new Set(old.map((object) => keyOf(refOf(object))));
  return live.filter((object) => {
    const key = keyOf(refOf(object));
    return names.has(key) && !baseline.brokenWorkloads.has(key);
  });
}
