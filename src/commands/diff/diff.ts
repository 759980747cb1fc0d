import { KubeconfigError } from '../../cluster/kubeconfig.ts';
import { diffRelease } from '../../diff/diff.ts';
import { DiffInputError } from '../../diff/documents.ts';
import { distrust } from '../../github/trust.ts';
import { type KubeObject, keyOf } from '../../kubernetes/object.ts';
import { run } from '../../process/run.ts';
import { HelmError } from '../../release/helm.ts';
import { findHelmDiff, PluginError } from '../../release/helm-diff.ts';
import { isPending, latest, type Revision } from '../../release/history.ts';
import { withoutHooks } from '../../release/hooks.ts';
import type { DriftReport } from '../../report/drift-report.ts';
import type { Report } from '../../report/report.ts';
import { imagesOf } from '../../rollout/images.ts';
import { chartAudit, minorOf, objectsIn } from '../audit/chart-audit.ts';
import { againstNew, type DriftBefore, driftBefore } from '../drift/before.ts';
import type { ReaderJob } from '../job.ts';
import { learnLiveSecrets, learnNamespaceSecrets, learnRendered } from '../known-secrets.ts';
import { withOldValues } from '../old-values.ts';
import { clusterOf, inSession, publicWords, type Session } from '../prepare/prepare.ts';
import { diffBaseline } from './baseline.ts';
import { type Checks, checkUpgrade } from './checks.ts';
import { baseAgainstHead } from './offline.ts';
import { pluginDiff } from './plugin.ts';
import { diffRecords } from './records.ts';
import { type DiffFindings, diffReport, objectsOf, pluginReport, unrenderedReport } from './report.ts';
import { fingerprintFor } from './review.ts';

/**
 * What an upgrade would change, without changing anything: the chart, rendered on this machine, against the last healthy
 * revision. Without a cluster, or for code that may not be trusted with it, the pull request's base against its head.
 */
export async function diff(job: ReaderJob): Promise<Report> {
  const reason = distrust(job.context);
  if (reason !== undefined) return offline(job, reason);
  try {
    return await inSession(job.workshop, job.inputs, (session) => againstRelease(job, session));
  } catch (error) {
    if (error instanceof KubeconfigError && error.isMissing)
      return offline(job, 'no cluster is configured for this job');
    if (error instanceof PluginError) return pluginReport(job, error);
    if (error instanceof HelmError || error instanceof DiffInputError) return unrenderedReport(job, error);
    throw error;
  }
}

async function againstRelease(job: ReaderJob, session: Session): Promise<Report> {
  const { inputs } = job;
  const plugin = inputs['diff-engine'] === 'helm-diff' ? await findHelmDiff(run, session.helmTool) : undefined;
  const { history, base, records, source, cluster, text, lookedUp } = await readBoth(job, session);
  const now = withoutHooks(text);
  learnRendered(text, { ...job, ...job.workshop });
  const found = diffRelease({
    old: base.manifest,
    oldHooks: base.hooks,
    new: now.manifest,
    newHooks: now.hooks,
    ...(records.crds && { crds: { ...records.crds, isUpgrade: history.length > 0 } }),
    releaseNamespace: inputs.namespace,
  });
  const objectsOfText = (part: string): KubeObject[] => objectsIn(part, inputs.namespace);
  const old = objectsOfText(base.manifest);
  const rendered = objectsOfText(now.manifest);
  const before = [...old, ...objectsOfText(base.hooks)];
  const after = [...rendered, ...objectsOfText(now.hooks)];
  const prints = base.drift.length > 0 || found.objects.some(({ change }) => change !== 'unchanged');
  const renderedBytes = Buffer.byteLength(text);
  const looking = isPending(latest(history)) ? undefined : driftBefore({ ...job, session }, history);
  const [checks, theirs, looked] = await Promise.all([
    checkUpgrade(session, { source, history, record: records.last, old, now: rendered, renderedBytes }),
    plugin ? pluginDiff(job, session, { plugin, source, cluster, history }) : undefined,
    looking,
    prints ? learnFrom(job, session, [...before, ...after]) : undefined,
  ]);
  const driftCheck = looked && againstNew(looked, rendered).report;
  return diffReport(job, {
    found,
    shown: theirs?.objects ?? objectsOf(found, history.length > 0),
    against: theirs?.against ?? describeBase(base.revision),
    drift: base.drift,
    driftCheck,
    newImages: imagesOf(rendered),
    warnings: [
      ...inProgress(latest(history)),
      ...unlooked(looked),
      ...(theirs?.warnings ?? []),
      ...checks.warnings,
      ...newConflicts(checks, driftCheck),
    ],
    notChecked: [...records.notChecked, ...checks.notChecked],
    audit: chartAudit(inputs, {
      now: after,
      before,
      against: base.revision ? `revision ${base.revision.number}` : '',
      minor: minorOf(session.server),
    }),
    cluster: session.cluster.id,
    previousRevision: latest(history)?.number,
    fingerprint: fingerprintFor(job, session, text, lookedUp),
  });
}

