import type { DriftCheck } from '../../drift/check.ts';
import { beforeUpgradeTo } from '../../drift/next.ts';
import type { KubeObject } from '../../kubernetes/object.ts';
import type { Revision } from '../../release/history.ts';
import type { DriftReport } from '../../report/drift-report.ts';
import { checkRelease } from './check-release.ts';
import { driftReport } from './report.ts';

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

/** The same against what this deploy brings. */
export function againstNew(found: DriftBefore, rendered: readonly KubeObject[]): DriftBefore {
  if (!found.check) return found;
  const check = { ...found.check, findings: beforeUpgradeTo(rendered, found.check.findings) };
  return { check, report: driftReport(check) };
}
