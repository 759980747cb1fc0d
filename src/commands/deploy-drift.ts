import { type DriftCheck, hasDrifted } from '../drift/check.ts';
import { beforeUpgradeTo } from '../drift/next.ts';
import { type KubeObject, titleOf } from '../kubernetes/object.ts';
import type { Revision } from '../release/history.ts';
import type { DriftReport, DriftRow } from '../report/drift-report.ts';
import type { DeployJob } from './deploy.ts';
import { checkRelease } from './drift.ts';
import { driftReport, driftSentence } from './drift-report.ts';

/** What is known of changes by hand before an upgrade; nothing of it on a first install, and `problem` when it could not be read. */
export interface DriftBefore {
  check?: DriftCheck;
  report?: DriftReport;
  problem?: string;
}

/** Looks for drift before a deploy or a diff. Never throws: what may be overwritten need not be known for either. */
export async function driftBefore(
  job: Parameters<typeof checkRelease>[0],
  history: readonly Revision[],
): Promise<DriftBefore> {
  try {
    const check = await checkRelease(job, history);
    return check ? { check, report: driftReport(check) } : {};
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Why a deploy with `on-drift: fail` is not begun; undefined when it may be. */
export function driftRefusal(
  { inputs }: DeployJob,
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

/** The same against what this deploy brings. */
export function againstNew(found: DriftBefore, rendered: readonly KubeObject[]): DriftBefore {
  if (!found.check) return found;
  const check = { ...found.check, findings: beforeUpgradeTo(rendered, found.check.findings) };
  return { check, report: driftReport(check) };
}

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
export function mustForce({ inputs }: DeployJob, { check }: DriftBefore): boolean {
  if (inputs['on-drift'] === 'overwrite') return true;
  return check?.findings.some(({ next }) => next === 'conflict') ?? false;
}
