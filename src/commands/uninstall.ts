import { setTimeout as sleep } from 'node:timers/promises';
import { type KubeObject, refOf, titleOf } from '../kubernetes/object.ts';
import { lastError } from '../release/helm.ts';
import { isPending, latest, type Revision } from '../release/history.ts';
import { whoHolds } from '../release/holder.ts';
import { parseManifest } from '../release/manifest.ts';
import { patiently } from '../release/patience.ts';
import { claimsOf, isKept } from '../release/remains.ts';
import type { RemovalReport, Report } from '../report/report.ts';
import { type Draft, draftOf, finish } from './draft.ts';
import type { WriterJob } from './job.ts';

/** Between two looks at what is still there, in ms. */
const POLL_MS = 300;

/** The objects of a release: what Helm deletes, what it was told to keep, and what its hooks made. */
interface Belongings {
  doomed: KubeObject[];
  kept: KubeObject[];
  hooks: KubeObject[];
  /** Definitions in the chart's `crds/`, as far as a chart was given. */
  definitions: KubeObject[];
}

/**
 * Removes a release: read what it owns → helm uninstall → look whether it is gone and what stays. A release that does not
 * exist is `unchanged`: a preview environment may be closed twice. Throws only before anything was touched.
 */
export async function uninstall(job: WriterJob): Promise<Report> {
  const { session, inputs, say } = job;
  const draft: Draft = { ...draftOf(job), command: 'uninstall' };
  const history = await session.helm.history();
  if (history.length === 0) {
    const reason = `there is no release ${inputs.release} in the namespace ${inputs.namespace}: nothing to uninstall`;
    return { ...finish(draft, { status: 'unchanged', reason, next: '' }) };
  }
  const facts = { previousRevision: latest(history)?.number };
  const held = await heldBy(job, history);
  if (held) return { ...finish(draft, { status: 'refused', ...held, history }), ...facts };

  const belongings = await belongingsOf(job, history);
  for (const object of belongings.doomed)
    say(`${inputs['dry-run'] ? 'Would delete' : 'Deletes'} ${titleOf(refOf(object))}`);
  if (inputs['dry-run']) {
    const removal = await remains(job, belongings, []);
    const reason = `an uninstall would delete ${removal.deleted.length} objects; nothing was changed`;
    return { ...finish(draft, { status: 'changed', reason, next: '', history }), ...facts, removal };
  }
  return { ...(await remove(job, draft, belongings, history)), ...facts };
}

/** An operation of somebody who may still be at work is not cut off. */
async function heldBy(
  { session, inputs, hasEnded }: WriterJob,
  history: Revision[],
): Promise<{ reason: string; next: string } | undefined> {
  if (!isPending(latest(history))) return undefined;
  const { helm, kubectl } = session;
  const holder = await whoHolds({ helm, kubectl, history, hasEnded, timeoutMs: inputs.timeout.ms, now: Date.now() });
  if (holder.state === 'dead') return undefined;
  const reason = `the release ${inputs.namespace}/${inputs.release} is held: ${holder.why}`;
  const command = `helm uninstall ${inputs.release} --namespace ${inputs.namespace}`;
  return {
    reason,
    next: holder.run ? 'wait until that run has ended, then re-run this one' : `when nobody is at work: \`${command}\``,
  };
}

/** Helm deletes what its newest revision holds. */
async function belongingsOf({ session, inputs }: WriterJob, history: Revision[]): Promise<Belongings> {
  const { helm } = session;
  const number = latest(history)?.number ?? 0;
  const [manifest, hooks, crds] = await Promise.all([
    helm.manifest(number),
    helm.hooks(number),
    inputs.chart === '' ? '' : helm.crds(inputs.chart).catch(() => ''),
  ]);
  const objects = parseManifest(manifest, inputs.namespace);
  return {
    doomed: objects.filter((object) => !isKept(object)),
    kept: objects.filter(isKept),
    hooks: parseManifest(hooks, inputs.namespace),
    definitions: parseManifest(crds, inputs.namespace),
  };
}

async function remove(job: WriterJob, draft: Draft, belongings: Belongings, history: Revision[]): Promise<Report> {
  const { session, inputs, say, cancelled } = job;
  const { helm, kubectl } = session;
  const deadline = Date.now() + inputs.timeout.ms;
  const command = `\`helm uninstall ${inputs.release} --namespace ${inputs.namespace}\``;
  try {
    say(`helm uninstall ${inputs.release}`);
    const ending = await helm.uninstall(inputs.timeout.text, true).ended;
    let left = await patiently(deadline, () => kubectl.objects(belongings.doomed.map(refOf)));
    while (ending.code === 0 && left.length > 0 && Date.now() < deadline && !cancelled.aborted) {
      await sleep(POLL_MS);
      left = await patiently(deadline, () => kubectl.objects(belongings.doomed.map(refOf)));
    }
    const after = await patiently(deadline, () => helm.history());
    const removal = await remains(job, belongings, left);
    const titles = left.map((object) => titleOf(refOf(object)));
    if (ending.code === 0 && left.length === 0 && after.length === 0) {
      const reason = `the release and its ${belongings.doomed.length} objects are gone`;
      return { ...finish(draft, { status: 'uninstalled', reason, next: '', history: [] }), removal };
    }
    const problem =
      ending.code !== 0
        ? lastError(ending.stderr) || `helm ended with exit code ${ending.code}`
        : `still there: ${titles.join(', ')}`;
    const next =
      ending.code === 0
        ? 'look at their finalizers: `kubectl get … --output yaml`'
        : `mend what Helm names, then re-run, or run ${command}`;
    const reason = after.length === 0 ? `Helm has removed the release, but ${problem}` : problem;
    return {
      ...finish(draft, { status: cancelled.aborted ? 'unknown' : 'failed', reason, next, history: after }),
      removal,
    };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const reason = `whether the release is gone is unknown: ${problem}`;
    return finish(draft, { status: 'unknown', reason, next: `re-run this job, or run ${command}`, history });
  }
}

/** Looks at what is there now that is not going to be deleted; `left` was, and is still there. */
async function remains(
  { session, inputs }: WriterJob,
  { doomed, kept, hooks, definitions }: Belongings,
  left: readonly KubeObject[],
): Promise<RemovalReport> {
  const there = async (objects: readonly KubeObject[]): Promise<string[]> => {
    if (objects.length === 0) return [];
    return (await session.kubectl.objects(objects.map(refOf))).map((object) => titleOf(refOf(object)));
  };
  const [keptNow, hooksNow, definitionsNow, claims] = await Promise.all([
    there(kept),
    there(hooks),
    there(definitions),
    claimsOf(session.api, doomed).catch(() => undefined),
  ]);
  const gone = new Set(left.map((object) => titleOf(refOf(object))));
  const because = (titles: readonly string[], why: string) => titles.map((title) => ({ title, why }));
  return {
    deleted: doomed.map((object) => titleOf(refOf(object))).filter((title) => !gone.has(title)),
    stays: [
      ...because([...gone], 'it was to be deleted and is still there'),
      ...because(keptNow, 'annotated "helm.sh/resource-policy: keep"'),
      ...because(claims ?? [], 'a claim of a StatefulSet: it holds data'),
      ...because(definitionsNow, "Helm never deletes what is in a chart's crds/"),
      ...because(hooksNow, 'made by a hook, which is no part of the release'),
      ...(claims === undefined ? because(['PersistentVolumeClaims'], 'whether some stay could not be read') : []),
      ...because([`Namespace/${inputs.namespace}`], 'Helm does not delete the namespace'),
    ],
    dryRun: inputs['dry-run'],
  };
}
