import { KubeconfigError } from '../cluster/kubeconfig.ts';
import { diffRelease } from '../diff/diff.ts';
import { DiffInputError } from '../diff/documents.ts';
import type { RunContext } from '../github/context.ts';
import { distrust } from '../github/trust.ts';
import type { Inputs } from '../inputs.ts';
import { refOf } from '../kubernetes/object.ts';
import { HelmError } from '../release/helm.ts';
import { deployed, isPending, latest, type Revision } from '../release/history.ts';
import { withoutHooks } from '../release/hooks.ts';
import { lastHealthy } from '../release/last-healthy.ts';
import { ManifestError, parseManifest } from '../release/manifest.ts';
import { secretsOf } from '../report/release-secrets.ts';
import type { Report } from '../report/report.ts';
import { readiness } from '../rollout/done.ts';
import { type ImageDifference, imageDifferences, imagesOf } from '../rollout/images.ts';
import { againstNew, driftBefore } from './deploy-drift.ts';
import { baseAgainstHead } from './diff-offline.ts';
import { type DiffFindings, diffReport, unrenderedReport } from './diff-report.ts';
import { connect, publicWords, type Session, type Workshop } from './prepare.ts';

/** What a diff gets handed in. */
export interface DiffJob {
  inputs: Inputs;
  context: RunContext;
  workshop: Workshop;
  say: (line: string) => void;
  /** ms since 1970. */
  startedAt: number;
  /** Takes the Secrets' values that were read, so that they do not leave. */
  learn: (secrets: readonly string[]) => void;
}

/**
 * What an upgrade would change, without changing anything: the chart, rendered on this machine, against the last healthy
 * revision. Without a cluster, or for code that may not be trusted with it, the pull request's base against its head.
 */
export async function diff(job: DiffJob): Promise<Report> {
  const reason = distrust(job.context);
  if (reason !== undefined) return offline(job, reason);
  try {
    const session = await connect(job.workshop, job.inputs);
    try {
      return await againstRelease(job, session);
    } finally {
      await session.close();
    }
  } catch (error) {
    if (error instanceof KubeconfigError && error.isMissing)
      return offline(job, 'no cluster is configured for this job');
    if (error instanceof HelmError || error instanceof DiffInputError) return unrenderedReport(job, error);
    throw error;
  }
}

async function againstRelease(job: DiffJob, session: Session): Promise<Report> {
  const { helm, kubectl, source } = session;
  const { namespace } = job.inputs;
  const [history, version, apiVersions] = await Promise.all([
    helm.history(),
    kubectl.serverVersion(10),
    kubectl.apiVersions(),
  ]);
  const checking = isPending(latest(history)) ? undefined : driftBefore({ ...job, session }, history);
  const base = await baseline(session, history);
  job.say(
    `Rendering ${job.inputs.release} and comparing it with ${base ? `revision ${base.number}` : 'nothing: a first install'}`,
  );
  const [text, old, oldHooks] = await Promise.all([
    helm.template(source, { isUpgrade: history.length > 0, kubeVersion: version.gitVersion, apiVersions }),
    base ? helm.manifest(base.number) : '',
    base ? helm.hooks(base.number) : '',
  ]);
  const now = withoutHooks(text);
  job.learn([old, oldHooks, text].flatMap((rendered) => secretsIn(job, rendered)));
  const found = diffRelease({ old, oldHooks, new: now.manifest, newHooks: now.hooks, releaseNamespace: namespace });
  const drift = await imageDrift(session, old, namespace);
  const pending = latest(history);
  const warnings = isPending(pending)
    ? [`A deploy is in progress: revision ${pending?.number} is ${pending?.status}`]
    : [];
  const before = await checking;
  if (before?.problem) warnings.push(`Drift could not be looked for: ${before.problem}`);
  const objects = parseManifest(now.manifest, namespace);
  const against = base ? `revision ${base.number}, ${base.status} (${base.chart})` : 'nothing: this is a first install';
  return diffReport(job, {
    found,
    against,
    drift,
    driftCheck: before && againstNew(before, objects).report,
    newImages: imagesOf(objects),
    warnings,
    cluster: session.cluster.id,
    previousRevision: pending?.number,
  });
}

/** The Secrets of a rendered text; one that is no manifest is the diff's to complain of. */
function secretsIn({ inputs, workshop }: DiffJob, rendered: string): string[] {
  try {
    const objects = parseManifest(rendered, inputs.namespace);
    return secretsOf(objects, publicWords(inputs, workshop.chartValues, objects));
  } catch (error) {
    if (error instanceof ManifestError) return [];
    throw error;
  }
}

/** The newest revision that counts as healthy; with a newer failed one on top the live state says nothing of it. */
async function baseline(session: Session, history: readonly Revision[]): Promise<Revision | undefined> {
  const current = deployed(history);
  if (!current) return lastHealthy(history)?.revision;
  const objects = parseManifest(await session.helm.manifest(current.number), session.helm.target.namespace);
  const live = await session.kubectl.objects(objects.filter((o) => imagesOf([o]).length > 0).map(refOf));
  const healthy = live.every((object) => readiness(object, { waitForJobs: false }).done);
  const onTop = latest(history)?.number === current.number;
  return lastHealthy(history, { deployedIs: healthy && onTop ? 'healthy' : 'unclear' })?.revision;
}

/** Images that run although the release says others: this upgrade would replace them. */
async function imageDrift({ kubectl }: Session, manifest: string, namespace: string): Promise<ImageDifference[]> {
  const objects = parseManifest(manifest, namespace);
  const live = await kubectl.objects(objects.filter((object) => imagesOf([object]).length > 0).map(refOf));
  return imageDifferences(imagesOf(objects), imagesOf(live));
}

async function offline(job: DiffJob, reason: string): Promise<Report> {
  job.say(`Not compared with the cluster: ${reason}`);
  try {
    const { against, found } = await baseAgainstHead(job);
    const findings: DiffFindings = { found, against, drift: [], warnings: [], cluster: 'none', offline: reason };
    return diffReport(job, findings);
  } catch (error) {
    if (error instanceof HelmError || error instanceof DiffInputError) return unrenderedReport(job, error);
    throw error;
  }
}
