import { comparedRevision, type DriftCheck, hasDrifted } from '../../drift/check.ts';
import { isPending, latest } from '../../release/history.ts';
import { parseManifest } from '../../release/manifest.ts';
import type { Report } from '../../report/report.ts';
import { type ImageDifference, imageDifferences, imagesOf } from '../../rollout/images.ts';
import { blank } from '../blank.ts';
import type { DriftJob } from '../job.ts';
import type { Session } from '../prepare/prepare.ts';
import { adoptReport } from './adopt.ts';
import { checkRelease } from './check-release.ts';
import { driftReport, driftSentence } from './report.ts';

/**
 * What was changed in the cluster by hand, who did it, and what the next upgrade does to it. Changes nothing in the cluster; with
 * `adopt` it changes value files in the workspace. Throws when there is no release to compare with.
 */
export async function drift(job: DriftJob): Promise<Report> {
  const { inputs, session, say } = job;
  const history = await session.helm.history();
  const revision = comparedRevision(history);
  if (!revision) {
    throw new Error(`there is no release ${inputs.release} in ${inputs.namespace} to compare the cluster with`);
  }
  const newest = latest(history);
  const number = newest?.number;
  const base = blank({ ...job, workshop: session }, session.cluster.id);
  const report = { ...base, command: 'drift', revision: number, previousRevision: number } as const;
  if (isPending(newest)) {
    const reason = `a deploy is in progress: revision ${number} is ${newest?.status}`;
    return { ...report, status: 'unknown', reason, next: 'run it again when the deploy has ended' };
  }
  say(`Comparing revision ${revision.number} of ${inputs.release} with what is in ${inputs.namespace}`);
  const check = await checkRelease(job, history);
  if (!check) throw new Error(`revision ${revision.number} of ${inputs.release} is gone`);
  const found = driftReport(check);
  for (const { object, path, who } of found.rows) say(`Drift: ${object.kind}/${object.name} ${path} (${who})`);
  const adopt = found.rows.length > 0 ? await adoptReport(job, check, history) : undefined;
  return {
    ...report,
    ...conclusion(check, driftSentence(found)),
    drift: await imageDrift(session, check),
    driftCheck: { ...found, ...(adopt ? { adopt } : {}) },
    tookMs: Date.now() - job.startedAt,
  };
}

function conclusion(check: DriftCheck, sentence: string): Pick<Report, 'status' | 'reason' | 'next'> {
  const drifted = hasDrifted(check);
  if (drifted) return { status: 'drifted', reason: sentence, next: 'write it into the values, or put it back' };
  if (drifted === false) return { status: 'clean', reason: sentence, next: '' };
  const [first] = check.unread;
  return {
    status: 'unknown',
    reason: `${check.unread.length} of ${check.objects} objects could not be read (${first?.reason ?? ''}); the others are as the release says`,
    next: "grant the kubeconfig's user `get` on all kinds of the chart",
  };
}

async function imageDrift({ helm }: Session, { revision, live }: DriftCheck): Promise<ImageDifference[]> {
  const manifest = parseManifest(await helm.manifest(revision.number), helm.target.namespace);
  return imageDifferences(imagesOf(manifest), imagesOf(live));
}
