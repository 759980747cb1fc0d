import { causeOf } from '../../release/follow.ts';
import { type HealthyRevision, lastHealthy } from '../../release/last-healthy.ts';
import { settle } from '../../release/settle.ts';
import type { ReleasePorts, Settlement } from '../../release/settlement.ts';
import type { Report } from '../../report/report.ts';
import { EvidenceKeeper } from '../../rollout/evidence.ts';
import { keep } from '../../state.ts';
import { aftermath, EVIDENCE_MS } from '../aftermath.ts';
import { progressLine, runDescription } from '../deploy/apply.ts';
import { type Draft, finish } from '../draft.ts';
import type { WriterJob } from '../job.ts';
import { keepUnsettled } from '../leftover.ts';
import { concludeRollback } from './conclude.ts';
import type { RollbackPlan } from './plan.ts';
import { withRows } from './report.ts';
import { type RevisionFacts, revisionFacts } from './revision-facts.ts';

/** From the first write on: everything ends in a report. */
export async function carryOut(
  job: WriterJob,
  ports: ReleasePorts,
  { plan, known }: { plan: RollbackPlan; known: RevisionFacts },
  draft: Draft,
): Promise<Report> {
  const { session, inputs, say } = job;
  const { facts, target, current } = plan;
  keepUnsettled(job, draft, {
    atomic: 'ours',
    target,
    ownRevision: current.number,
    again: plan.again,
    firstInstall: false,
    runningImages: [],
  });
  try {
    const evidence = new EvidenceKeeper((request) => session.kubectl.logs(request));
    const startedAt = Date.now();
    const settled = await settle(ports, {
      target,
      except: [],
      ownRevision: current.number,
      // The person asks for what that revision says, not for what somebody set by hand since.
      runningImages: [],
      firstInstall: false,
      again: plan.again,
      evidence,
      onProgress: (verdict) => say(progressLine(verdict, Date.now() - startedAt)),
      description: descriptionOf(job, target),
      timeout: inputs.timeout,
    });
    const { outcome } = settled;
    const cause = causeOf(outcome);
    if (settled.verified) say(settled.said);
    const rescued = settled.verified
      ? undefined
      : await aftermath(job, facts, { evidence, cause }, (careful) => {
          careful(settled.said);
          return rescue({ ...job, say: careful }, { ...ports, say: careful }, plan, settled);
        });
    const last = rescued ?? settled;
    if (last.verified || !job.cancelled.aborted) keep({ folder: session.folder });
    const history = last.history.length > 0 ? last.history : facts.history;
    const report = finish(draft, {
      ...concludeRollback(job, plan, { settled, rescued, undo: draft.undo }),
      facts,
      outcome,
      settled: last,
      evidence: cause && (await evidence.of(cause, EVIDENCE_MS)),
      history,
    });
    return withRows(report, await revisionFacts(session.helm, history, known));
  } catch (error) {
    // The state for post stays: it looks at the release again.
    const reason = `the run broke down in the middle: ${error instanceof Error ? error.message : String(error)}`;
    return finish(draft, { status: 'unknown', reason, next: 're-run this job: it looks at the release first', facts });
  }
}

/** Helm 3 stores "Rollback to N" and nothing else. */
function descriptionOf({ context }: WriterJob, { revision }: HealthyRevision): string {
  return `Rollback to ${revision.number}, ${runDescription(context)}`;
}

/**
 * The revision gone back to does not come up: the release returns to the one that was live and healthy before, with the
 * images that ran, or else to the last healthy other one. Undefined when that is not to be done.
 */
async function rescue(
  { inputs, cancelled, say }: WriterJob,
  ports: ReleasePorts,
  { facts, target, current }: RollbackPlan,
  failed: Settlement,
): Promise<Settlement | undefined> {
  if (failed.status !== 'rollback-failed' || inputs.atomic === 'off' || cancelled.aborted) return undefined;
  const wasLive = facts.target?.proof === 'observed' ? facts.target : undefined;
  const goal = wasLive ?? lastHealthy(facts.history, { except: [target.revision.number, current.number] });
  if (!goal) return undefined;
  say(`Revision ${target.revision.number} does not come up: going to revision ${goal.revision.number} instead`);
  return settle(ports, {
    target: goal,
    except: [target.revision.number],
    ownRevision: Math.max(failed.revision ?? 0, current.number),
    runningImages: wasLive ? facts.runningImages : [],
    firstInstall: false,
    timeout: inputs.timeout,
  });
}
