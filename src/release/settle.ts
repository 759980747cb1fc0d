import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../cluster/api.ts';
import type { Kubectl } from '../cluster/kubectl.ts';
import { type Observation, observe } from '../cluster/observe.ts';
import { type KubeObject, keyOf, type ObjectRef, refOf, titleOf } from '../kubernetes/object.ts';
import { EvidenceKeeper } from '../rollout/evidence.ts';
import { type ImageDifference, type ImageUse, imageDifferences, imagesOf } from '../rollout/images.ts';
import { baselineOf, trackObjects } from '../rollout/tracked.ts';
import { hasEnded, type ObjectState } from '../rollout/verdict.ts';
import { planWatches } from '../rollout/watch-plan.ts';
import { follow, type Outcome } from './follow.ts';
import { classifyFailure, type Helm, lastError } from './helm.ts';
import { latest, type Revision } from './history.ts';
import { type HealthyRevision, lastHealthy } from './last-healthy.ts';
import { parseManifest } from './manifest.ts';
import { patiently } from './patience.ts';

/** What settle needs of the outside world. */
export interface ReleasePorts {
  helm: Helm;
  kubectl: Kubectl;
  api: Api;
  /** Brings the way to the API server back when it broke. */
  revive: () => Promise<void>;
  say: (line: string) => void;
  cancelled: AbortSignal;
}

export interface SettlePlan {
  /** The revision to go back to, chosen before anything was touched; undefined: chosen from the history now. */
  target?: HealthyRevision;
  /** Revisions that must not be chosen. */
  except: readonly number[];
  /** The revision that this run wrote; a newer one that is not a rollback of ours means that somebody took over. */
  ownRevision?: number;
  /** Images that really ran before, healthy, where they differ from what the target's chart says. */
  runningImages: readonly ImageUse[];
  /** There was no release before: what failed is a first install. */
  firstInstall: boolean;
  /** Hook Jobs that may still be at work: going back under a running migration could harm the data. */
  hooks?: readonly ObjectRef[];
  timeout: { text: string; ms: number };
}

/** Where a release ended, as observed. */
export interface Settlement {
  status:
    | 'rolled-back'
    | 'untouched'
    | 'rollback-failed'
    | 'uninstalled'
    | 'nothing-to-go-back-to'
    | 'taken-over'
    | 'unknown';
  /** One sentence: what was done and what was seen. */
  said: string;
  target?: HealthyRevision;
  /** The newest revision now. */
  revision?: number;
  /** Live objects were seen to equal the target and to have converged. */
  verified: boolean;
  problems: string[];
  restored: ImageDifference[];
  history: Revision[];
  objects: ObjectState[];
  startedAt: number;
  endedAt: number;
}

/**
 * Brings a release back to a healthy revision and proves it: the only routine that ends a release's trouble.
 * It starts from the truth (history and live objects), so it may be called again at any time, also for a release that
 * another run left behind. Never throws for trouble of the cluster: what could not be done stands in the settlement.
 */
export async function settle(ports: ReleasePorts, plan: SettlePlan): Promise<Settlement> {
  const startedAt = Date.now();
  const deadline = startedAt + plan.timeout.ms;
  const blank = { verified: false, problems: [], restored: [], objects: [], startedAt };
  try {
    const history = await patiently(deadline, () => ports.helm.history());
    const common = { ...blank, history, revision: latest(history)?.number };
    const done = (rest: Pick<Settlement, 'status' | 'said'> & Partial<Settlement>): Settlement => ({
      ...common,
      ...rest,
      endedAt: Date.now(),
    });
    const intruder = newcomer(history, plan);
    if (intruder) {
      const who = `revision ${intruder.number} (${intruder.status}, "${intruder.description}")`;
      return done({
        status: 'taken-over',
        said: `nothing was rolled back: ${who} was made meanwhile by somebody else`,
      });
    }
    if (plan.ownRevision !== undefined && (latest(history)?.number ?? 0) < plan.ownRevision) {
      return done({ status: 'untouched', said: 'Helm had not written anything yet: the release is what it was' });
    }
    if (plan.firstInstall) return done(await uninstall(ports, plan, history));
    const target = stillStored(plan.target, history) ?? lastHealthy(history, { except: plan.except });
    if (!target) {
      const said = 'nothing was rolled back: no stored revision of the release is known to have been healthy';
      return done({ status: 'nothing-to-go-back-to', said });
    }
    return done(await goBack(ports, plan, { history, target, deadline }));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const said = `whether the release was brought back is unknown: ${problem}`;
    return { ...blank, status: 'unknown', said, problems: [problem], history: [], endedAt: Date.now() };
  }
}

