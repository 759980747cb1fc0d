import type { KubeObject, ObjectMeta } from '../../src/kubernetes/object.ts';
import type { ContainerSpec } from './container-states.ts';

/** The moment the tests begin at; `at(3)` is three seconds later, in ms since 1970. */
export const T0 = Date.parse('2026-11-23T12:00:00Z');
export const at = (seconds: number): number => T0 + seconds * 1000;
/** The same moment as Kubernetes writes it: whole seconds. */
export const stamp = (seconds: number): string => new Date(at(seconds)).toISOString().replace('.000', '');

type Meta = Partial<ObjectMeta>;

/** Any object; its uid follows from its kind and name. */
export function object(
  apiVersion: string,
  kind: string,
  metadata: Meta,
  rest: Record<string, unknown> = {},
): KubeObject {
  const name = metadata.name ?? 'web';
  const base = { name, namespace: 'pearl', uid: `${kind}-${name}`, creationTimestamp: stamp(0) };
  return { apiVersion, kind, metadata: { ...base, ...metadata }, ...rest };
}

const owner = (of: KubeObject): Meta => ({
  ownerReferences: [{ kind: of.kind, name: of.metadata.name, uid: of.metadata.uid ?? '', controller: true }],
});

export interface DeploymentState {
  name?: string;
  replicas?: number;
  generation?: number;
  observed?: number;
  updated?: number;
  ready?: number;
  available?: number;
  /** All replicas, old ones among them. */
  total?: number;
  revision?: string;
  paused?: boolean;
  /** The message of its ReplicaFailure condition. */
  failure?: string;
  meta?: Meta;
}

/** A Deployment with the status its controller writes; by default generation 2 is complete. */
export function deployment(state: DeploymentState = {}): KubeObject {
  const { name = 'web', replicas = 3, generation = 2, revision = '2' } = state;
  const { updated = replicas, ready = replicas, available = ready, total = updated } = state;
  const conditions = state.failure === undefined ? [] : [failed(state.failure)];
  const annotations = { 'deployment.kubernetes.io/revision': revision };
  return object(
    'apps/v1',
    'Deployment',
    { name, generation, annotations, ...state.meta },
    {
      spec: { replicas, ...(state.paused ? { paused: true } : {}), selector: { matchLabels: { app: name } } },
      status: {
        observedGeneration: state.observed ?? generation,
        // The API leaves zeros out.
        ...(total ? { replicas: total } : {}),
        ...(updated ? { updatedReplicas: updated } : {}),
        ...(ready ? { readyReplicas: ready } : {}),
        ...(available ? { availableReplicas: available } : {}),
        conditions,
      },
    },
  );
}

const failed = (message: string) => ({
  type: 'ReplicaFailure',
  status: 'True',
  reason: 'FailedCreate',
  message,
  lastTransitionTime: stamp(0),
});

/** A ReplicaSet of a Deployment; `revision` 2 is the newest of the default Deployment. */
export function replicaSet(of: KubeObject, state: { revision?: string; failure?: string } = {}): KubeObject {
  const { revision = '2' } = state;
  const annotations = { 'deployment.kubernetes.io/revision': revision };
  const conditions = state.failure === undefined ? [] : [failed(state.failure)];
  const name = `${of.metadata.name}-rs${revision}`;
  return object('apps/v1', 'ReplicaSet', { name, annotations, ...owner(of) }, { status: { conditions } });
}

export interface StatefulSetState {
  name?: string;
  replicas?: number;
  generation?: number;
  observed?: number;
  updated?: number;
  ready?: number;
  available?: number;
  current?: string;
  update?: string;
  strategy?: 'RollingUpdate' | 'OnDelete';
  partition?: number;
}

/** A StatefulSet; by default revision s-new is complete. */
export function statefulSet(state: StatefulSetState = {}): KubeObject {
  const { name = 'db', replicas = 3, generation = 2, ready = replicas, update = 's-new' } = state;
  const { type, ...rest } = { type: state.strategy ?? 'RollingUpdate', partition: state.partition };
  const updateStrategy =
    rest.partition === undefined ? { type } : { type, rollingUpdate: { partition: rest.partition } };
  return object(
    'apps/v1',
    'StatefulSet',
    { name, generation },
    {
      spec: { replicas, updateStrategy, selector: { matchLabels: { app: name } } },
      status: {
        observedGeneration: state.observed ?? generation,
        replicas,
        ...(state.updated === undefined ? { updatedReplicas: replicas } : { updatedReplicas: state.updated }),
        ...(ready ? { readyReplicas: ready } : {}),
        availableReplicas: state.available ?? ready,
        currentRevision: state.current ?? update,
        updateRevision: update,
      },
    },
  );
}

export interface DaemonSetState {
  desired?: number;
  updated?: number;
  available?: number;
  generation?: number;
  observed?: number;
  strategy?: 'RollingUpdate' | 'OnDelete';
}

