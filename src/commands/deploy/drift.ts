import { hasDrifted } from '../../drift/check.ts';
import { titleOf } from '../../kubernetes/object.ts';
import type { DriftRow } from '../../report/drift-report.ts';
import type { DriftBefore } from '../drift/before.ts';
import { driftSentence } from '../drift/report.ts';
import type { WriterJob } from '../job.ts';

/** Why a deploy with `on-drift: fail` is not begun; undefined when it may be. */
export function driftRefusal(
  { inputs }: WriterJob,
  { check, report, problem }: DriftBefore,
): { reason: string; next: string } | undefined {
  if (inputs['on-drift'] !== 'fail') return undefined;
  if (problem !== undefined)
    return {
      reason: `drift could not be looked for: ${problem}`,
      next: 'mend that, or deploy with on-drift: overwrite',
    };
  if (!check || !report || hasDrifted(check) === false) return undefined;
  // What the new chart says too is not lost.
  if (check.unread.length === 0 && report.rows.every(({ next }) => next === 'same')) return undefined;
  const [unread] = check.unread;
  const reason = hasDrifted(check) ? driftSentence(report) : `not every object could be read: ${unread?.reason ?? ''}`;
  return {
    reason: `${reason}, and \`on-drift: fail\` refuses to overwrite that`,
    next: 'write it into the values or put it back (see the table), or deploy with on-drift: overwrite',
  };
}

const NEXT: Record<DriftRow['next'], string> = {
  overwrite: 'this deploy overwrites it',
  conflict: 'this deploy overwrites it',
  keep: 'this deploy leaves it as it is',
  same: 'the chart now says the same',
};

/** One line for each change by hand, before anything is done to it. */
export function driftLines({ report, problem }: DriftBefore): string[] {
  if (problem !== undefined) return [`Drift could not be looked for: ${problem}`];
  return (report?.rows ?? []).map(({ object, path, wanted, live, verdict, who, next }) => {
    const title = titleOf(object);
    if (verdict === 'missing') return `Drift: ${title} is missing; this deploy makes it again.`;
    if (verdict === 'foreign')
      return `Drift: ${title} belongs to ${live ? `the release ${live}` : 'no release: it was made by hand'}.`;
    const sides = `the release says ${wanted ?? 'nothing'}, the cluster has ${live ?? 'nothing'}`;
    return `Drift: ${title} ${path}: ${sides} (${who.replaceAll('`', '')}); ${NEXT[next]}.`;
  });
}

/**
 * Whether Helm 4 has to force its apply: to overwrite what was changed by hand, or, where that is refused, for fields that an autoscaler
 * or a certificate manager holds and that are no drift.
 */
export function mustForce({ inputs }: WriterJob, { check }: DriftBefore): boolean {
  if (inputs['on-drift'] === 'overwrite') return true;
  return check?.findings.some(({ next }) => next === 'conflict') ?? false;
}
