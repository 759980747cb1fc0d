import { titleOf } from '../../kubernetes/object.ts';
import type { Outcome } from '../../release/follow.ts';
import type { ReleaseTarget } from '../../release/helm-args.ts';
import type { Revision } from '../../release/history.ts';
import type { Settlement } from '../../release/settlement.ts';
import { explain } from '../../rollout/explain.ts';
import type { Conclusion } from '../draft.ts';
import { unlockCommand } from '../unlock.ts';

/** Why the deploy did not succeed, in one sentence, and what to do. */
export function failureOf(outcome: Outcome): { reason: string; next: string } {
  const { reason, next } = failureIn(outcome);
  return outcome.during === 'test' ? { reason: `helm test failed: ${reason}`, next } : { reason, next };
}

function failureIn(outcome: Outcome): { reason: string; next: string } {
  switch (outcome.kind) {
    case 'failed': {
      const { why, next } = explain(outcome.cause);
      return { reason: why, next };
    }
    case 'timed-out': {
      const found = outcome.cause && explain(outcome.cause);
      const open = outcome.verdict.objects.filter((object) => !object.done);
      const missing = open.map(({ ref, missing: what }) => `${titleOf(ref)}: ${what}`).join('; ');
      const pace =
        outcome.pace === 'slow' ? 'it was still progressing, but too slow for the time-out' : 'nothing moved any more';
      const next =
        outcome.pace === 'slow'
          ? 'raise the input timeout, or find what makes the start slow'
          : 'look at the evidence below';
      return {
        reason: `timed out: ${pace}${found ? `: ${found.why}` : missing ? `: ${missing}` : ''}`,
        next: found?.next ?? next,
      };
    }
    case 'helm-failed': {
      const said = outcome.ending?.stderr
        .trim()
        .split('\n')
        .filter((line) => line.startsWith('Error: '))
        .at(-1);
      const code = outcome.ending?.code ?? 0;
      const reason =
        said?.replace(/^Error: /, '') ??
        (code > 128 ? `helm was killed (signal ${code - 128})` : `helm ended with exit code ${code}`);
      return { reason, next: 'mend what Helm names, then re-run' };
    }
    case 'unknown':
      return { reason: outcome.reason, next: 're-run this job: it settles the release first' };
    case 'cancelled':
      return { reason: 'the job was cancelled during the upgrade', next: 'the post step settles the release' };
    case 'locked':
      return {
        reason: 'another operation on the release began at the same moment',
        next: 'wait until it has ended, then re-run',
      };
    default:
      return { reason: '', next: '' };
  }
}

/** The status that the observations allow, and no better one. */
export function conclude(
  outcome: Outcome,
  settled: Settlement | undefined,
  release: Pick<ReleaseTarget, 'release' | 'namespace'>,
  history: readonly Revision[],
): Conclusion {
  if (outcome.kind === 'healthy') return { status: 'deployed', reason: 'every object is healthy', next: '' };
  if (outcome.kind === 'healthy-although-helm-failed') {
    return { status: 'deployed', reason: 'every object is healthy, although Helm gave up waiting', next: '' };
  }
  const failure = failureOf(outcome);
  if (outcome.kind === 'locked') return { status: 'refused', ...failure };
  if (outcome.kind === 'cancelled' || outcome.kind === 'unknown') return { status: 'unknown', ...failure };
  if (!settled) return { status: 'failed', ...failure };
  const command = unlockCommand(release, history);
  switch (settled.status) {
    case 'rolled-back':
    case 'uninstalled':
      return { status: settled.status, ...failure };
    case 'untouched':
    case 'nothing-to-go-back-to':
    case 'taken-over':
      return { status: 'failed', reason: `${failure.reason}; ${settled.said}`, next: failure.next };
    case 'rollback-failed':
      return {
        status: 'rollback-failed',
        reason: `${failure.reason}; then ${settled.said}`,
        next: `bring it back by hand: ${command}`,
      };
    default:
      return {
        status: 'unknown',
        reason: `${failure.reason}; then ${settled.said}`,
        next: `re-run this job, or run ${command}`,
      };
  }
}
