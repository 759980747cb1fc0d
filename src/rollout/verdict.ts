import { type KubeObject, keyOf, type ObjectRef } from '../kubernetes/object.ts';
import { isWorkload, type Readiness, readiness } from './done.ts';
import { attemptsReached, type Entry, entryKey, type Ledger, remember } from './ledger.ts';
import { newPods } from './new-pods.ts';
import { eventsAbout, find, type Picture, podOf } from './picture.ts';
import { appliesToHooks, RULES, type Rule, ruleOf } from './rules.ts';
import { podSignals, type Signal, workloadSignals } from './signals.ts';

/** One object of the release that is watched. */
export interface Tracked {
  ref: ObjectRef;
  /** A Helm hook: created and waited for by Helm itself. */
  hook: boolean;
  /** The upgrade changes its spec: until its generation moves, what is live is still the old revision. */
  changes: boolean;
}

/** How things were before anything was touched. */
export interface Baseline {
  /** Generation and uid of live objects by key; missing: the object did not exist. */
  objects: ReadonlyMap<string, { uid: string; generation: number }>;
  /** Uids of pods that had something wrong with them already. */
  brokenPods: ReadonlySet<string>;
  /** Keys of workloads that were not healthy already. */
  brokenWorkloads: ReadonlySet<string>;
}

/** Why a rollout cannot succeed. */
export interface Cause {
  rule: Rule;
  signal: Signal;
  workload: ObjectRef;
  /** How many of the workload's new pods show it, of how many. */
  pods: { showing: number; of: number };
  /** The workload was not healthy before this deploy either. */
  alreadyBroken: boolean;
  /** When the signal was first seen and when it became final, in ms since 1970. */
  seenAt: number;
  finalAt: number;
}

/** How far one tracked object is. */
export interface ObjectState extends Readiness {
  ref: ObjectRef;
  hook: boolean;
  /** Ready pods of the new revision: what progress is measured by. */
  newReady: number;
}

export interface Verdict {
  state: 'healthy' | 'progressing' | 'failed' | 'unknown';
  /** `failed` only. */
  cause?: Cause;
  objects: ObjectState[];
  /** Everything that is wrong now, worst rule first; it explains a deadline. */
  standing: Cause[];
  /** When a standing signal becomes final (ms), if nothing changes before. */
  recheckAt?: number;
}

export interface Situation {
  tracked: readonly Tracked[];
  baseline: Baseline;
  picture: Picture;
  ledger: Ledger;
  /** Helm has ended well: everything that it had to write is written. */
  applied: boolean;
  waitForJobs: boolean;
  /** The manifest holds something that makes Secrets (ExternalSecret …): a missing reference may still be made. */
  hasSecretMakers: boolean;
}

/** An operator that makes the Secret needs longer than a person who forgot it: the design's 60 s. */
const SECRET_MAKER_MS = 60_000;

/**
 * What the picture says of the rollout: pure, and the only place that decides. `healthy` when every tracked object is
 * there and done; `failed` when a standing signal of a new pod or a workload has become final by its rule; `unknown`
 * while part of the picture is old; else `progressing`. Returns the verdict and the ledger for the next call.
 */
export function judge(situation: Situation): { verdict: Verdict; ledger: Ledger } {
  const { picture, tracked } = situation;
  const suspects = tracked.flatMap((item) => suspectsOf(situation, item));
  const signals = suspects.flatMap((suspect) => suspect.signals);
  // While the connection is gone nothing is forgotten and no clock is started.
  const stale = picture.staleSince !== undefined;
  const ledger = stale ? situation.ledger : remember(situation.ledger, signals, picture.takenAt);

  const objects = tracked.map((item) => objectState(situation, item));
  const standing = suspects.flatMap((suspect) => causesOf(situation, suspect, ledger)).sort(worstFirst);
  if (stale) return { verdict: { state: 'unknown', objects, standing }, ledger };

  const final = standing.find((cause) => cause.finalAt <= picture.takenAt);
  if (final) return { verdict: { state: 'failed', cause: final, objects, standing }, ledger };
  const pending = standing.map((cause) => cause.finalAt).filter(Number.isFinite);
  const recheckAt = pending.length > 0 ? Math.min(...pending) : undefined;
  const done = objects.every((object) => object.done);
  return { verdict: { state: done ? 'healthy' : 'progressing', objects, standing, recheckAt }, ledger };
}

interface Suspect {
  item: Tracked;
  workload: KubeObject;
  newPods: number;
  signals: Signal[];
}

function suspectsOf(situation: Situation, item: Tracked): Suspect[] {
  const { picture } = situation;
  const { ref } = item;
  const workload = find(picture, ref.kind, ref.namespace, ref.name);
  if (!workload || !isApplied(situation, item, workload)) return [];
  // A plain Job runs beside the rollout: nobody waits for it unless told to.
  if (workload.kind === 'Job' && !item.hook && !situation.waitForJobs) return [];
  const pods = newPods(picture, workload);
  const signals = [...workloadSignals(picture, workload), ...pods.flatMap((pod) => podSignals(picture, pod))];
  return [{ item, workload, newPods: pods.length, signals }];
}

