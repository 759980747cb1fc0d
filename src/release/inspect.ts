import type { DaemonSet } from 'kubernetes-types/apps/v1.d.ts';
import { mayWatchAll } from '../cluster/access.ts';
import { type Observation, observe } from '../cluster/observe.ts';
import { type KubeObject, keyOf, refOf } from '../kubernetes/object.ts';
import { type ImageDifference, type ImageUse, imageDifferences, imagesOf } from '../rollout/images.ts';
import { EMPTY_LEDGER } from '../rollout/ledger.ts';
import { find, type Picture } from '../rollout/picture.ts';
import { baselineOf, hasSecretMakers, trackObjects } from '../rollout/tracked.ts';
import { type Baseline, judge, type ObjectState, type Tracked } from '../rollout/verdict.ts';
import { planWatches } from '../rollout/watch-plan.ts';
import type { Rendered } from './helm.ts';
import { deployed, latest, type Revision } from './history.ts';
import { type HealthyRevision, lastHealthy } from './last-healthy.ts';
import { fingerprintOf, parseManifest } from './manifest.ts';
import { isSurelySmall, type RecordSize, recordSize, recordsAre } from './record.ts';
import type { ReleasePorts } from './settlement.ts';
import { specDiffers } from './spec-differs.ts';

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
  /** The release's objects and hooks before and after, for the Secrets among them and those that they refer to. */
  all: KubeObject[];
  /** The record that Helm would write; undefined when it is surely small, or not kept in the cluster. */
  record: RecordSize | undefined;
  /** Helm 4: the last revision was applied on the server, which the upgrade goes by, and it overwrites what others set there. */
  forceConflicts: boolean;
  /** What the deployed revision says, and how far its live objects are. */
  before: KubeObject[];
  states: ObjectState[];
  /** All hooks of the new revision, and the tests among them. */
  hooks: KubeObject[];
  tests: KubeObject[];
  /** The new revision has hooks that an upgrade runs. */
  runsHooks: boolean;
  /** Helm 4: how it can wait for these objects. */
  waitStrategy: 'watcher' | 'legacy';
  /** The live picture goes on until it is closed. */
  observation: Observation;
}

/** Reads manifests and live objects beside the `rendering` of the upgrade; the release must not be pending. Writes nothing. */
export async function inspect(ports: ReleasePorts, rendering: Promise<Rendered>, history: Revision[]): Promise<Facts> {
  const { helm } = ports;
  const current = deployed(history);
  const last = latest(history);
  const namespace = helm.target.namespace;
  const [rendered, before, method, rules] = await Promise.all([
    rendering,
    current ? helm.manifest(current.number) : '',
    last ? helm.applyMethod(last.number) : undefined,
    helm.major === 4 ? ports.kubectl.rules(namespace) : [],
  ]);
  const objects = parseManifest(rendered.manifest, namespace);
  const old = parseManifest(before, namespace);
  const watched = [...objects, ...hookObjects(rendered, namespace), ...old];
  const observation = await observe(ports.api, planWatches(watched), { revive: ports.revive });

  const picture = observation.picture();
  const oldTracked = trackObjects(old, [], old);
  const situation = { tracked: oldTracked, baseline: baselineOf(picture, oldTracked), picture, ledger: EMPTY_LEDGER };
  const { verdict } = judge({ ...situation, applied: true, waitForJobs: false, hasSecretMakers: false });
  const onlyDeployed = current !== undefined && current.number === last?.number;
  const broken = verdict.standing.some((cause) => Number.isFinite(cause.finalAt));
  const health = verdict.state === 'healthy' ? 'healthy' : broken ? 'broken' : 'unclear';

  const changing = trackObjects(objects, hookObjects(rendered, namespace), old);
  const tracked = changing.map((item) => ({ ...item, changes: item.changes || changesLive(item, objects, picture) }));
  const baseline = baselineOf(picture, tracked);
  const healthy = healthyWorkloads(picture.objects, old, situation.baseline);
  // With a newer, failed revision on top, what is live is not the deployed revision's doing.
  const target = lastHealthy(history, { deployedIs: onlyDeployed ? health : 'unclear' });
  return {
    history,
    target: target && { ...target, fingerprint: await fingerprint(ports, target.revision, current, before) },
    before: old,
    states: verdict.objects,
    hooks: hookObjects(rendered, namespace, /./),
    tests: hookObjects(rendered, namespace, TEST),
    runsHooks: rendered.hooks.some((hook) => hook.events.some((event) => /^(pre|post)-upgrade$/.test(event))),
    rendered: objects,
    tracked,
    baseline,
    runningImages: imagesOf(healthy),
    hotFixes: imageDifferences(imagesOf(old), imagesOf(healthy)),
    imageChanges: imageDifferences(imagesOf(picture.objects), imagesOf(objects)),
    hasSecretMakers: hasSecretMakers(objects),
    all: watched,
    record: sizeOf(rendered),
    forceConflicts: method === 'ssa',
    waitStrategy: mayWatchAll(objects, namespace, rules) && !objects.some(isReplacedByHand) ? 'watcher' : 'legacy',
    observation,
  };
}

/** Helm 4's watcher waits for new pods that nobody makes (seen with 4.3.1); its older wait knows the strategy. */
function isReplacedByHand(object: KubeObject): boolean {
  return object.kind === 'DaemonSet' && (object as unknown as DaemonSet).spec?.updateStrategy?.type === 'OnDelete';
}

function sizeOf({ record }: Rendered): RecordSize | undefined {
  const small = isSurelySmall(Buffer.byteLength(record)) || recordsAre(process.env.HELM_DRIVER) === 'elsewhere';
  return small ? undefined : recordSize(record);
}

/**
 * What is live may be neither the deployed revision's doing nor the new one's: a failed upgrade on top, a change by hand.
 * Until the upgrade has put it right its pods say nothing about the new revision.
 */
function changesLive({ ref, hook }: Tracked, objects: readonly KubeObject[], picture: Picture): boolean {
  const wanted = objects.find((object) => keyOf(refOf(object)) === keyOf(ref));
  const live = find(picture, ref.kind, ref.namespace, ref.name);
  return !hook && wanted !== undefined && live !== undefined && specDiffers(wanted, live);
}

/** Mostly the target is the deployed revision, whose manifest is here already. */
async function fingerprint(
  { helm }: ReleasePorts,
  target: Revision,
  current: Revision | undefined,
  before: string,
): Promise<string> {
  return fingerprintOf(target.number === current?.number ? before : await helm.manifest(target.number));
}

/** The events of an upgrade or install; test hooks are not part of it. */
const UPGRADE = /^(pre|post)-(install|upgrade)$/;
const TEST = /^test(-success)?$/;

function hookObjects({ hooks }: Rendered, namespace: string, events = UPGRADE): KubeObject[] {
  const ran = hooks.filter((hook) => hook.events.some((event) => events.test(event)));
  return ran.flatMap((hook) => parseManifest(hook.manifest, namespace));
}

function healthyWorkloads(live: readonly KubeObject[], old: readonly KubeObject[], baseline: Baseline): KubeObject[] {
  const names = new Set(old.map((object) => keyOf(refOf(object))));
  return live.filter((object) => {
    const key = keyOf(refOf(object));
    return names.has(key) && !baseline.brokenWorkloads.has(key);
  });
}
