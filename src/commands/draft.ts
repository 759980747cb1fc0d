import { runUrl } from '../github/context.ts';
import { keyOf, titleOf } from '../kubernetes/object.ts';
import { causeOf, type Outcome } from '../release/follow.ts';
import { latest, type Revision } from '../release/history.ts';
import type { Facts } from '../release/inspect.ts';
import type { Settlement } from '../release/settlement.ts';
import type { CauseReport, Report, RevisionRow, RollbackReport, WorkloadRow } from '../report/report.ts';
import { isWorkload } from '../rollout/done.ts';
import type { Evidence } from '../rollout/evidence.ts';
import { explain } from '../rollout/explain.ts';
import { type Cause, type ObjectState, workloadStates } from '../rollout/verdict.ts';
import type { WriterJob } from './job.ts';

/** The part of a report that is known from the start; post completes it when main could not. */
export type Draft = Omit<Report, 'status' | 'reason' | 'next' | 'tookMs'>;

/** The report before anything has happened. */
export function draftOf({ inputs, context, session }: WriterJob): Draft {
  return {
    schemaVersion: 1,
    command: 'deploy',
    release: inputs.release,
    namespace: inputs.namespace,
    cluster: session.cluster.id,
    images: [],
    drift: [],
    workloads: [],
    history: [],
    warnings: [],
    startedAt: Date.now(),
    helmVersion: session.helm.version,
    run: { url: runUrl(context), id: context.runId, attempt: context.attempt, sha: context.sha, actor: context.actor },
  };
}

/** How it ended, in the words of the report. */
export type Conclusion = Pick<Report, 'status' | 'reason' | 'next'>;

/** What the run found out; everything but the conclusion may be missing when it ended early. */
export interface Findings extends Conclusion {
  facts?: Facts;
  outcome?: Outcome;
  settled?: Settlement;
  evidence?: Evidence;
  history?: readonly Revision[];
}

/** The report of a finished run. */
export function finish(draft: Draft, findings: Findings): Report {
  const { status, reason, next, facts, outcome, settled, evidence, history = [] } = findings;
  const upgradeStart = outcome?.milestones.startedAt ?? draft.startedAt;
  const cause = causeOf(outcome);
  return {
    ...draft,
    status,
    reason,
    next,
    revision: latest(history)?.number,
    previousRevision: facts && latest(facts.history)?.number,
    images: facts?.imageChanges ?? [],
    drift: facts?.hotFixes ?? [],
    workloads: outcome ? rows(outcome, settled, upgradeStart) : status === 'unchanged' ? standing(facts) : [],
    cause: cause && causeReport(cause, upgradeStart, outcome?.milestones.endedAt ?? Date.now()),
    evidence,
    rollback: settled && rollbackReport(settled, upgradeStart),
    history: historyRows(history, facts, settled, reason),
    warnings: [...draft.warnings, ...warnings(facts, outcome, history), ...leftBehind(atTheEnd(findings))],
    startedAt: upgradeStart,
    tookMs: Date.now() - upgradeStart,
  };
}

/** The objects as they were seen last. */
function atTheEnd({ status, facts, outcome, settled }: Findings): readonly ObjectState[] {
  if (settled && settled.objects.length > 0) return settled.objects;
  return outcome?.verdict.objects ?? (status === 'unchanged' ? (facts?.states ?? []) : []);
}

/** Healthy, and not what the chart says: that nobody may take for the new version. */
function leftBehind(objects: readonly ObjectState[]): string[] {
  return objects.flatMap(({ ref, done, behind, desired }) =>
    done && behind
      ? `\`${titleOf(ref)}\`: ${behind} of ${desired} pods still run an older revision: its update strategy (\`OnDelete\` or a \`partition\`) leaves them until somebody deletes them or lowers it`
      : [],
  );
}

/** The workloads as they are at the end: after a rollback, the ones of the revision gone back to. */
function rows(outcome: Outcome, settled: Settlement | undefined, startedAt: number): WorkloadRow[] {
  const after = settled?.objects ?? [];
  const verdict = after.length > 0 ? { ...outcome.verdict, objects: after } : outcome.verdict;
  return workloadStates(verdict).map(({ ref, ready, desired, done, missing }) => {
    const doneAt = after.length > 0 ? undefined : outcome.milestones.doneAt.get(keyOf(ref));
    return { ref, ready, desired, done, missing, tookMs: doneAt && doneAt - startedAt };
  });
}

/** The workloads as they were found. */
function standing(facts: Facts | undefined): WorkloadRow[] {
  const found = facts?.states.filter(({ ref }) => isWorkload(ref.kind)) ?? [];
  return found.map(({ ref, ready, desired, done, missing }) => ({ ref, ready, desired, done, missing }));
}

/** `endedAt`: a cause that is never final by itself was decided by the deadline. */
function causeReport(cause: Cause, startedAt: number, endedAt: number): CauseReport {
  const { signal, rule } = cause;
  const finalAt = Number.isFinite(cause.finalAt) ? cause.finalAt : endedAt;
  return {
    rule: rule.id,
    class: rule.class,
    ...explain(cause),
    object: signal.object,
    container: signal.container,
    image: signal.image,
    message: signal.message,
    exitCode: signal.exitCode,
    seenAfterMs: cause.seenAt - startedAt,
    finalAfterMs: finalAt - startedAt,
  };
}

function rollbackReport(settled: Settlement, upgradeStart: number): RollbackReport | undefined {
  const { target, verified, problems, restored, startedAt, endedAt } = settled;
  if (!target) return undefined;
  const tookMs = endedAt - startedAt;
  const startedAfterMs = startedAt - upgradeStart;
  const times = { tookMs, startedAfterMs };
  return { to: target.revision.number, proof: target.proof, verified, problems, ...times, restoredImages: restored };
}

const HISTORY_ROWS = 8;

function historyRows(
  history: readonly Revision[],
  facts: Facts | undefined,
  settled: Settlement | undefined,
  reason: string,
): RevisionRow[] {
  const target = settled?.target?.revision.number ?? facts?.target?.revision.number;
  const own = facts && (latest(facts.history)?.number ?? 0) + 1;
  const newest = latest(history)?.number;
  return history
    .slice(-HISTORY_ROWS)
    .reverse()
    .map(({ number, status, updated, chart, description }) => {
      // Helm knows of a run that we ended only that it was ended ("context canceled").
      const said = number === own && status === 'failed' ? reason : description;
      const notes = [number === newest ? '← newest' : '', number === target ? 'last healthy' : '', said];
      return { number, status, updated, chart, note: notes.filter(Boolean).join(' · ') };
    });
}

function warnings(facts: Facts | undefined, outcome: Outcome | undefined, history: readonly Revision[]): string[] {
  const drifted = (facts?.hotFixes ?? []).map(
    ({ workload, from, to }) =>
      `Drift: \`${workload.kind}/${workload.name}\` ran \`${to}\` although the release said \`${from}\``,
  );
  const record = latest(history)?.status;
  const disagrees = outcome?.kind === 'healthy-although-helm-failed' && record !== 'deployed';
  return disagrees ? [...drifted, `Helm's record of the newest revision still says \`${record}\``] : drifted;
}
