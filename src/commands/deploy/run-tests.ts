import { setTimeout as sleep } from 'node:timers/promises';
import { observe } from '../../cluster/observe.ts';
import { refOf, titleOf } from '../../kubernetes/object.ts';
import { causeOf, follow, type Outcome } from '../../release/follow.ts';
import type { Facts } from '../../release/inspect.ts';
import type { ReleasePorts } from '../../release/settlement.ts';
import type { EvidenceKeeper } from '../../rollout/evidence.ts';
import { baselineOf, trackObjects } from '../../rollout/tracked.ts';
import { planWatches } from '../../rollout/watch-plan.ts';
import { EVENTS_LAG_MS, linger } from '../aftermath.ts';
import type { WriterJob } from '../job.ts';
import { stop } from './apply.ts';

/** Helm is not started for less than this, in ms. */
const SHORTEST_MS = 1_000;

/** Helm ends by itself a moment after its test has failed, and then obeys the hook's deletion policy; in ms. */
const OWN_END_MS = 2_000;

/**
 * `helm test` after a healthy rollout, in what is left of the time-out, under the same watch as the rollout. Returns the
 * rollout's own outcome when all tests succeed, or there is none, else what failed, as a failure of the deploy.
 */
export async function runTests(
  job: WriterJob,
  ports: ReleasePorts,
  facts: Facts,
  evidence: EvidenceKeeper,
  rollout: Outcome,
): Promise<Outcome> {
  const { session, inputs, say, cancelled } = job;
  if (facts.tests.length === 0) {
    say('The chart has no test for helm test to run');
    return rollout;
  }
  const deadline = Math.max(rollout.milestones.startedAt + inputs.timeout.ms, Date.now() + SHORTEST_MS);
  const timeout = `${Math.ceil((deadline - Date.now()) / 1000)}s`;
  const observation = await observe(ports.api, planWatches(facts.tests), { revive: ports.revive });
  try {
    const tracked = trackObjects([], facts.tests, []);
    const baseline = baselineOf(observation.picture(), tracked);
    say(`helm test ${inputs.release}: ${facts.tests.map((object) => titleOf(refOf(object))).join(', ')}`);
    const helm = session.helm.test(timeout);
    const common = { waitForJobs: true, hasSecretMakers: facts.hasSecretMakers, failFast: inputs['fail-fast'] };
    const plan = { observation, evidence, tracked, baseline, ...common, deadline, helm, cancelled };
    const outcome = await follow({ ...plan, onProgress: () => {} });
    if (outcome.ending === undefined) {
      await Promise.race([helm.ended, sleep(outcome.kind === 'failed' ? OWN_END_MS : 0)]);
      outcome.ending = await stop(helm);
    }
    if (outcome.kind === 'healthy') return rollout;
    const cause = causeOf(outcome);
    if (cause) await linger({ observation }, evidence, cause, AbortSignal.timeout(EVENTS_LAG_MS));
    return asDeploy(outcome, rollout);
  } finally {
    observation.close();
  }
}

/** A failure of the tests in the frame of the deploy: its workloads and its start. */
function asDeploy(outcome: Outcome, rollout: Outcome): Outcome {
  const { objects } = rollout.verdict;
  const milestones = { ...rollout.milestones, endedAt: outcome.milestones.endedAt };
  // Helm lost the API server and everything is healthy: whether the tests succeeded is not known.
  if (outcome.kind === 'healthy-although-helm-failed') {
    const reason = 'helm test ended before it could say whether the tests succeeded';
    return {
      ...outcome,
      kind: 'unknown',
      reason,
      verdict: { ...outcome.verdict, objects },
      milestones,
      during: 'test',
    };
  }
  return { ...outcome, verdict: { ...outcome.verdict, objects }, milestones, during: 'test' };
}
