import { setTimeout as sleep } from 'node:timers/promises';
import { type Observation, observe } from '../cluster/observe.ts';
import { type KubeObject, keyOf, refOf, titleOf } from '../kubernetes/object.ts';
import { EvidenceKeeper } from '../rollout/evidence.ts';
import { type ImageDifference, type ImageUse, imageDifferences, imagesOf } from '../rollout/images.ts';
import { isSettingOut, stuckPods } from '../rollout/stuck-pods.ts';
import { baselineOf, trackObjects } from '../rollout/tracked.ts';
import { type Baseline, hasEnded, type Tracked } from '../rollout/verdict.ts';
import { planWatches } from '../rollout/watch-plan.ts';
import { follow, type Outcome } from './follow.ts';
import { classifyFailure, lastError } from './helm.ts';
import { latest, type Revision } from './history.ts';
import type { HealthyRevision } from './last-healthy.ts';
import { parseManifest } from './manifest.ts';
import { patiently } from './patience.ts';
import type { Part, ReleasePorts, SettlePlan } from './settlement.ts';

/** Where to, and until when (ms since 1970). */
export interface WayBack {
  history: Revision[];
  target: HealthyRevision;
  deadline: number;
}

/** Rolls back, puts hot-fixed images back, frees stuck StatefulSets, waits for convergence and verifies all of it. */
export async function goBack(
  ports: ReleasePorts,
  plan: SettlePlan,
  { history, target, deadline }: WayBack,
): Promise<Part> {
  const { helm, say } = ports;
  const number = target.revision.number;
  const manifest = await patiently(deadline, () => helm.manifest(number));
  const objects = parseManifest(manifest, helm.target.namespace);
  const observation = await observe(ports.api, planWatches(objects), { revive: ports.revive });
  const tracked = trackObjects(objects, [], objects);
  // What was broken before is not the doing of the revision gone back to.
  const baseline = baselineOf(observation.picture(), tracked);
  try {
    let rollbackProblem: string | undefined;
    if (plan.again || !isAt(history, number)) {
      const running = await waitForHooks(ports, plan, deadline);
      if (running.length > 0) say(`Still at work, and left alone: ${running.join(', ')}`);
      say(`Rolling ${helm.target.release} back to revision ${number}`);
      rollbackProblem = await rollBack(ports, plan, { history, target, deadline });
    }
    if (rollbackProblem !== undefined) return rollbackFailed(ports, rollbackProblem, deadline, target);
    const restored = await restoreImages(ports, objects, plan.runningImages);
    await freeStatefulSets(ports, observation);
    const outcome = await converge(ports, plan, { observation, tracked, baseline, deadline });
    return await verify(ports, { objects, restored, target, outcome, deadline });
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
  { history: before, target, deadline }: WayBack,
): Promise<string | undefined> {
  const { helm } = ports;
  const { number } = target.revision;
  // Helm refuses --force-conflicts for a target that was applied on the client.
  const method = await patiently(deadline, () => helm.applyMethod(number));
  const { noHooks, description } = plan;
  const options = { timeout: plan.timeout.text, forceConflicts: method === 'ssa', noHooks, description };
  for (let attempt = 1; ; attempt += 1) {
    const ending = await helm.rollback(number, options).ended;
    if (ending.code === 0) return undefined;
    const killed = ending.code > 128;
    const problem = killed ? `helm was killed (signal ${ending.code - 128})` : lastError(ending.stderr);
    const away = classifyFailure(ending.stderr) === 'lost-the-api' && Date.now() < deadline;
    const mayRepeat = killed ? attempt < ROLLBACK_ATTEMPTS : away;
    if (!mayRepeat) return problem || `helm rollback ended with exit code ${ending.code}`;
    const history = await patiently(deadline, () => helm.history());
    if (isAt(history, number) && latest(history)?.number !== latest(before)?.number) return undefined;
    await sleep(ROLLBACK_PAUSE_MS);
  }
}

/** A rollback that somebody kills is tried again so often. */
const ROLLBACK_ATTEMPTS = 3;

/** Between two attempts, in ms. */
const ROLLBACK_PAUSE_MS = 500;

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

/** StatefulSets that the watch and their controller do not tell of within so long, in ms, are left to the watch. */
const SETTING_OUT_MS = 5_000;

/** Deletes the pods that keep a StatefulSet from going back; helm rollback alone leaves it stuck (helm/helm#11468). */
async function freeStatefulSets({ kubectl, say, cancelled }: ReleasePorts, observation: Observation): Promise<void> {
  const until = Date.now() + SETTING_OUT_MS;
  const sets = observation.picture().objects.filter(({ kind }) => kind === 'StatefulSet');
  if (!(await observation.catchUp(sets.map(refOf), SETTING_OUT_MS, cancelled))) return;
  while (isSettingOut(observation.picture()) && Date.now() < until) await observation.changed(100, cancelled);
  for (const pod of stuckPods(observation.picture())) {
    const { namespace = '', name } = pod.metadata;
    say(`Deleting the pod ${name}: it is broken, and its StatefulSet waits for it before it goes back`);
    await kubectl.deletePod(namespace, name);
  }
}

interface Convergence {
  observation: Observation;
  tracked: Tracked[];
  baseline: Baseline;
  deadline: number;
}

function converge(ports: ReleasePorts, plan: SettlePlan, awaited: Convergence): Promise<Outcome> {
  return follow({
    ...awaited,
    evidence: plan.evidence ?? new EvidenceKeeper(() => Promise.resolve(undefined)),
    waitForJobs: false,
    hasSecretMakers: false,
    failFast: true,
    cancelled: ports.cancelled,
    onProgress: plan.onProgress ?? (() => {}),
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
    outcome,
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