/** True when what is live is the new revision: Helm has written it, or it did not change. */
function isApplied({ baseline, applied }: Situation, item: Tracked, live: KubeObject): boolean {
  const before = baseline.objects.get(keyOf(item.ref));
  // A hook's object of the same name may still be the last run's: only a new one is this run's.
  if (item.hook) return before?.uid !== live.metadata.uid;
  if (applied || !item.changes || !before) return true;
  return before.uid !== live.metadata.uid || (live.metadata.generation ?? 0) > before.generation;
}

function objectState(situation: Situation, item: Tracked): ObjectState {
  const { picture, waitForJobs } = situation;
  const { ref, hook } = item;
  const live = find(picture, ref.kind, ref.namespace, ref.name);
  const none = { ref, hook, ready: 0, desired: 0, newReady: 0 };
  // Hooks are Helm's to start and to wait for, and may be deleted by their policy: only one at work is open.
  if (hook) {
    const atWork = live !== undefined && isApplied(situation, item, live) && !hasEnded(live);
    return { ...none, done: !atWork, missing: atWork ? 'the hook is still at work' : '' };
  }
  if (!live) return { ...none, done: false, missing: 'it does not exist yet' };
  const state = readiness(live, { waitForJobs });
  if (!isApplied(situation, item, live)) {
    return { ref, hook, ...state, newReady: 0, done: false, missing: 'not upgraded yet' };
  }
  const newReady = newPods(picture, live).filter(isReady).length;
  // A claim that waits for its first pod is as far as it can get by itself.
  const idle =
    ref.kind === 'PersistentVolumeClaim' &&
    eventsAbout(picture, live.metadata.uid).at(-1)?.reason === 'WaitForFirstConsumer';
  return { ref, hook, ...(idle ? { ...state, done: true, missing: '' } : state), newReady };
}

/** True for a Job or pod that has come to its end, well or not. */
export function hasEnded(object: KubeObject): boolean {
  const { phase, conditions = [] } = (object.status ?? {}) as {
    phase?: string;
    conditions?: { type: string; status: string }[];
  };
  if (object.kind === 'Pod') return phase === 'Succeeded' || phase === 'Failed';
  return object.kind !== 'Job' || conditions.some((c) => /^(Complete|Failed)$/.test(c.type) && c.status === 'True');
}

function isReady(pod: KubeObject): boolean {
  return podOf(pod).status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false;
}

function causesOf(situation: Situation, suspect: Suspect, ledger: Ledger): Cause[] {
  const { item, workload, signals } = suspect;
  return signals.flatMap((signal): Cause[] => {
    const entry = ledger.get(entryKey(signal));
    if (!entry) return [];
    const rule = ruleOf(signal.rule);
    const same = signals.filter((other) => other.rule === signal.rule);
    const showing = new Set(same.map((other) => other.uid)).size;
    const alreadyBroken =
      situation.baseline.brokenPods.has(signal.uid) || situation.baseline.brokenWorkloads.has(keyOf(item.ref));
    const pods = { showing, of: Math.max(suspect.newPods, showing) };
    const finalAt = finalTime(situation, { rule, item, workload, entry, same, pods, ledger });
    return [{ rule, signal, workload: item.ref, pods, alreadyBroken, seenAt: entry.since, finalAt }];
  });
}

interface Standing {
  rule: Rule;
  item: Tracked;
  workload: KubeObject;
  entry: Entry;
  same: Signal[];
  pods: Cause['pods'];
  ledger: Ledger;
}

/** When the signal becomes final, in ms since 1970; Infinity when it never does as things stand. */
function finalTime(situation: Situation, { rule, item, workload, entry, same, pods, ledger }: Standing): number {
  if (rule.final === 'never') return Number.POSITIVE_INFINITY;
  if (item.hook && !appliesToHooks(rule)) return Number.POSITIVE_INFINITY;
  const { standingMs, attempts, allNewPods } = rule.final;
  const attemptsAt = attempts === undefined ? Number.POSITIVE_INFINITY : attemptsReached(ledger, same, attempts);
  // Of a StatefulSet one pod is enough: it starts them one after the other.
  const oneIsEnough = !allNewPods || workload.kind === 'StatefulSet';
  if (!oneIsEnough && pods.showing < pods.of) return Number.POSITIVE_INFINITY;
  const maker = rule.class === 'missing-reference' && situation.hasSecretMakers;
  return Math.min(attemptsAt, entry.since + (maker ? SECRET_MAKER_MS : (standingMs ?? Number.POSITIVE_INFINITY)));
}

function worstFirst(a: Cause, b: Cause): number {
  const finality = Number(Number.isFinite(b.finalAt)) - Number(Number.isFinite(a.finalAt));
  return finality || RULES.indexOf(a.rule) - RULES.indexOf(b.rule) || a.seenAt - b.seenAt;
}

/** The rows of the workload table. */
export function workloadStates(verdict: Verdict): ObjectState[] {
  return verdict.objects.filter((object) => isWorkload(object.ref.kind));
}