/** Both sides: the release as it is stored and runs, and the chart as it renders. */
async function readBoth(job: ReaderJob, session: Session) {
  const { helm } = session;
  const [history, told] = await Promise.all([helm.history(), clusterOf(session)]);
  const [base, source] = await Promise.all([
    diffBaseline(session, history),
    withOldValues(session, history, job.learn),
  ]);
  // Before the chart is rendered: an error of Helm's may quote them.
  for (const stored of [base.manifest, base.hooks]) learnRendered(stored, { ...job, ...job.workshop });
  const lookup = job.inputs.render === 'server';
  const lookedUp = lookup ? await learnNamespaceSecrets(job, session) : [];
  const against = base.revision ? `revision ${base.revision.number}` : 'nothing: a first install';
  job.say(`Rendering ${job.inputs.release} and comparing it with ${against}`);
  const cluster = { isUpgrade: history.length > 0, ...told, lookup };
  const [text, records] = await Promise.all([
    helm.template(source, cluster),
    diffRecords(session, source, history, base.revision),
  ]);
  return { history, base, records, source, cluster, text, lookedUp };
}

function learnFrom(job: ReaderJob, { kubectl }: Session, objects: readonly KubeObject[]): Promise<void> {
  return learnLiveSecrets({ ...job, kubectl }, objects, publicWords(job.inputs, job.workshop.chartValues, objects));
}

function describeBase(revision: Revision | undefined): string {
  return revision
    ? `revision ${revision.number}, ${revision.status} (${revision.chart})`
    : 'nothing: this is a first install';
}

function unlooked(looked: DriftBefore | undefined): string[] {
  return looked?.problem === undefined ? [] : [`Drift could not be looked for: ${looked.problem}`];
}

/** Conflicts that the table of drift does not show already. */
function newConflicts({ conflicts }: Checks, driftCheck: DriftReport | undefined): string[] {
  const rows = (driftCheck?.rows ?? []).filter(({ next }) => next === 'conflict');
  const told = new Set(rows.map(({ object }) => keyOf(object)));
  return conflicts.flatMap(({ key, warning }) => (told.has(key) ? [] : [warning]));
}

function inProgress(newest: Revision | undefined): string[] {
  return isPending(newest) ? [`A deploy is in progress: revision ${newest?.number} is ${newest?.status}`] : [];
}

async function offline(job: ReaderJob, reason: string): Promise<Report> {
  job.say(`Not compared with the cluster: ${reason}`);
  try {
    const { against, found, audit } = await baseAgainstHead(job);
    const findings: DiffFindings = {
      found,
      shown: objectsOf(found, true),
      against,
      drift: [],
      warnings: [],
      notChecked: [],
      audit,
      cluster: 'none',
      offline: reason,
    };
    return diffReport(job, findings);
  } catch (error) {
    if (error instanceof HelmError || error instanceof DiffInputError) return unrenderedReport(job, error);
    throw error;
  }
}