/** A DaemonSet on `desired` nodes; by default complete. */
export function daemonSet(state: DaemonSetState = {}): KubeObject {
  const { desired = 3, updated = desired, available = desired, generation = 2 } = state;
  return object(
    'apps/v1',
    'DaemonSet',
    { name: 'agent', generation },
    {
      spec: {
        updateStrategy: { type: state.strategy ?? 'RollingUpdate' },
        selector: { matchLabels: { app: 'agent' } },
      },
      status: {
        observedGeneration: state.observed ?? generation,
        desiredNumberScheduled: desired,
        currentNumberScheduled: desired,
        numberMisscheduled: 0,
        numberReady: available,
        ...(updated ? { updatedNumberScheduled: updated } : {}),
        ...(available ? { numberAvailable: available } : {}),
      },
    },
  );
}

/** The record of one template of a DaemonSet. */
export function controllerRevision(of: KubeObject, hash: string, revision: number): KubeObject {
  const labels = { 'controller-revision-hash': hash };
  return object(
    'apps/v1',
    'ControllerRevision',
    { name: `${of.metadata.name}-${hash}`, labels, ...owner(of) },
    { revision },
  );
}

export interface PodState {
  name?: string;
  uid?: string;
  phase?: string;
  /** The controller-revision-hash of pods of StatefulSets and DaemonSets. */
  hash?: string;
  leaving?: boolean;
  created?: number;
  init?: ContainerSpec[];
  containers?: ContainerSpec[];
  conditions?: Record<string, unknown>[];
  reason?: string;
  message?: string;
}

/** A pod of `of` (a ReplicaSet, StatefulSet, DaemonSet or Job), or a bare one. */
export function pod(of: KubeObject | undefined, state: PodState = {}): KubeObject {
  const name = state.name ?? `${of?.metadata.name ?? 'bare'}-a`;
  const { init = [], containers = [] } = state;
  const labels: Record<string, string> = state.hash === undefined ? {} : { 'controller-revision-hash': state.hash };
  const metadata: Meta = { name, uid: state.uid ?? `Pod-${name}`, labels, ...(of ? owner(of) : {}) };
  metadata.creationTimestamp = stamp(state.created ?? 0);
  if (state.leaving) metadata.deletionTimestamp = stamp(30);
  return object('v1', 'Pod', metadata, {
    spec: {
      nodeName: 'node-1',
      containers: containers.map(({ spec }) => spec),
      ...(init.length > 0 ? { initContainers: init.map(({ spec }) => spec) } : {}),
    },
    status: {
      phase: state.phase ?? 'Running',
      reason: state.reason,
      message: state.message,
      conditions: state.conditions ?? [],
      containerStatuses: containers.flatMap(({ status }) => (status ? [status] : [])),
      ...(init.length > 0 ? { initContainerStatuses: init.flatMap(({ status }) => (status ? [status] : [])) } : {}),
    },
  });
}

export interface EventState {
  first?: number;
  last?: number;
  count?: number;
  type?: 'Normal' | 'Warning';
}

let eventNumber = 0;

/** An Event about an object, as client-go's recorder writes it. */
export function event(about: KubeObject, reason: string, message: string, state: EventState = {}): KubeObject {
  const { first = 0, last = first, count = 1, type = 'Warning' } = state;
  eventNumber += 1;
  const { name, namespace, uid } = about.metadata;
  return object(
    'v1',
    'Event',
    { name: `${name}.${eventNumber}`, uid: `Event-${eventNumber}` },
    {
      involvedObject: { kind: about.kind, name, namespace, uid },
      type,
      reason,
      message,
      count,
      firstTimestamp: stamp(first),
      lastTimestamp: stamp(last),
    },
  );
}

/** A Job with its conditions. */
export function job(
  state: { name?: string; uid?: string; failed?: string; complete?: boolean; completions?: number } = {},
): KubeObject {
  const { name = 'migrate', uid = `Job-${name}`, completions = 1 } = state;
  const conditions: Record<string, unknown>[] = [];
  if (state.failed) {
    const words = { reason: 'BackoffLimitExceeded', message: state.failed };
    conditions.push({ type: 'FailureTarget', status: 'True', ...words }, { type: 'Failed', status: 'True', ...words });
  }
  if (state.complete) conditions.push({ type: 'Complete', status: 'True', reason: 'CompletionsReached' });
  const status = { conditions, ...(state.complete ? { succeeded: completions } : {}) };
  return object('batch/v1', 'Job', { name, uid, generation: 1 }, { spec: { completions }, status });
}

/** A PersistentVolumeClaim in a phase. */
export const claim = (phase: string): KubeObject =>
  object('v1', 'PersistentVolumeClaim', { name: 'data' }, { spec: {}, status: { phase } });
