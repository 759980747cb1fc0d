import { titleOf } from '../../kubernetes/object.ts';
import type { Child, Ending } from '../../process/child.ts';
import { follow, type Outcome } from '../../release/follow.ts';
import type { UpgradePlan } from '../../release/helm-args.ts';
import { latest } from '../../release/history.ts';
import { REVISION_LABEL, RUN_LABEL } from '../../release/holder.ts';
import type { Facts } from '../../release/inspect.ts';
import { DESCRIPTION_PREFIX } from '../../release/last-healthy.ts';
import type { Underway } from '../../report/underway.ts';
import type { EvidenceKeeper } from '../../rollout/evidence.ts';
import { type Verdict, workloadStates } from '../../rollout/verdict.ts';
import { compareWithReviewed } from '../diff/review.ts';
import type { Draft } from '../draft.ts';
import type { WriterJob } from '../job.ts';
import { keepUnsettled } from '../leftover.ts';

/** After SIGINT Helm writes `failed` within milliseconds; one that hangs is ended after so long, in ms. */
const LAST_WORDS_MS = 5_000;

/** Helm at work with the watch beside it. */
export async function apply(job: WriterJob, facts: Facts, evidence: EvidenceKeeper, draft: Draft): Promise<Outcome> {
  const { inputs, session, say } = job;
  const ownRevision = (latest(facts.history)?.number ?? 0) + 1;
  const startedAt = Date.now();
  keepForPost(job, facts, draft, inputs.test);
  say(`helm upgrade --install ${inputs.release} (revision ${ownRevision})`);
  const helm = session.helm.upgrade(upgradePlan(job, facts, ownRevision), () => {});
  job.live?.begin(underway(job, facts, draft, startedAt), (reviewed) =>
    compareWithReviewed(job, session, reviewed, facts.history),
  );
  const outcome = await follow({
    observation: facts.observation,
    evidence,
    tracked: facts.tracked,
    baseline: facts.baseline,
    waitForJobs: inputs['wait-for-jobs'],
    hasSecretMakers: facts.hasSecretMakers,
    failFast: inputs['fail-fast'],
    deadline: startedAt + inputs.timeout.ms,
    helm,
    cancelled: job.cancelled,
    onProgress: (verdict) => say(progressLine(verdict, Date.now() - startedAt)),
  });
  if (outcome.ending === undefined) outcome.ending = await stop(helm);
  return outcome;
}

function underway({ inputs }: WriterJob, facts: Facts, draft: Draft, startedAt: number): Underway {
  const { release, namespace, cluster, helmVersion, run } = draft;
  const common = { release, namespace, cluster, helmVersion, run, startedAt, timeoutMs: inputs.timeout.ms };
  const images = facts.imageChanges;
  return { ...common, images, before: latest(facts.history)?.number, target: facts.target?.revision.number };
}

/** `untested`: healthy is not enough, its tests have to succeed. */
export function keepForPost(job: WriterJob, facts: Facts, draft: Draft, untested: boolean): void {
  keepUnsettled(job, draft, {
    atomic: job.inputs.atomic,
    target: facts.target,
    ownRevision: (latest(facts.history)?.number ?? 0) + 1,
    untested,
    firstInstall: facts.history.length === 0,
    runningImages: facts.runningImages,
    noHooks: job.inputs['helm-args'].includes('--no-hooks'),
  });
}

function upgradePlan({ inputs, context, session }: WriterJob, facts: Facts, revision: number): UpgradePlan {
  return {
    ...session.source,
    timeout: inputs.timeout.text,
    atomic: inputs.atomic,
    wait: true,
    waitForJobs: inputs['wait-for-jobs'],
    createNamespace: inputs['create-namespace'],
    historyMax: inputs['history-max'],
    description: runDescription(context),
    labels: { [RUN_LABEL]: `${context.runId || '0'}-${context.attempt}`, [REVISION_LABEL]: String(revision) },
    waitStrategy: facts.waitStrategy,
    forceConflicts: facts.forceConflicts,
  };
}

/** Helm's description of a revision: which run made it. release/rollback-target.ts reads it again (deploymentOf). */
export function runDescription({ sha, runId, actor }: WriterJob['context']): string {
  return `${DESCRIPTION_PREFIX} commit ${sha.slice(0, 12)}, run ${runId}, by ${actor}`;
}

/** One SIGINT: Helm writes `failed` into its record and ends. One that cannot reach the API server may hang. */
export async function stop(helm: Child): Promise<Ending> {
  helm.signal('SIGINT');
  const harder = setTimeout(() => helm.signal('SIGTERM'), LAST_WORDS_MS);
  const hardest = setTimeout(() => helm.signal('SIGKILL'), 2 * LAST_WORDS_MS);
  const ending = await helm.ended;
  clearTimeout(harder);
  clearTimeout(hardest);
  return ending;
}

/**
 * Everything is healthy and Helm's record says `failed`: the same upgrade once more, without waiting, sets it right.
 * When it does not, the warning of the report says so; nothing is rolled back either way.
 */
export async function correctRecord(job: WriterJob, facts: Facts): Promise<undefined> {
  const {
    session: { helm },
    say,
  } = job;
  const history = await helm.history();
  if (latest(history)?.status === 'deployed') return;
  say('Every object is healthy, but Helm gave up: repeating the upgrade without waiting, to set its record right');
  const plan = upgradePlan(job, facts, (latest(history)?.number ?? 0) + 1);
  const ending = await helm.upgrade({ ...plan, wait: false }, () => {}).ended;
  if (ending.code !== 0) say(`Helm's record still says failed: ${ending.stderr.trim()}`);
}

/** How far the workloads are, in one line of the log. */
export function progressLine(verdict: Verdict, afterMs: number): string {
  const rows = workloadStates(verdict).map(({ ref, ready, desired, missing }) => {
    return `${titleOf(ref)} ${ready}/${desired}${missing ? ` (${missing})` : ''}`;
  });
  return `+${(afterMs / 1000).toFixed(1)} s  ${rows.join(', ') || 'no workloads'}`;
}