function newcomer(history: readonly Revision[], { ownRevision, target }: SettlePlan): Revision | undefined {
  if (ownRevision === undefined) return undefined;
  const isOurRollback = (revision: Revision): boolean =>
    revision.rollbackOf !== undefined &&
    (revision.rollbackOf === target?.revision.number || revision.rollbackOf < ownRevision);
  return history.find((revision) => revision.number > ownRevision && !isOurRollback(revision));
}

/** A target that was pruned from the history cannot be rolled back to. */
function stillStored(target: HealthyRevision | undefined, history: readonly Revision[]): HealthyRevision | undefined {
  return target && history.some((revision) => revision.number === target.revision.number) ? target : undefined;
}

type Part = Pick<Settlement, 'status' | 'said'> & Partial<Settlement>;

async function uninstall({ helm, say }: ReleasePorts, plan: SettlePlan, history: Revision[]): Promise<Part> {
  if (history.length === 0)
    return { status: 'uninstalled', said: 'the first install left no release behind', verified: true };
  say(`Uninstalling the first install of ${helm.target.release}, which failed`);
  const ending = await helm.uninstall(plan.timeout.text).ended;
  const left = await patiently(Date.now() + plan.timeout.ms, () => helm.history());
  if (ending.code === 0 && left.length === 0) {
    return { status: 'uninstalled', said: 'the first install failed and was uninstalled', verified: true, history: [] };
  }
  const problem = lastError(ending.stderr) || 'the release is still listed';
  return {
    status: 'rollback-failed',
    said: `the failed first install could not be removed: ${problem}`,
    problems: [problem],
  };
}

interface WayBack {
  history: Revision[];
  target: HealthyRevision;
  deadline: number;
}

async function goBack(ports: ReleasePorts, plan: SettlePlan, { history, target, deadline }: WayBack): Promise<Part> {
  const { helm, say } = ports;
  const number = target.revision.number;
  const manifest = await patiently(deadline, () => helm.manifest(number));
  const objects = parseManifest(manifest, helm.target.namespace);
  const observation = await observe(ports.api, planWatches(objects), { revive: ports.revive });
  try {
    let rollbackProblem: string | undefined;
    if (!isAt(history, number)) {
      const running = await waitForHooks(ports, plan, deadline);
      if (running.length > 0) say(`Still at work, and left alone: ${running.join(', ')}`);
      say(`Rolling ${helm.target.release} back to revision ${number}`);
      rollbackProblem = await rollBack(ports, plan, number, deadline);
    }
    if (rollbackProblem !== undefined) return rollbackFailed(ports, rollbackProblem, deadline, target);
    const restored = await restoreImages(ports, objects, plan.runningImages);
    const outcome = await converge(ports, { observation, objects, deadline });
    return verify(ports, { objects, restored, target, outcome, deadline });
  } finally {
    observation.close();
  }
}

/**
 * Waits for hooks that are still at work, for at most half of the time that is left; never deletes them. Returns the ones
 * that outlive the wait.
 */
async function waitForHooks(
  { kubectl, say, cancelled }: ReleasePorts,
  plan: SettlePlan,
  deadline: number,
): Promise<string[]> {
  const hooks = plan.hooks ?? [];
  const until = Date.now() + (deadline - Date.now()) / 2;
  for (let first = true; ; first = false) {
    const live = hooks.length > 0 ? await patiently(deadline, () => kubectl.objects(hooks)) : [];
    const running = live.filter((object) => !hasEnded(object)).map((object) => titleOf(refOf(object)));
    if (running.length === 0 || cancelled.aborted || Date.now() > until) return running;
    if (first) say(`Waiting for ${running.join(', ')}, which is still at work`);
    await sleep(HOOK_POLL_MS);
  }
}

const HOOK_POLL_MS = 2_000;

/** True when the newest revision is deployed and repeats (or is) the target: the rollback has been done already. */
function isAt(history: readonly Revision[], number: number): boolean {
  const now = latest(history);
  return now?.status === 'deployed' && (now.number === number || now.rollbackOf === number);
}

/** Undefined when Helm recorded the rollback; else what it said. A write is repeated only after a look at the history. */
async function rollBack(
  ports: ReleasePorts,
  plan: SettlePlan,
  number: number,
  deadline: number,
): Promise<string | undefined> {
  const { helm } = ports;
  // Helm refuses --force-conflicts for a target that was applied on the client.
  const method = await patiently(deadline, () => helm.applyMethod(number));
  const options = { timeout: plan.timeout.text, forceConflicts: method === 'ssa' };
  for (let attempt = 1; ; attempt += 1) {
    const ending = await helm.rollback(number, options).ended;
    if (ending.code === 0) return undefined;
    const killed = ending.code > 128;
    const problem = killed ? `helm was killed (signal ${ending.code - 128})` : lastError(ending.stderr);
    const mayRepeat = killed ? attempt < ROLLBACK_ATTEMPTS : classifyFailure(ending.stderr) === 'lost-the-api';
    if (!mayRepeat) return problem || `helm rollback ended with exit code ${ending.code}`;
    const history = await patiently(deadline, () => helm.history());
    if (isAt(history, number)) return undefined;
  }
}

