import type { Settlement } from '../../release/settlement.ts';
import type { UndoReport } from '../../report/report.ts';
import { failureOf } from '../deploy/conclude.ts';
import type { Conclusion } from '../draft.ts';
import type { WriterJob } from '../job.ts';
import { unlockCommand } from '../unlock.ts';
import type { RollbackPlan } from './plan.ts';

/** After a rollback to the current revision. */
const REPEATED = 'find out who changed the live objects: their managedFields and the audit log of the cluster tell';

/** The status that the observations allow: `rolled-back` only when the wanted revision was seen live and healthy. */
export function concludeRollback(
  { inputs, context }: WriterJob,
  plan: RollbackPlan,
  { settled, rescued, undo }: { settled: Settlement; rescued?: Settlement; undo?: UndoReport },
): Conclusion {
  const { number } = plan.target.revision;
  const command = unlockCommand(inputs, settled.history.length > 0 ? settled.history : plan.facts.history);
  if (settled.status === 'rolled-back') {
    const who = context.actor ? `, as ${context.actor} asked` : '';
    return {
      status: 'rolled-back',
      reason: `revision ${number} is live and healthy${who}`,
      next: undo && !plan.again ? nextDeploy(undo) : REPEATED,
    };
  }
  if (settled.status === 'rollback-failed') {
    const failure = settled.outcome && failureOf(settled.outcome);
    const why = failure?.reason ? `revision ${number} does not come up: ${failure.reason}` : settled.said;
    const next = failure?.next || 'mend what Helm names, then re-run';
    if (!rescued) {
      return {
        status: 'rollback-failed',
        reason: `${why}; it is what is live`,
        next: `${next}, or bring it back by hand: ${command}`,
      };
    }
    if (rescued.verified) return { status: 'rollback-failed', reason: `${why}; ${rescued.said}`, next };
    return {
      status: 'rollback-failed',
      reason: `${why}; then ${rescued.said}`,
      next: `bring it back by hand: ${command}`,
    };
  }
  const status = settled.status === 'unknown' ? 'unknown' : 'failed';
  return { status, reason: settled.said, next: `re-run this job, or run ${command}` };
}

/** A rollback moves the release and not the branch: what the next deploy would bring back, and what to revert. */
export function nextDeploy({ from, commits }: UndoReport): string {
  const named = commits.map(({ commit }) => `\`${commit}\``);
  const which =
    named.length > 0
      ? `revert ${named.join(', ')} first`
      : `revert what revision ${from} brought first (its commit is not recorded)`;
  return `the next deploy from the default branch brings the change back: ${which}`;
}
