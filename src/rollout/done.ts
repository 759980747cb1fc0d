import type { DaemonSet, Deployment, StatefulSet } from 'kubernetes-types/apps/v1.d.ts';
import type { Job } from 'kubernetes-types/batch/v1.d.ts';
import type { PersistentVolumeClaim, Pod, Service } from 'kubernetes-types/core/v1.d.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { isObserved } from './new-pods.ts';

/** How far one object is. */
export interface Readiness {
  done: boolean;
  ready: number;
  desired: number;
  /** What is still missing, in a few words; empty when done. */
  missing: string;
  /** Pods that the update strategy (`OnDelete`, `partition`) leaves on an older revision; absent when there are none. */
  behind?: number;
}

const DONE: Readiness = { done: true, ready: 0, desired: 0, missing: '' };

/**
 * Whether a live object has fully arrived where its spec wants it. Stricter than Helm's wait, which accepts
 * `replicas - maxUnavailable` ready pods (https://github.com/helm/helm/issues/10845): here every updated replica is
 * available and the old ones are gone. Kinds without a rule are done as soon as they exist; they never block.
 */
export function readiness(object: KubeObject, options: { waitForJobs: boolean }): Readiness {
  switch (object.kind) {
    case 'Deployment':
      return deployment(object);
    case 'StatefulSet':
      return statefulSet(object);
    case 'DaemonSet':
      return daemonSet(object);
    case 'Job':
      return options.waitForJobs ? job(object) : DONE;
    case 'Pod':
      return pod(object);
    case 'PersistentVolumeClaim':
      return claim(object);
    case 'Service':
      return service(object);
    case 'CustomResourceDefinition':
      return definition(object);
    default:
      return DONE;
  }
}

/** The kinds with a rule of their own above: what a rollout waits for or explains itself by. Secrets are never read. */
const FOLLOWED = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'Pod',
  'PersistentVolumeClaim',
  'Service',
  'CustomResourceDefinition',
]);

/** True for rendered objects whose state a rollout follows; of Services only load balancers have something to wait for. */
export function isFollowed(object: KubeObject): boolean {
  if (!FOLLOWED.has(object.kind) || !object.metadata.name) return false;
  return object.kind !== 'Service' || (object as unknown as Service).spec?.type === 'LoadBalancer';
}

/** True for the kinds whose pods a rollout moves; the rows of the workload table. */
export function isWorkload(kind: string): boolean {
  return kind === 'Deployment' || kind === 'StatefulSet' || kind === 'DaemonSet';
}

function counted(object: KubeObject, desired: number, ready: number, steps: [boolean, string][]): Readiness {
  const observed: [boolean, string] = [isObserved(object), 'its controller has not seen the new spec yet'];
  const missing = [observed, ...steps].find(([ok]) => !ok)?.[1] ?? '';
  return { done: missing === '', ready, desired, missing };
}

function deployment(object: KubeObject): Readiness {
  const { spec, status = {} } = object as unknown as Deployment;
  const desired = spec?.replicas ?? 1;
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, readyReplicas = 0 } = status;
  return counted(object, desired, Math.min(readyReplicas, updatedReplicas), [
    [spec?.paused !== true, 'it is paused (spec.paused)'],
    [updatedReplicas >= desired, `${updatedReplicas} of ${desired} replicas are of the new revision`],
    [replicas <= updatedReplicas, stillThere(replicas - updatedReplicas)],
    [availableReplicas >= desired, `${availableReplicas} of ${desired} replicas are available`],
  ]);
}

function stillThere(old: number): string {
  return old === 1 ? '1 old replica is still there' : `${old} old replicas are still there`;
}

function statefulSet(object: KubeObject): Readiness {
  const { spec, status } = object as unknown as StatefulSet;
  const desired = spec?.replicas ?? 1;
  const {
    updatedReplicas = 0,
    readyReplicas = 0,
    availableReplicas = 0,
    currentRevision,
    updateRevision,
  } = status ?? {};
  const rolling = spec?.updateStrategy?.type !== 'OnDelete';
  const partition = spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  // With currentRevision = updateRevision nothing is left to update, and Kubernetes may leave updatedReplicas at 0.
  const updated = currentRevision === updateRevision || updatedReplicas >= desired - partition;
  const old = currentRevision === updateRevision ? 0 : (status?.replicas ?? 0) - updatedReplicas;
  const state = counted(object, desired, readyReplicas, [
    [!rolling || updated, `${updatedReplicas} of ${desired - partition} replicas are of the new revision`],
    [readyReplicas >= desired, `${readyReplicas} of ${desired} replicas are ready`],
    [availableReplicas >= desired, `${availableReplicas} of ${desired} replicas are available`],
  ]);
  return rolling && partition === 0 ? state : leaving(state, old);
}

function leaving(state: Readiness, behind: number): Readiness {
  return behind > 0 ? { ...state, behind } : state;
}

function daemonSet(object: KubeObject): Readiness {
  const { spec, status } = object as unknown as DaemonSet;
  const desired = status?.desiredNumberScheduled ?? 0;
  const updated = status?.updatedNumberScheduled ?? 0;
  const available = status?.numberAvailable ?? 0;
  const rolling = spec?.updateStrategy?.type !== 'OnDelete';
  const state = counted(object, desired, status?.numberReady ?? 0, [
    [!rolling || updated >= desired, `${updated} of ${desired} pods are of the new revision`],
    [available >= desired, `${available} of ${desired} pods are available`],
  ]);
  return rolling ? state : leaving(state, desired - updated);
}

function job(object: KubeObject): Readiness {
  const { spec, status } = object as unknown as Job;
  const complete = status?.conditions?.some((c) => c.type === 'Complete' && c.status === 'True') ?? false;
  const desired = spec?.completions ?? 1;
  const ready = status?.succeeded ?? 0;
  return { done: complete, ready, desired, missing: complete ? '' : `${ready} of ${desired} completions` };
}

function pod(object: KubeObject): Readiness {
  const { status } = object as unknown as Pod;
  const ready = status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false;
  const done = ready || status?.phase === 'Succeeded';
  return {
    done,
    ready: done ? 1 : 0,
    desired: 1,
    missing: done ? '' : `phase ${status?.phase ?? 'unknown'}, not ready`,
  };
}

function claim(object: KubeObject): Readiness {
  const phase = (object as unknown as PersistentVolumeClaim).status?.phase;
  return {
    done: phase === 'Bound',
    ready: 0,
    desired: 0,
    missing: phase === 'Bound' ? '' : `phase ${phase ?? 'unknown'}`,
  };
}

function service(object: KubeObject): Readiness {
  const { spec, status } = object as unknown as Service;
  if (spec?.type !== 'LoadBalancer' || (spec.externalIPs?.length ?? 0) > 0) return DONE;
  const done = (status?.loadBalancer?.ingress?.length ?? 0) > 0;
  return { done, ready: 0, desired: 0, missing: done ? '' : 'it has no load balancer address yet' };
}

function definition(object: KubeObject): Readiness {
  const { conditions = [] } = (object.status ?? {}) as { conditions?: { type: string; status: string }[] };
  const done = conditions.some((c) => c.type === 'Established' && c.status === 'True');
  return { done, ready: 0, desired: 0, missing: done ? '' : 'it is not established yet' };
}
