/** The argument lists for Helm: pure, and the only place that knows how Helm 3 and Helm 4 differ in flags. */

import { type ExtraArg, templateExtras } from './extra-args.ts';

export type HelmMajor = 3 | 4;

/** Where the release is and how to reach it. */
export interface ReleaseTarget {
  release: string;
  namespace: string;
  kubeconfig?: string;
  kubeContext?: string;
}

/** What is deployed: chart and values, in Helm's own order of precedence. */
export interface ChartSource {
  chart: string;
  valueFiles: readonly string[];
  set: readonly string[];
  setString: readonly string[];
  /** Flags that the user adds (extra-args.ts). */
  extra?: readonly ExtraArg[];
}

/** `ours`: we roll back; `helm`: Helm's own flag as well; `off`: nobody does. */
export type AtomicMode = 'ours' | 'helm' | 'off';

export interface UpgradePlan extends ChartSource {
  /** As the user wrote it: Helm reads the same Go duration. */
  timeout: string;
  atomic: AtomicMode;
  wait: boolean;
  waitForJobs: boolean;
  createNamespace: boolean;
  description: string;
  labels: Record<string, string>;
  /** Revisions that Helm keeps, 0 for all; undefined: Helm's own 10. */
  historyMax?: number;
  /** Helm 4: how it waits; `watcher` needs list and watch on every kind of the chart. */
  waitStrategy: 'watcher' | 'legacy';
  /** Helm 4, server-side applied releases only: overwrite fields that someone else set by hand. */
  forceConflicts: boolean;
}

function where(target: ReleaseTarget): string[] {
  const args = ['--namespace', target.namespace];
  if (target.kubeconfig) args.push('--kubeconfig', target.kubeconfig);
  if (target.kubeContext) args.push('--kube-context', target.kubeContext);
  return args;
}

function what(source: ChartSource): string[] {
  return [
    ...source.valueFiles.flatMap((file) => ['--values', file]),
    ...source.set.flatMap((line) => ['--set', line]),
    ...source.setString.flatMap((line) => ['--set-string', line]),
  ];
}

/** `helm upgrade --install`: the one command that changes a release forward. */
export function upgradeArgs(major: HelmMajor, target: ReleaseTarget, plan: UpgradePlan): string[] {
  const args = ['upgrade', '--install', target.release, plan.chart, ...where(target), ...what(plan)];
  args.push('--timeout', plan.timeout, '--description', plan.description);
  const labels = Object.entries(plan.labels).map(([name, value]) => `${name}=${value}`);
  if (labels.length > 0) args.push('--labels', labels.join(','));
  if (plan.createNamespace) args.push('--create-namespace');
  if (plan.historyMax !== undefined) args.push('--history-max', String(plan.historyMax));
  if (plan.wait) args.push(major === 3 ? '--wait' : `--wait=${plan.waitStrategy}`);
  if (plan.wait && plan.waitForJobs) args.push('--wait-for-jobs');
  if (plan.wait && plan.atomic === 'helm') args.push(major === 3 ? '--atomic' : '--rollback-on-failure');
  if (major === 4 && plan.forceConflicts) args.push('--force-conflicts');
  return [...args, ...(plan.extra ?? [])];
}

/** The same upgrade as a dry run on the server: real capabilities and `lookup`, nothing written. */
export function renderArgs(target: ReleaseTarget, source: ChartSource): string[] {
  const args = ['upgrade', '--install', target.release, source.chart, ...where(target), ...what(source)];
  return [...args, '--dry-run=server', '--output', 'json', ...(source.extra ?? [])];
}

/** What `helm template` is told of the cluster; without it Helm takes its own built-in one. */
export interface TemplateFor {
  isUpgrade: boolean;
  kubeVersion?: string;
  apiVersions?: readonly string[];
  /** The chart may ask the cluster, with the job's rights; without it `lookup` finds nothing. */
  lookup?: boolean;
}

/** The same render without the release's record: also while it is pending. */
export function templateArgs(target: ReleaseTarget, source: ChartSource, cluster: TemplateFor): string[] {
  const access = cluster.lookup ? [...where(target), '--dry-run=server'] : ['--namespace', target.namespace];
  const args = ['template', target.release, source.chart, ...access, ...what(source)];
  if (cluster.kubeVersion) args.push('--kube-version', cluster.kubeVersion);
  for (const name of cluster.apiVersions ?? []) args.push('--api-versions', name);
  if (cluster.isUpgrade) args.push('--is-upgrade');
  return [...args, ...templateExtras(source.extra ?? [])];
}