/** A rollback that somebody kills is tried again so often. */
const ROLLBACK_ATTEMPTS = 3;

async function rollbackFailed(
  { helm }: ReleasePorts,
  problem: string,
  deadline: number,
  target: HealthyRevision,
): Promise<Part> {
  const history = await patiently(deadline, () => helm.history());
  const said = `the rollback to revision ${target.revision.number} failed: ${problem}`;
  return { status: 'rollback-failed', said, problems: [problem], target, history, revision: latest(history)?.number };
}

/** Puts back the images that ran before where the target's chart says others: production must not go back in time. */
async function restoreImages(
  { kubectl, say }: ReleasePorts,
  objects: readonly KubeObject[],
  runningImages: readonly ImageUse[],
): Promise<ImageDifference[]> {
  const different = imageDifferences(imagesOf(objects), runningImages);
  for (const [, group] of Map.groupBy(different, ({ workload }) => keyOf(workload))) {
    const [first] = group;
    if (!first) continue;
    say(`Putting the hot-fixed images of ${titleOf(first.workload)} back: ${group.map(({ to }) => to).join(', ')}`);
    await kubectl.setImages(first.workload, Object.fromEntries(group.map(({ container, to }) => [container, to])));
  }
  return different;
}

interface Convergence {
  observation: Observation;
  objects: KubeObject[];
  deadline: number;
}

function converge(ports: ReleasePorts, { observation, objects, deadline }: Convergence): Promise<Outcome> {
  const tracked = trackObjects(objects, [], objects);
  return follow({
    observation,
    evidence: new EvidenceKeeper(() => Promise.resolve(undefined)),
    tracked,
    baseline: baselineOf(observation.picture(), tracked),
    waitForJobs: false,
    hasSecretMakers: false,
    failFast: true,
    deadline,
    cancelled: ports.cancelled,
    onProgress: () => {},
  });
}

interface Proof {
  objects: KubeObject[];
  restored: ImageDifference[];
  target: HealthyRevision;
  outcome: Outcome;
  deadline: number;
}

/** Reads back what is there: the history, every object of the target, the images. */
async function verify(ports: ReleasePorts, { objects, restored, target, outcome, deadline }: Proof): Promise<Part> {
  const { helm, kubectl } = ports;
  const number = target.revision.number;
  const history = await patiently(deadline, () => helm.history());
  const live = await patiently(deadline, () => kubectl.objects(objects.map(refOf)));
  const problems = convergenceProblems(outcome);
  const there = new Set(live.map((object) => keyOf(refOf(object))));
  for (const object of objects) {
    if (!there.has(keyOf(refOf(object)))) problems.push(`${titleOf(refOf(object))} is missing`);
  }
  const wanted = new Map(restored.map((image) => [`${keyOf(image.workload)}|${image.container}`, image.to]));
  const expected = imagesOf(objects).map((use) => ({
    ...use,
    image: wanted.get(`${keyOf(use.workload)}|${use.container}`) ?? use.image,
  }));
  for (const { workload, container, from, to } of imageDifferences(expected, imagesOf(live))) {
    problems.push(`${titleOf(workload)} container ${container} runs ${to}, not ${from}`);
  }
  if (!isAt(history, number))
    problems.push(`Helm's newest revision is ${latest(history)?.number}, ${latest(history)?.status}`);
  const common = {
    problems,
    restored,
    target,
    history,
    revision: latest(history)?.number,
    objects: outcome.verdict.objects,
  };
  if (problems.length === 0) {
    return { ...common, status: 'rolled-back', verified: true, said: `rolled back to revision ${number}, verified` };
  }
  const said = `rolled back to revision ${number}, but not verified: ${problems.join('; ')}`;
  const seen = outcome.kind !== 'cancelled' && outcome.kind !== 'unknown';
  return { ...common, status: seen ? 'rollback-failed' : 'unknown', said };
}

function convergenceProblems(outcome: Outcome): string[] {
  if (outcome.kind === 'healthy') return [];
  if (outcome.kind === 'cancelled') return ['the job was cancelled before the objects had converged'];
  if (outcome.kind === 'unknown') return [outcome.reason];
  const open = outcome.verdict.objects.filter((object) => !object.done);
  return open.map(({ ref, missing }) => `${titleOf(ref)}: ${missing}`);
}
