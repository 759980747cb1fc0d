import { groupOf, type KubeObject, keyOf, type ObjectRef } from '../kubernetes/object.ts';
import type { Rendered } from './documents.ts';
import { at, field, isMap } from './values.ts';

/** The kinds that replace their pods when the pod template changes. */
export const WORKLOADS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

// Their deletion takes data, or every object of a kind, with it.
const ALARMING: ReadonlySet<string> = new Set([
  '/PersistentVolumeClaim',
  '/Namespace',
  'apps/StatefulSet',
  'apiextensions.k8s.io/CustomResourceDefinition',
]);

/** True for a kind whose deletion nobody wants by accident: a claim, a namespace, a stateful set, a CRD. */
export function isAlarming({ apiVersion, kind }: Pick<ObjectRef, 'apiVersion' | 'kind'>): boolean {
  return ALARMING.has(`${groupOf(apiVersion)}/${kind}`);
}

/** The pod template of a workload, a job or a cron job; a pod stands for itself. */
export function podTemplateOf(object: unknown): unknown {
  const kind = field(object, 'kind');
  if (kind === 'Pod') return object;
  if (kind === 'CronJob') return at(object, 'spec', 'jobTemplate', 'spec', 'template');
  return at(object, 'spec', 'template');
}

/** An autoscaler that sets the replicas of a workload. */
export interface ReplicaOwner {
  name: string;
  /** `HPA 3–10`. */
  text: string;
}

/** The autoscaler of each workload that one of these objects scales, by the workload's key. */
export function ownersOfReplicas(objects: readonly Rendered[]): Map<string, ReplicaOwner> {
  const owners = new Map<string, ReplicaOwner>();
  for (const { object, ref } of objects) {
    const target = at(object, 'spec', 'scaleTargetRef');
    const kind = field(target, 'kind');
    const name = field(target, 'name');
    const short = scalerName(object);
    if (short === undefined || !isMap(target) || typeof name !== 'string') continue;
    const [least, most] = limits(object);
    const scaled: ObjectRef = {
      // A ScaledObject without these scales a Deployment: https://keda.sh/docs/latest/reference/scaledobject-spec
      apiVersion: String(target.apiVersion ?? 'apps/v1'),
      kind: typeof kind === 'string' ? kind : 'Deployment',
      name,
      namespace: ref.namespace,
    };
    owners.set(keyOf(scaled), { name: ref.name, text: `${short} ${least}–${most}` });
  }
  return owners;
}

function scalerName(object: KubeObject): string | undefined {
  if (object.kind === 'HorizontalPodAutoscaler') return 'HPA';
  return object.kind === 'ScaledObject' && groupOf(object.apiVersion) === 'keda.sh' ? 'KEDA' : undefined;
}

function limits(object: KubeObject): [string, string] {
  const spec = object.spec;
  if (object.kind === 'ScaledObject') {
    return [String(field(spec, 'minReplicaCount') ?? 0), String(field(spec, 'maxReplicaCount') ?? 100)];
  }
  return [String(field(spec, 'minReplicas') ?? 1), String(field(spec, 'maxReplicas') ?? '?')];
}
