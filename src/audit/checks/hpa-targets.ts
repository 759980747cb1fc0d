import { at, field, items } from '../../diff/values.ts';
import { type KubeObject, refOf } from '../../kubernetes/object.ts';
import { partOf, yaml } from '../availability/remedies.ts';
import { findings, listed, type Says, unreadable } from '../availability/say.ts';
import { isReadableScaler, type ResourceTarget, resourceTargets, scalersIn } from '../availability/scalers.ts';
import type { AuditVerdict, Check } from '../check.ts';
import type { Numbers } from '../profile.ts';

/** An autoscaler that does not scale by the use of CPU and memory at the profile's percentages. */
export const hpaTargets: Check = {
  id: 'hpa-targets',
  title: 'scales by CPU and memory in time',
  section: '1.2',
  severity: 'medium',
  run: (facts) =>
    scalersIn(facts).flatMap((scaler) => findings('hpa-targets', refOf(scaler), judge(scaler, facts.profile.numbers))),
};

interface Found {
  verdict: AuditVerdict;
  read: string;
  problem: string;
}

function judge(scaler: KubeObject, numbers: Numbers): Says {
  if (!isReadableScaler(scaler)) return unreadable(scaler);
  const targets = resourceTargets(scaler);
  if (targets === undefined) {
    const reason =
      'the metrics stand in an annotation of autoscaling/v1; write the object as autoscaling/v2 to have them read';
    return { verdict: 'unknown', read: 'metadata.annotations.autoscaling.alpha.kubernetes.io/metrics', reason };
  }
  const remedy = remedyFor(scaler, numbers);
  if (targets.length === 0) {
    const reason = 'it scales by other metrics only, so neither busy CPUs nor full memory add a pod';
    return { verdict: 'warn', read: `${listOf(scaler)}: neither cpu nor memory`, reason, remedy };
  }
  const found = [look('cpu', targets, numbers.hpaCpu, scaler), look('memory', targets, numbers.hpaMemory, scaler)];
  const verdict = (['fail', 'warn'] as const).find((one) => found.some((each) => each.verdict === one)) ?? 'pass';
  const read = `${listOf(scaler)}: ${found.map((one) => one.read).join(', ')}`;
  if (verdict === 'pass') return { verdict, read, reason: 'more load adds pods before they are full' };
  return { verdict, read, reason: listed(found.flatMap(({ problem }) => problem || [])), remedy };
}

function look(resource: string, targets: readonly ResourceTarget[], most: number, scaler: KubeObject): Found {
  const own = targets.filter((target) => target.resource === resource);
  const lowest = own.flatMap(({ utilization }) => utilization ?? []).sort((a, b) => a - b)[0];
  if (own.length === 0) {
    const first = scaler.apiVersion === 'autoscaling/v1';
    const problem = first
      ? `${resource} cannot be expressed in autoscaling/v1, move to v2`
      : `it does not scale by ${resource}`;
    return { verdict: 'fail', read: `${resource} not set`, problem };
  }
  if (lowest === undefined) {
    const problem = `${resource} is an absolute value, which cannot be compared with ${most} %`;
    return { verdict: 'warn', read: `${resource} absolute`, problem };
  }
  const read = `${resource} ${lowest} %`;
  if (lowest <= most) return { verdict: 'pass', read, problem: '' };
  return { verdict: 'fail', read, problem: `at ${lowest} % of ${resource} instead of ${most} % new pods come late` };
}

function listOf({ kind }: KubeObject): string {
  return kind === 'ScaledObject' ? 'spec.triggers' : 'spec.metrics';
}

/** The whole list, whatever else the autoscaler scales by among it: a list is replaced as a whole. */
function remedyFor(scaler: KubeObject, numbers: Numbers): string {
  const wanted = { cpu: numbers.hpaCpu, memory: numbers.hpaMemory };
  if (scaler.kind === 'ScaledObject') {
    const others = items(at(scaler, 'spec', 'triggers')).filter(
      (one) => !Object.hasOwn(wanted, String(field(one, 'type'))),
    );
    const own = Object.entries(wanted).map(([type, value]) => ({
      type,
      metricType: 'Utilization',
      metadata: { value: String(value) },
    }));
    return yaml({ spec: { triggers: [...own, ...others] } });
  }
  const own = Object.entries(wanted).map(([name, averageUtilization]) => ({
    type: 'Resource',
    resource: { name, target: { type: 'Utilization', averageUtilization } },
  }));
  const others = items(at(scaler, 'spec', 'metrics')).filter(
    (one) => !['Resource', 'ContainerResource'].includes(String(field(one, 'type'))),
  );
  const metrics = [...own, ...others];
  if (scaler.apiVersion !== 'autoscaling/v1') return yaml({ spec: { metrics } });
  return yaml({ ...partOf(scaler, { targetCPUUtilizationPercentage: null, metrics }), apiVersion: 'autoscaling/v2' });
}
