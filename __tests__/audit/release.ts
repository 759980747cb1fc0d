import type { Numbers, Profile } from '../../src/audit/profile.ts';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import { merged } from './apply-remedy.ts';

/** The plan's numbers. */
export const NUMBERS: Numbers = {
  minReplicas: 3,
  hpaMinReplicas: 3,
  hpaMaxReplicas: 10,
  hpaCpu: 80,
  hpaMemory: 80,
  pdbMinAvailable: 1,
  runAsUser: 1000,
  fsGroup: 2000,
  maxUnavailable: 0,
  maxSurge: '25%',
  redisReplicas: 3,
};

/** A profile with other numbers where a test needs them; which checks it runs does not matter to a check. */
export function profile(numbers: Partial<Numbers> = {}): Profile {
  return { name: 'test', checks: {}, numbers: { ...NUMBERS, ...numbers }, exemptions: [] };
}

type Patch = Record<string, unknown>;

const labels = { app: 'web' };

function object(apiVersion: string, kind: string, name: string, rest: Patch, patches: readonly Patch[]): KubeObject {
  const base: KubeObject = { apiVersion, kind, metadata: { name, namespace: 'pearl' }, ...rest };
  return patches.reduce<KubeObject>(merged, base);
}

const container = {
  name: 'web',
  image: 'registry.example/web:1.0.0',
  ports: [{ name: 'http', containerPort: 8080 }],
  readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
  livenessProbe: { httpGet: { path: '/live', port: 'http' }, failureThreshold: 6 },
  resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '256Mi' } },
};

const antiAffinity = {
  preferredDuringSchedulingIgnoredDuringExecution: [
    {
      weight: 100,
      podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: labels } },
    },
  ],
};

/** A pod template with nothing to find fault with. */
export const template = {
  metadata: { labels },
  spec: { affinity: { podAntiAffinity: antiAffinity }, containers: [container] },
};

/** A Deployment with nothing to find fault with, patches laid over it. */
export function web(...patches: Patch[]): KubeObject {
  const strategy = { rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } };
  return object(
    'apps/v1',
    'Deployment',
    'web',
    { spec: { replicas: 3, strategy, selector: { matchLabels: labels }, template } },
    patches,
  );
}

/** The same as another kind of workload, without a strategy. */
export function asKind(kind: string, ...patches: Patch[]): KubeObject {
  const { spec } = web({ spec: { strategy: null } });
  if (kind === 'CronJob')
    return object('batch/v1', kind, 'web', { spec: { jobTemplate: { spec: { template } } } }, patches);
  if (kind === 'Job') return object('batch/v1', kind, 'web', { spec: { template } }, patches);
  if (kind === 'Pod') return object('v1', kind, 'web', {}, [template, ...patches]);
  return object('apps/v1', kind, 'web', { spec }, patches);
}

/** Lays a patch over the pod's spec of a workload. */
export function pod(spec: Patch): Patch {
  return { spec: { template: { spec } } };
}

/** Lays a patch over the container `web`. */
export function inWeb(patch: Patch): Patch {
  return pod({ containers: [{ name: 'web', ...patch }] });
}

export function service(...patches: Patch[]): KubeObject {
  return object(
    'v1',
    'Service',
    'web',
    { spec: { selector: labels, ports: [{ port: 80, targetPort: 'http' }] } },
    patches,
  );
}

/** One metric of an HPA. */
export function utilization(name: string, averageUtilization: number): Patch {
  return { type: 'Resource', resource: { name, target: { type: 'Utilization', averageUtilization } } };
}

export function hpa(...patches: Patch[]): KubeObject {
  const spec = {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    minReplicas: 3,
    maxReplicas: 10,
    metrics: [utilization('cpu', 80), utilization('memory', 80)],
  };
  return object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', { spec }, patches);
}

export function keda(...patches: Patch[]): KubeObject {
  const trigger = (type: string) => ({ type, metricType: 'Utilization', metadata: { value: '80' } });
  const spec = { scaleTargetRef: { name: 'web' }, minReplicaCount: 3, triggers: [trigger('cpu'), trigger('memory')] };
  return object('keda.sh/v1alpha1', 'ScaledObject', 'web', { spec }, patches);
}

export function pdb(...patches: Patch[]): KubeObject {
  const spec = { minAvailable: 1, selector: { matchLabels: labels } };
  return object('policy/v1', 'PodDisruptionBudget', 'web', { spec }, patches);
}

/** Any other object. */
export function other(apiVersion: string, kind: string, name: string, rest: Patch = {}): KubeObject {
  return object(apiVersion, kind, name, rest, []);
}

export const HOOK: Patch = { metadata: { annotations: { 'helm.sh/hook': 'pre-upgrade' } } };
export const OLD: Patch = { apiVersion: 'apps/v1beta1' };
export const ELSEWHERE: Patch = { metadata: { namespace: 'elsewhere' } };
export const NO_REPLICAS: Patch = { spec: { replicas: null } };
