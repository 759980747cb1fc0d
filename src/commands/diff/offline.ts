import path from 'node:path';
import type { AuditReport } from '../../audit/summary.ts';
import { diffRelease, type ReleaseDiff } from '../../diff/diff.ts';
import { isInside } from '../../inputs/workspace.ts';
import { start } from '../../process/child.ts';
import { run } from '../../process/run.ts';
import { chartCrds } from '../../release/chart-crds.ts';
import { type Helm, helmFor } from '../../release/helm.ts';
import type { ChartSource } from '../../release/helm-args.ts';
import { withoutHooks } from '../../release/hooks.ts';
import { chartAudit, objectsIn } from '../audit/chart-audit.ts';
import type { ReaderJob } from '../job.ts';
import { completeChart } from '../prepare/obtain-chart.ts';

/** What was found without the cluster. */
export interface Offline {
  found: ReleaseDiff;
  against: string;
  audit: AuditReport | undefined;
}

/**
 * The chart as the base branch has it against the chart as the pull request has it, both rendered without a cluster. The
 * base is the first parent of the merge commit that actions/checkout checks out for a pull request; when the checkout is
 * too shallow to hold it, everything counts as new and `against` says so. Throws HelmError when the head does not render.
 */
export async function baseAgainstHead(job: ReaderJob): Promise<Offline> {
  const { inputs, workshop, context } = job;
  const target = { release: inputs.release, namespace: inputs.namespace };
  const helm = helmFor(target, { ...workshop.helmTool, run, start });
  const head = await helm.template(workshop.source, { isUpgrade: true });
  const crds = await chartCrds(workshop.source.chart);
  const base = await baseOf(job, helm);
  const [old, now] = [withoutHooks(base.text), withoutHooks(head)];
  const found = diffRelease({
    old: old.manifest,
    oldHooks: old.hooks,
    new: now.manifest,
    newHooks: now.hooks,
    ...(crds !== undefined && base.crds !== undefined && { crds: { old: base.crds, new: crds, isUpgrade: true } }),
    releaseNamespace: inputs.namespace,
  });
  const audit = chartAudit(inputs, {
    now: [now.manifest, now.hooks].flatMap((part) => objectsIn(part, inputs.namespace)),
    before: [old.manifest, old.hooks].flatMap((part) => objectsIn(part, inputs.namespace)),
    against: base.text === '' ? '' : base.said,
  });
  // Without the base nobody knows what is old: nothing is held against the change.
  if (audit && base.text === '') audit.red = false;
  return { found, audit, against: `${base.said}, both rendered without the cluster (${context.eventName})` };
}

interface Base {
  text: string;
  /** What stands in its `crds/`; undefined when that is not known. */
  crds?: string;
  said: string;
}

async function baseOf({ context, inputs, say, workshop }: ReaderJob, helm: Helm): Promise<Base> {
  const git = (...args: string[]) => run('git', ['-C', context.workspace, ...args]);
  const parent = await git('rev-parse', '--verify', '--quiet', 'HEAD^1');
  if (parent.code !== 0) {
    return {
      text: '',
      said: 'nothing: the checkout does not hold the base commit (actions/checkout with fetch-depth: 2)',
    };
  }
  const commit = parent.stdout.trim();
  const folder = path.join(workshop.folder, 'base');
  const added = await git('worktree', 'add', '--detach', '--quiet', folder, commit);
  if (added.code !== 0)
    return { text: '', said: `nothing: the base commit could not be checked out: ${added.stderr.trim()}` };
  try {
    const source = moved(workshop.source, { from: context.workspace, to: folder, ours: workshop.folder });
    const bench = { helmTool: workshop.helmTool, folder: workshop.folder, workspace: folder, say };
    await completeChart(source.chart, inputs, bench);
    const [text, crds] = await Promise.all([helm.template(source, { isUpgrade: true }), chartCrds(source.chart)]);
    const same = workshop.pulled ? ` with the same chart, ${workshop.pulled.name} ${workshop.pulled.version}` : '';
    return { text, crds, said: `the base commit ${commit.slice(0, 7)}${same}` };
  } catch {
    return { text: '', said: `nothing: the chart does not render at the base commit ${commit.slice(0, 7)}` };
  } finally {
    await git('worktree', 'remove', '--force', folder);
  }
}

interface Move {
  from: string;
  to: string;
  /** The private folder: inline values and a pulled chart are no part of the checkout, wherever it stands. */
  ours: string;
}

/** The same chart and files in another checkout. */
function moved(source: ChartSource, { from, to, ours }: Move): ChartSource {
  const move = (file: string): string =>
    isInside(file, from) && !isInside(file, ours) ? path.join(to, path.relative(from, file)) : file;
  return { ...source, chart: move(source.chart), valueFiles: source.valueFiles.map(move) };
}
