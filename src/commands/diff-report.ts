import type { ReleaseDiff } from '../diff/diff.ts';
import { type RunContext, runUrl } from '../github/context.ts';
import { keyOf } from '../kubernetes/object.ts';
import type { DriftReport } from '../report/drift-report.ts';
import type { DiffObject, Report } from '../report/report.ts';
import { type ImageDifference, type ImageUse, imageDifferences } from '../rollout/images.ts';
import type { DiffJob } from './diff.ts';

/** What a diff found out. */
export interface DiffFindings {
  found: ReleaseDiff;
  against: string;
  drift: ImageDifference[];
  driftCheck?: DriftReport;
  /** The images that the upgrade would run. */
  newImages?: ImageUse[];
  warnings: string[];
  cluster: string;
  previousRevision?: number;
  /** Why the cluster was not asked. */
  offline?: string;
}

function blank(
  { inputs, context, workshop, startedAt }: DiffJob,
  cluster: string,
): Omit<Report, 'status' | 'reason' | 'next'> {
  return {
    schemaVersion: 1,
    command: 'diff',
    release: inputs.release,
    namespace: inputs.namespace,
    cluster,
    images: [],
    drift: [],
    workloads: [],
    history: [],
    warnings: [],
    startedAt,
    tookMs: Date.now() - startedAt,
    helmVersion: workshop.helmTool.version,
    run: {
      url: runUrl(context),
      id: context.runId,
      attempt: context.attempt,
      sha: headOf(context),
      actor: context.actor,
    },
  };
}

/** On a pull request GITHUB_SHA is the merge commit, which nobody knows; the head is what the author pushed. */
function headOf({ payload, sha }: RunContext): string {
  return payload.pull_request?.head?.sha ?? sha;
}

/** Whether the upgrade runs what runs now. */
function isKept(use: ImageUse, newImages: readonly ImageUse[]): boolean {
  const known = newImages.some(
    ({ workload, container }) => keyOf(workload) === keyOf(use.workload) && container === use.container,
  );
  return known && imageDifferences(newImages, [use]).length === 0;
}

/** The report of a diff. */
export function diffReport(job: DiffJob, findings: DiffFindings): Report {
  const { found, against, drift, warnings, cluster, previousRevision, offline = '', newImages = [] } = findings;
  const objects = found.objects.flatMap(({ title, change, noise, lines }): DiffObject[] =>
    change === 'unchanged' ? [] : [{ title, change, noise, lines }],
  );
  const drifted = drift.map(
    ({ workload, container, from, to }) =>
      `Drift: \`${workload.kind}/${workload.name}\` runs \`${to}\` although the release says \`${from}\`: ${isKept({ workload, container, image: to }, newImages) ? 'this chart says so too' : 'this deploy replaces it'}`,
  );
  const status = objects.length > 0 ? 'changed' : 'clean';
  return {
    ...blank(job, cluster),
    status,
    reason: status === 'changed' ? `${objects.length} objects change` : 'nothing changes',
    next: '',
    previousRevision,
    drift,
    ...(findings.driftCheck ? { driftCheck: findings.driftCheck } : {}),
    warnings: [...drifted, ...warnings, ...found.warnings.map(({ message }) => message)],
    diff: {
      against,
      offline,
      meaning: found.meaning.parts.map(({ label, value }) => ({ label, value })),
      objects,
      unchanged: found.counts.unchanged,
    },
  };
}

/** The report of a chart that does not render, or renders to no manifest. */
export function unrenderedReport(job: DiffJob, error: Error): Report {
  return { ...blank(job, 'none'), status: 'failed', reason: error.message, next: 'mend the chart or the values' };
}
