import type { AuditReport } from '../../audit/summary.ts';
import type { ReleaseDiff } from '../../diff/diff.ts';
import type { Fingerprint } from '../../diff/fingerprint.ts';
import { keyOf, type ObjectRef } from '../../kubernetes/object.ts';
import type { PluginError } from '../../release/helm-diff.ts';
import type { DriftReport } from '../../report/drift-report.ts';
import { moment } from '../../report/markdown.ts';
import type { DiffObject, Report } from '../../report/report.ts';
import { type ImageDifference, type ImageUse, imageDifferences } from '../../rollout/images.ts';
import { blank } from '../blank.ts';
import type { ReaderJob } from '../job.ts';

/** What a diff found out. */
export interface DiffFindings {
  found: ReleaseDiff;
  /** The objects that change, with their text: ours, or those of the helm-diff plugin. */
  shown: DiffObject[];
  against: string;
  drift: ImageDifference[];
  driftCheck?: DriftReport;
  /** The images that the upgrade would run. */
  newImages?: ImageUse[];
  warnings: string[];
  audit: AuditReport | undefined;
  notChecked: string[];
  cluster: string;
  previousRevision?: number;
  /** Why the cluster was not asked. */
  offline?: string;
  /** Of the new render, for the deploy to compare with. */
  fingerprint?: Fingerprint;
}

/** What our own engine shows: the objects that change. An upgrade leaves `crds/` alone, so nothing of it changes then. */
export function objectsOf({ objects }: ReleaseDiff, isUpgrade: boolean): DiffObject[] {
  return objects.flatMap(({ title, change, source, noise, lines }): DiffObject[] =>
    change === 'unchanged' || (source === 'crds' && isUpgrade) ? [] : [{ title, change, noise, lines }],
  );
}

/** Whether the upgrade runs what runs now. */
function isKept(use: ImageUse, newImages: readonly ImageUse[]): boolean {
  const known = newImages.some(
    ({ workload, container }) => keyOf(workload) === keyOf(use.workload) && container === use.container,
  );
  return known && imageDifferences(newImages, [use]).length === 0;
}

/** `, set by kubectl set image on …,` as far as the API server recorded it. */
function setBy(check: DriftReport | undefined, workload: ObjectRef, container: string): string {
  const row = check?.rows.find(
    ({ object, path }) => keyOf(object) === keyOf(workload) && path.endsWith(`[${container}].image`),
  );
  if (!row) return '';
  return `, set by ${row.who}${row.when === undefined ? '' : ` on ${moment(row.when)}`},`;
}

/** The report of a diff. */
export function diffReport(job: ReaderJob, findings: DiffFindings): Report {
  const { found, shown: objects, against, drift, warnings, notChecked, audit, cluster, previousRevision } = findings;
  const { newImages = [] } = findings;
  const drifted = drift.map(({ workload, container, from, to }) => {
    const fate = isKept({ workload, container, image: to }, newImages)
      ? 'this chart says so too'
      : 'this deploy replaces it';
    const by = setBy(findings.driftCheck, workload, container);
    return `Drift: \`${workload.kind}/${workload.name}\` runs \`${to}\`${by} although the release says \`${from}\`: ${fate}`;
  });
  const status = objects.length > 0 ? 'changed' : 'clean';
  return {
    ...blank(job, cluster),
    status,
    reason: reasonOf(objects.length),
    next: '',
    previousRevision,
    drift,
    ...(findings.driftCheck ? { driftCheck: findings.driftCheck } : {}),
    warnings: [...drifted, ...warnings, ...found.warnings.map(({ message }) => message)],
    audit,
    diff: {
      against,
      offline: findings.offline ?? '',
      meaning: found.meaning.parts.map(({ label, value }) => ({ label, value })),
      objects,
      // The plugin may show fewer or more than we count as changed.
      unchanged: Math.max(0, found.objects.length - objects.length),
      notChecked,
      fingerprint: findings.fingerprint,
    },
  };
}

function reasonOf(changes: number): string {
  if (changes === 0) return 'nothing changes';
  return changes === 1 ? '1 object changes' : `${changes} objects change`;
}

/** The report of a chart that does not render, or renders to no manifest. */
export function unrenderedReport(job: ReaderJob, error: Error): Report {
  return { ...blank(job, 'none'), status: 'failed', reason: error.message, next: 'mend the chart or the values' };
}

/** The report of a helm-diff plugin that is missing, does not fit, or failed. */
export function pluginReport(job: ReaderJob, error: PluginError): Report {
  return { ...blank(job, 'none'), status: 'failed', reason: error.message, next: error.next };
}