/**
 * `helm diff upgrade`, rendered as templateArgs renders: on this machine, without the cluster (`--disable-validation`) if the chart
 * may not ask it. Its access to the cluster travels in the environment: plugins older than 3.15.1 know no `--kube-context`.
 */
export function pluginDiffArgs(target: ReleaseTarget, source: ChartSource, cluster: TemplateFor): string[] {
  const args = ['diff', 'upgrade', target.release, source.chart, '--namespace', target.namespace, ...what(source)];
  args.push('--install', '--detailed-exitcode', '--output', 'diff', '--no-color', '--context', '3');
  args.push('--disable-validation');
  if (cluster.lookup) args.push('--dry-run=server');
  if (cluster.kubeVersion) args.push('--kube-version', cluster.kubeVersion);
  for (const name of cluster.apiVersions ?? []) args.push('--api-versions', name);
  return args;
}

/** The upgrade as Helm would store it, as a dry run without `lookup`; asks the cluster for the release's records alone. */
export function recordArgs(target: ReleaseTarget, source: ChartSource): string[] {
  const args = ['upgrade', '--install', target.release, source.chart, ...where(target), ...what(source)];
  return [...args, ...(source.extra ?? []), '--dry-run=client', '--output', 'json'];
}

export interface RollbackOptions {
  timeout: string;
  /** Helm 4, targets that were applied on the server only: overwrite fields that someone else set by hand. */
  forceConflicts: boolean;
  noHooks?: boolean;
  /** Replaces Helm's own "Rollback to N"; Helm knows the flag since 4.3. */
  description?: string;
}

/**
 * `helm rollback` to an explicit revision, without Helm's wait: the watch that follows is ours. It prunes nothing: a
 * rollback that is killed and tried again must find its target, and the next upgrade prunes anyway.
 */
export function rollbackArgs(
  major: HelmMajor,
  target: ReleaseTarget,
  revision: number,
  { timeout, forceConflicts, noHooks, description }: RollbackOptions,
): string[] {
  const args = ['rollback', target.release, String(revision), ...where(target), '--timeout', timeout];
  args.push('--history-max', '0');
  if (major === 4 && forceConflicts) args.push('--force-conflicts');
  if (noHooks) args.push('--no-hooks');
  if (description) args.push('--description', description);
  return args;
}

/**
 * `helm uninstall`, without history. `foreground`: an object goes when everything that it owns is gone, so that whoever
 * sees a Deployment gone knows that its pods are.
 */
export function uninstallArgs(target: ReleaseTarget, timeout: string, foreground = false): string[] {
  const cascade = foreground ? ['--cascade', 'foreground'] : [];
  return ['uninstall', target.release, ...where(target), '--timeout', timeout, ...cascade];
}

/** `helm test`: the tests of the revision that is deployed. */
export function testArgs(target: ReleaseTarget, timeout: string): string[] {
  return ['test', target.release, ...where(target), '--timeout', timeout];
}

/** The custom resource definitions in a chart's `crds/`, which Helm creates and never deletes. */
export function crdsArgs(chart: string): string[] {
  return ['show', 'crds', chart];
}

/** `helm get values`: what the user gave, or with `all` the chart's own defaults of that time among it. */
export function valuesArgs(target: ReleaseTarget, revision: number, all: boolean): string[] {
  const args = ['get', 'values', target.release, ...where(target), '--revision', String(revision)];
  return [...args, ...(all ? ['--all'] : []), '--output', 'yaml'];
}

/** `helm history` with every stored revision. */
export function historyArgs(target: ReleaseTarget): string[] {
  return ['history', target.release, ...where(target), '--output', 'json', '--max', '1000'];
}

/** `helm get manifest|hooks` of one revision. */
export function getArgs(part: 'manifest' | 'hooks', target: ReleaseTarget, revision: number): string[] {
  return ['get', part, target.release, ...where(target), '--revision', String(revision)];
}

/** `helm get metadata`: on Helm 4 it tells how the revision was applied. */
export function metadataArgs(target: ReleaseTarget, revision: number): string[] {
  return ['get', 'metadata', target.release, ...where(target), '--revision', String(revision), '--output', 'json'];
}
