import type { Observation } from '../cluster/observe.ts';
import { keyOf } from '../kubernetes/object.ts';
import type { Child, Ending } from '../process/child.ts';
import type { EvidenceKeeper } from '../rollout/evidence.ts';
import { EMPTY_LEDGER } from '../rollout/ledger.ts';
import { type Baseline, type Cause, judge, type Tracked, type Verdict } from '../rollout/verdict.ts';
import { classifyFailure, isHookFailure } from './helm.ts';

/** How a rollout under watch came out. Nothing has been done about it yet. */
export type Outcome = {
  verdict: Verdict;
  milestones: Milestones;
  ending?: Ending;
  /** What failed is not the rollout but `helm test` after it. */
  during?: 'test';
} & (
  | { kind: 'healthy' }
  /** Helm gave up, lost the API server or still waits at the deadline, and everything is healthy all the same. */
  | { kind: 'healthy-although-helm-failed' }
  | { kind: 'failed'; cause: Cause }
  /** Helm itself refused or could not apply something. */
  | { kind: 'helm-failed' }
  /** Somebody else holds the release. */
  | { kind: 'locked' }
  | { kind: 'timed-out'; pace: 'slow' | 'stuck'; cause?: Cause }
  | { kind: 'cancelled' }
  /** The API server could not be read at the end: nothing is known. */
  | { kind: 'unknown'; reason: string }
);

/** What made a rollout fail or miss its deadline, as far as that is known. */
export function causeOf(outcome: Outcome | undefined): Cause | undefined {
  return outcome?.kind === 'failed' || outcome?.kind === 'timed-out' ? outcome.cause : undefined;
}

/** When things happened, in ms since 1970. */
export interface Milestones {
  startedAt: number;
  endedAt: number;
  /** Key of an object → when it was done for good. */
  doneAt: ReadonlyMap<string, number>;
}

export interface FollowPlan {
  observation: Observation;
  evidence: EvidenceKeeper;
  tracked: readonly Tracked[];
  baseline: Baseline;
  waitForJobs: boolean;
  hasSecretMakers: boolean;
  failFast: boolean;
  /** When to give up, in ms since 1970. */
  deadline: number;
  /** Helm at work; undefined when it has been and only the convergence is awaited. */
  helm?: Child;
  cancelled: AbortSignal;
  onProgress: (verdict: Verdict) => void;
  now?: () => number;
}

/** A rollout whose replicas moved in this time before the deadline is slow, not stuck (ms). */
const RECENT_PROGRESS_MS = 60_000;

/** Watches a rollout until it is decided, the deadline has come or the job is cancelled. */
export async function follow(plan: FollowPlan): Promise<Outcome> {
  const now = plan.now ?? Date.now;
  const startedAt = now();
  const helm = watchEnd(plan.helm, plan.cancelled, now);
  const doneAt = new Map<string, number>();
  let ledger = EMPTY_LEDGER;
  let progress = { score: -1, at: startedAt };
  let lastSpoken = '';

  let caughtUp = false;
  for (;;) {
    const { tracked, baseline, waitForJobs, hasSecretMakers } = plan;
    const applied = plan.helm === undefined || helm.ending()?.code === 0;
    // What the picture showed before the last write says nothing of it.
    if (applied && !caughtUp) {
      const refs = tracked.filter(({ hook }) => !hook).map(({ ref }) => ref);
      caughtUp = await plan.observation.catchUp(refs, Math.max(0, plan.deadline - now()), plan.cancelled);
    }
    const picture = plan.observation.picture();
    const judged = judge({ tracked, baseline, picture, ledger, applied, waitForJobs, hasSecretMakers });
    ledger = judged.ledger;
    const { verdict } = judged;
    plan.evidence.note(picture, verdict.standing);
    noteDone(doneAt, verdict, picture.takenAt);
    const score = verdict.objects.reduce((sum, object) => sum + object.newReady + (object.done ? 1 : 0), 0);
    if (score > progress.score) progress = { score, at: picture.takenAt };
    const spoken = JSON.stringify(verdict.objects.map((object) => [object.ready, object.desired, object.missing]));
    if (spoken !== lastSpoken) plan.onProgress(verdict);
    lastSpoken = spoken;

    const milestones = { startedAt, endedAt: picture.takenAt, doneAt };
    const decided = decide(plan, verdict, helm.ending(), {
      now: now(),
      startedAt,
      progressAt: progress.at,
      helmEndedAt: helm.endedAt(),
      behind: applied && !caughtUp,
    });
    if (decided) return { ...decided, verdict, milestones, ending: helm.ending() };

    const wakeAt = Math.min(plan.deadline, verdict.recheckAt ?? Infinity, graceEnd(helm.endedAt(), now()));
    await plan.observation.changed(wakeAt - now(), helm.interrupt());
  }
}

