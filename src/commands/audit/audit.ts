import { audit as runChecks } from '../../audit/audit.ts';
import { asWritten, secretUses } from '../../audit/live.ts';
import { subjectsOf } from '../../audit/subjects.ts';
import { type AuditReport, summarize } from '../../audit/summary.ts';
import { KubeconfigError } from '../../cluster/kubeconfig.ts';
import { readLive, readObjects } from '../../cluster/live-facts.ts';
import { distrust } from '../../github/trust.ts';
import { InputError } from '../../inputs/input-error.ts';
import { keyOf, refOf } from '../../kubernetes/object.ts';
import { start } from '../../process/child.ts';
import { run } from '../../process/run.ts';
import { HelmError, helmFor } from '../../release/helm.ts';
import { deployed, type Revision } from '../../release/history.ts';
import { secretsOf } from '../../report/release-secrets.ts';
import type { Report } from '../../report/report.ts';
import { blank } from '../blank.ts';
import type { ReaderJob } from '../job.ts';
import { learnRendered } from '../known-secrets.ts';
import { clusterOf, inSession, publicWords, type Session } from '../prepare/prepare.ts';
import { chartAudit, minorOf, objectsIn } from './chart-audit.ts';

/**
 * The readiness checks on the live release; on the rendered chart when there is no release, no cluster, or code that may not be
 * trusted with one. Changes nothing. Throws InputError when the audit is off.
 */
export async function audit(job: ReaderJob): Promise<Report> {
  if (job.inputs.audit === 'off') throw new InputError('audit', '"off" leaves the command audit nothing to do');
  const reason = distrust(job.context);
  try {
    if (reason !== undefined) return await chartAlone(job, reason);
    return await inSession(job.workshop, job.inputs, (session) => inCluster(job, session));
  } catch (error) {
    if (error instanceof KubeconfigError && error.isMissing)
      return chartAlone(job, 'no cluster is configured for this job');
    if (!(error instanceof HelmError)) throw error;
    return {
      ...blank(job, 'none'),
      command: 'audit',
      status: 'failed',
      reason: error.message,
      next: 'mend the chart or the values',
    };
  }
}

async function inCluster(job: ReaderJob, session: Session): Promise<Report> {
  const history = await session.helm.history();
  const current = deployed(history);
  const found = current ? await liveRelease(job, session, current) : await renderedChart(job, session);
  return report(job, found, session.cluster.id, current?.number);
}

/** The objects as they run, with what only the cluster knows. */
async function liveRelease(job: ReaderJob, session: Session, current: Revision): Promise<AuditReport | undefined> {
  const { inputs } = job;
  const { helm, kubectl, api } = session;
  job.say(`Reading revision ${current.number} of ${inputs.release} and what runs of it`);
  const [manifest, hookText] = await Promise.all([helm.manifest(current.number), helm.hooks(current.number)]);
  const released = objectsIn(manifest, inputs.namespace);
  const hooks = objectsIn(hookText, inputs.namespace);
  const read = await readObjects(kubectl, released.map(refOf));
  const live = asWritten(read.objects, released);
  job.learn(secretsOf([...released, ...live, ...hooks], publicWords(inputs, job.workshop.chartValues, released)));
  const subjects = subjectsOf(live);
  const namespaces = [...new Set(subjectsOf(released).map(({ ref }) => ref.namespace ?? inputs.namespace))];
  const facts = await readLive(api, kubectl, { namespaces, secrets: secretUses(subjects), released });
  const minor = minorOf(session.server);
  // What may not be read is audited as it was released: better than not at all, and `unread` says so.
  const seen = new Set(live.map((object) => keyOf(refOf(object))));
  const kinds = new Set(read.refused.map(({ kind }) => kind));
  const unread = released.filter((object) => kinds.has(object.kind) && !seen.has(keyOf(refOf(object))));
  const setting = {
    profile: inputs['audit-profile'],
    ...(minor === undefined ? {} : { minor }),
    live: { ...facts, refused: [...facts.refused, ...read.refused] },
  };
  const rows = runChecks([...live, ...unread, ...hooks], setting);
  const withoutRead = unread.length > 0 ? ` (${[...kinds].join(', ')} as released: they may not be read)` : '';
  return summarize(rows, [], {
    profile: setting.profile.name,
    mode: inputs.audit === 'enforce' ? 'enforce' : 'warn',
    of: `revision ${current.number} as it runs${withoutRead}`,
    against: '',
  });
}

async function renderedChart(job: ReaderJob, session: Session): Promise<AuditReport | undefined> {
  const { helm, source, server } = session;
  job.say(`There is no deployed release ${job.inputs.release}: the checks read the rendered chart`);
  const text = await helm.template(source, { isUpgrade: false, ...(await clusterOf(session)) });
  const now = learnRendered(text, { ...job, ...job.workshop });
  return chartAudit(job.inputs, { now, before: [], against: '', minor: minorOf(server) });
}

async function chartAlone(job: ReaderJob, why: string): Promise<Report> {
  const { inputs, workshop } = job;
  job.say(`The checks read the rendered chart: ${why}`);
  const target = { release: inputs.release, namespace: inputs.namespace };
  const helm = helmFor(target, { ...workshop.helmTool, run, start });
  const text = await helm.template(workshop.source, { isUpgrade: false });
  const found = chartAudit(inputs, { now: learnRendered(text, { ...job, ...workshop }), before: [], against: '' });
  return report(job, found && { ...found, of: `the rendered chart (${why})` }, 'none', undefined);
}

function report(job: ReaderJob, found: AuditReport | undefined, cluster: string, revision: number | undefined): Report {
  const { fail = 0, warn = 0, unknown = 0 } = found?.counts ?? {};
  const isClean = fail + warn + unknown === 0;
  return {
    ...blank(job, cluster),
    command: 'audit',
    status: isClean ? 'clean' : 'findings',
    reason: isClean ? 'nothing to mend' : `${fail} failing checks, ${warn} warnings, ${unknown} unknown`,
    next: '',
    revision,
    previousRevision: revision,
    audit: found,
  };
}
