import { kindInfo, listPath } from '../kubernetes/kinds.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { isFollowed, isWorkload } from './done.ts';

/** One list of the API server that is kept true during a rollout. */
export interface WatchTarget {
  kind: string;
  path: string;
  query: Record<string, string>;
}

/**
 * What to watch for these rendered objects (hooks among them): one list per kind and namespace, as narrow as a selector
 * allows, so that other releases' pods cost nothing.
 */
export function planWatches(objects: readonly KubeObject[]): WatchTarget[] {
  const watched = objects.filter(isFollowed);
  const byPlace = Map.groupBy(watched, (object) => `${object.kind} ${object.metadata.namespace ?? ''}`);
  const direct = [...byPlace.values()].flatMap((group) => target(group[0], nameSelector(group)));
  const byNamespace = Map.groupBy(watched, (object) => object.metadata.namespace ?? '');
  const around = [...byNamespace].flatMap(([namespace, group]) => (namespace ? childrenOf(namespace, group) : []));
  return [...direct, ...around];
}

/** ReplicaSets, ControllerRevisions, pods, claims and Events that belong to what the manifest holds in one namespace. */
function childrenOf(namespace: string, group: readonly KubeObject[]): WatchTarget[] {
  const workloads = group.filter((object) => isWorkload(object.kind));
  const jobs = group.filter((object) => object.kind === 'Job');
  const has = (kind: string): boolean => group.some((object) => object.kind === kind);
  const labels = commonLabels(workloads);
  const list = (apiVersion: string, kind: string, query: Record<string, string>): WatchTarget[] => {
    const info = kindInfo(apiVersion, kind);
    return info ? [{ kind, path: listPath(info, namespace), query }] : [];
  };
  return [
    ...(has('Deployment') ? list('apps/v1', 'ReplicaSet', labels) : []),
    ...(has('DaemonSet') ? list('apps/v1', 'ControllerRevision', labels) : []),
    ...(workloads.length > 0 ? list('v1', 'Pod', labels) : []),
    ...(jobs.length > 0 ? list('v1', 'Pod', { labelSelector: jobSelector(jobs) }) : []),
    ...(has('StatefulSet') ? list('v1', 'PersistentVolumeClaim', labels) : []),
    ...(group.length > 0 ? list('v1', 'Event', {}) : []),
  ];
}

function jobSelector(jobs: readonly KubeObject[]): string {
  return `batch.kubernetes.io/job-name in (${jobs.map((job) => job.metadata.name).join(',')})`;
}

/** The labels that the selectors of all workloads share: mostly the release's own, such as app.kubernetes.io/instance. */
function commonLabels(workloads: readonly KubeObject[]): Record<string, string> {
  const selectors = workloads.map(
    (workload) =>
      (workload.spec as { selector?: { matchLabels?: Record<string, string> } })?.selector?.matchLabels ?? {},
  );
  const [first = {}, ...others] = selectors;
  const shared = Object.entries(first).filter(([name, value]) => others.every((labels) => labels[name] === value));
  const labelSelector = shared.map(([name, value]) => `${name}=${value}`).join(',');
  return labelSelector ? { labelSelector } : {};
}

function nameSelector(group: readonly KubeObject[]): Record<string, string> {
  const [only, ...others] = group;
  return only && others.length === 0 ? { fieldSelector: `metadata.name=${only.metadata.name}` } : {};
}

function target(sample: KubeObject | undefined, query: Record<string, string>): WatchTarget[] {
  const info = sample && kindInfo(sample.apiVersion, sample.kind);
  return info ? [{ kind: sample.kind, path: listPath(info, sample.metadata.namespace), query }] : [];
}
