import { at, field, items } from '../../diff/values.ts';
import type { KubeObject } from '../../kubernetes/object.ts';
import type { AuditFacts } from '../check.ts';
import { isScaler } from '../subjects.ts';
import { isHook, nameIn } from './say.ts';

/** One resource by which an autoscaler scales. */
export interface ResourceTarget {
  resource: string;
  /** Only this container's use counts. */
  container?: string;
  /** Percent of the requests; undefined for an absolute value. */
  utilization?: number;
}

const READABLE: ReadonlySet<string> = new Set(['autoscaling/v1', 'autoscaling/v2', 'keda.sh/v1alpha1']);
/** Where autoscaling/v1 hides what only v2 can say. */
const HIDDEN_METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
/** What the API server scales by when nothing is said: CPU at this percentage. */
const DEFAULT_CPU = 80;

/** The HPAs and ScaledObjects of the release. */
export function scalersIn(facts: AuditFacts): KubeObject[] {
  return facts.objects.filter((object) => isScaler(object) && !isHook(object));
}

/** True for a version of an autoscaler that can be read. */
export function isReadableScaler(scaler: KubeObject): boolean {
  return READABLE.has(scaler.apiVersion);
}

/**
 * The resources that an autoscaler scales by, defaults filled in; undefined when its metrics stand where they are not read.
 * https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/autoscaling/v2/defaults.go
 */
export function resourceTargets(scaler: KubeObject): ResourceTarget[] | undefined {
  if (!isReadableScaler(scaler)) return undefined;
  if (scaler.kind === 'ScaledObject') return items(at(scaler, 'spec', 'triggers')).flatMap(triggerTarget);
  if (scaler.apiVersion === 'autoscaling/v1') return firstVersionTargets(scaler);
  const metrics = items(at(scaler, 'spec', 'metrics'));
  return metrics.length === 0 ? [{ resource: 'cpu', utilization: DEFAULT_CPU }] : metrics.flatMap(metricTarget);
}

function firstVersionTargets(scaler: KubeObject): ResourceTarget[] | undefined {
  if (at(scaler, 'metadata', 'annotations', HIDDEN_METRICS) !== undefined) return undefined;
  return [
    { resource: 'cpu', utilization: number(at(scaler, 'spec', 'targetCPUUtilizationPercentage') ?? DEFAULT_CPU) },
  ];
}

function metricTarget(metric: unknown): ResourceTarget[] {
  const type = field(metric, 'type');
  if (type !== 'Resource' && type !== 'ContainerResource') return [];
  const source = field(metric, type === 'Resource' ? 'resource' : 'containerResource');
  const target = field(source, 'target');
  const utilization = field(target, 'type') === 'Utilization' ? number(field(target, 'averageUtilization')) : undefined;
  return [{ resource: nameIn(source, 'name'), container: nameIn(source, 'container') || undefined, utilization }];
}

/** https://keda.sh/docs/latest/scalers/cpu/ */
function triggerTarget(trigger: unknown): ResourceTarget[] {
  const resource = nameIn(trigger, 'type');
  if (resource !== 'cpu' && resource !== 'memory') return [];
  const metadata = field(trigger, 'metadata');
  const kind = field(trigger, 'metricType') ?? field(metadata, 'type');
  const value = Number(field(metadata, 'value'));
  const utilization = kind === 'Utilization' && Number.isFinite(value) ? value : undefined;
  return [{ resource, container: nameIn(metadata, 'containerName') || undefined, utilization }];
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