type Decision =
  | { kind: 'healthy' | 'healthy-although-helm-failed' | 'helm-failed' | 'locked' | 'cancelled' }
  | { kind: 'failed'; cause: Cause }
  | { kind: 'timed-out'; pace: 'slow' | 'stuck'; cause?: Cause }
  | { kind: 'unknown'; reason: string };

interface Clock {
  now: number;
  startedAt: number;
  progressAt: number;
  /** Infinity while Helm is at work. */
  helmEndedAt: number;
  /** Everything is written, and the picture did not get that far in time. */
  behind: boolean;
}

function graceEnd(helmEndedAt: number, now: number): number {
  const end = helmEndedAt + HOOK_GRACE_MS;
  return end > now ? end : Number.POSITIVE_INFINITY;
}

/** So long, in ms, Helm's word about a hook is held back for the hook's own state, which says why. */
const HOOK_GRACE_MS = 1_500;

/** The rules of the end, in their order; undefined: go on watching. */
function decide(plan: FollowPlan, verdict: Verdict, ending: Ending | undefined, clock: Clock): Decision | undefined {
  if (plan.cancelled.aborted) return { kind: 'cancelled' };
  if (clock.behind) return { kind: 'unknown', reason: 'the API server could not be read after the last write' };
  const helmDone = plan.helm === undefined || ending?.code === 0;
  if (verdict.state === 'healthy' && helmDone) return { kind: 'healthy' };
  if (ending && ending.code !== 0) {
    const failure = ending.code >= 128 ? 'failed' : classifyFailure(ending.stderr);
    if (failure === 'another-operation') return { kind: 'locked' };
    if (failure === 'failed') {
      if (verdict.cause) return { kind: 'failed', cause: verdict.cause };
      if (isHookFailure(ending.stderr) && clock.now < clock.helmEndedAt + HOOK_GRACE_MS) return undefined;
      return { kind: 'helm-failed' };
    }
    if (verdict.state === 'healthy') return { kind: 'healthy-although-helm-failed' };
  }
  if (verdict.state === 'failed' && verdict.cause && plan.failFast) return { kind: 'failed', cause: verdict.cause };
  if (clock.now < plan.deadline) return undefined;

  if (verdict.state === 'healthy') return { kind: 'healthy-although-helm-failed' };
  if (verdict.state === 'unknown') return { kind: 'unknown', reason: 'the API server could not be read any more' };
  if (verdict.state === 'failed' && verdict.cause) return { kind: 'failed', cause: verdict.cause };
  const recent = Math.min(RECENT_PROGRESS_MS, (plan.deadline - clock.startedAt) / 3);
  const moving = clock.progressAt > clock.startedAt && clock.now - clock.progressAt < recent;
  const cause = verdict.standing[0];
  return { kind: 'timed-out', pace: moving ? 'slow' : 'stuck', cause };
}

function noteDone(doneAt: Map<string, number>, verdict: Verdict, at: number): void {
  for (const object of verdict.objects) {
    const key = keyOf(object.ref);
    if (!object.done) doneAt.delete(key);
    else if (!doneAt.has(key)) doneAt.set(key, at);
  }
}

/** Helm's end and the cancel both wake the loop at once; the end does so once, or the loop would spin. */
function watchEnd(child: Child | undefined, cancelled: AbortSignal, now: () => number) {
  let ending: Ending | undefined;
  let endedAt = Number.POSITIVE_INFINITY;
  const ended = new AbortController();
  void child?.ended.then((result) => {
    ending = result;
    endedAt = now();
    ended.abort();
  });
  let seen = false;
  return {
    ending: () => ending,
    endedAt: () => endedAt,
    interrupt: (): AbortSignal => {
      if (ending) seen = true;
      return seen ? cancelled : AbortSignal.any([cancelled, ended.signal]);
    },
  };
}
