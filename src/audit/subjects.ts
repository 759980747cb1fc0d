import type { Container, PodSpec } from 'kubernetes-types/core/v1.d.ts';
import { at, field, isMap, items } from '../diff/values.ts';
import { podTemplateOf } from '../diff/workloads.ts';
import { groupOf, type KubeObject, keyOf, type ObjectRef, refOf, titleOf } from '../kubernetes/object.ts';
import { labelsAt } from './label-selector.ts';
import type { Subject, SubjectContainer } from './subject.ts';

/** The kinds that hold a pod; `extensions` is where old charts still write their deployments. */
const HOLD_PODS: ReadonlySet<string> = new Set([
  '/Pod',
  'apps/Deployment',
  'apps/StatefulSet',
  'apps/DaemonSet',
  'apps/ReplicaSet',
  'extensions/Deployment',
  'extensions/DaemonSet',
  'extensions/ReplicaSet',
  'batch/Job',
  'batch/CronJob',
]);

/** The kinds of which as many pods run as they need, not as many as someone asks for. */
const UNCOUNTED: ReadonlySet<string> = new Set(['DaemonSet', 'Job', 'CronJob']);

/**
 * The workloads among the objects, each with its pod and its effective number of replicas. What a controller owns (the
 * ReplicaSet of a Deployment, a pod, the Job of a CronJob) is its owner's matter and left out. Namespaces must be filled in.
 */
export function subjectsOf(objects: readonly KubeObject[]): Subject[] {
  const scalers = scalersOf(objects);
  return objects.flatMap((object) => {
    if (!HOLD_PODS.has(`${groupOf(object.apiVersion)}/${object.kind}`) || isOwned(object)) return [];
    const template = podTemplateOf(object);
    const spec = field(template, 'spec');
    const ref = refOf(object);
    const scaler = scalers.get(keyOf(ref));
    return [
      {
        ref,
        object,
        hook: at(object, 'metadata', 'annotations', 'helm.sh/hook') !== undefined,
        pod: (isMap(spec) ? spec : { containers: [] }) as unknown as PodSpec,
        podLabels: labelsAt(template, 'metadata'),
        podAnnotations: strings(at(template, 'metadata', 'annotations')),
        containers: containersOf(spec),
        ...effectiveReplicas(object, scaler),
        scaler,
      },
    ];
  });
}

/** True for an autoscaler of Kubernetes or of KEDA. */
export function isScaler({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean {
  const name = `${groupOf(apiVersion)}/${kind}`;
  return name === 'autoscaling/HorizontalPodAutoscaler' || name === 'keda.sh/ScaledObject';
}

/** What an autoscaler scales; KEDA leaves the kind out for a Deployment. Undefined when it names nothing. */
export function scaleTargetOf(scaler: KubeObject): ObjectRef | undefined {
  const target = at(scaler, 'spec', 'scaleTargetRef');
  const name = field(target, 'name');
  if (typeof name !== 'string') return undefined;
  const kind = field(target, 'kind');
  const apiVersion = field(target, 'apiVersion');
  return {
    apiVersion: typeof apiVersion === 'string' ? apiVersion : 'apps/v1',
    kind: typeof kind === 'string' ? kind : 'Deployment',
    namespace: scaler.metadata.namespace,
    name,
  };
}

function scalersOf(objects: readonly KubeObject[]): Map<string, KubeObject> {
  const scalers = new Map<string, KubeObject>();
  for (const object of objects) {
    const target = isScaler(object) ? scaleTargetOf(object) : undefined;
    if (target && !scalers.has(keyOf(target))) scalers.set(keyOf(target), object);
  }
  return scalers;
}

function isOwned(object: KubeObject): boolean {
  return (object.metadata.ownerReferences ?? []).some(({ controller }) => controller === true);
}

function containersOf(spec: unknown): SubjectContainer[] {
  const read = (list: string, role: SubjectContainer['role']): SubjectContainer[] =>
    items(field(spec, list))
      .filter(isMap)
      .map((container) => ({ role, spec: container as unknown as Container }));
  const init = read('initContainers', 'init').map((one) =>
    field(one.spec, 'restartPolicy') === 'Always' ? { ...one, role: 'sidecar' as const } : one,
  );
  return [
    ...init.filter(({ role }) => role === 'init'),
    ...init.filter(({ role }) => role === 'sidecar'),
    ...read('containers', 'container'),
    ...read('ephemeralContainers', 'ephemeral'),
  ];
}

/** An HPA leaves a workload alone that was scaled to zero: it is off then. */
function effectiveReplicas(
  object: KubeObject,
  scaler: KubeObject | undefined,
): Pick<Subject, 'replicas' | 'replicasFrom'> {
  if (UNCOUNTED.has(object.kind)) return { replicas: undefined, replicasFrom: `a ${object.kind} has no replicas` };
  if (object.kind === 'Pod') return { replicas: 1, replicasFrom: 'a single pod' };
  const written = number(at(object, 'spec', 'replicas'));
  if (scaler && !(written === 0 && scaler.kind === 'HorizontalPodAutoscaler')) return minimumOf(scaler);
  return written === undefined
    ? { replicas: 1, replicasFrom: 'API default' }
    : { replicas: written, replicasFrom: 'spec.replicas' };
}

/** Absent, an HPA's minimum is 1 and KEDA's is 0. https://keda.sh/docs/latest/reference/scaledobject-spec/ */
function minimumOf(scaler: KubeObject): Pick<Subject, 'replicas' | 'replicasFrom'> {
  const [name, otherwise] = scaler.kind === 'ScaledObject' ? ['minReplicaCount', 0] : ['minReplicas', 1];
  const written = number(at(scaler, 'spec', String(name)));
  const from = `${titleOf(refOf(scaler))} ${name}`;
  return {
    replicas: written ?? Number(otherwise),
    replicasFrom: written === undefined ? `${from} (API default)` : from,
  };
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function strings(value: unknown): Record<string, string> {
  return isMap(value) ? (value as Record<string, string>) : {};
}
