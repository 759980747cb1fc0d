import { at } from '../../diff/values.ts';
import { type KubeObject, refOf, titleOf } from '../../kubernetes/object.ts';
import { leaderElectionOf } from '../availability/leader-election.ts';
import { notByMorePods } from '../availability/redis.ts';
import { headOf, yaml } from '../availability/remedies.ts';
import { notReplicated } from '../availability/replicated.ts';
import { onWorkloads, type Says, shown, unreadable } from '../availability/say.ts';
import { isReadableScaler } from '../availability/scalers.ts';
import { servicesOfSubject } from '../availability/services.ts';
import type { AuditFacts, Check } from '../check.ts';
import type { Numbers } from '../profile.ts';
import type { Subject } from '../subject.ts';

/** A Deployment behind a Service that no autoscaler scales, or one whose limits are not the profile's. */
export const hpaPresent: Check = {
  id: 'hpa-present',
  title: 'an autoscaler with room to scale',
  section: '1.2',
  severity: 'medium',
  run: (facts) => onWorkloads('hpa-present', facts, (subject) => judge(subject, facts)),
};

function judge(subject: Subject, facts: AuditFacts): Says {
  const { numbers } = facts.profile;
  const skipped = notScalable(subject, facts);
  if (skipped !== undefined) return skipped;
  const { scaler } = subject;
  if (scaler !== undefined) return judgeScaler(scaler, numbers);
  return {
    verdict: 'fail',
    read: 'HorizontalPodAutoscaler and ScaledObject: none',
    reason: 'a Service sends it traffic, and nothing adds pods when there is more of it',
    remedy: yaml(autoscalerFor(subject, numbers)),
  };
}

function notScalable(subject: Subject, facts: AuditFacts): Says | undefined {
  const not = notReplicated(subject);
  if (not !== undefined) return not;
  const read = `kind: ${subject.ref.kind}`;
  if (subject.ref.kind !== 'Deployment') {
    const reason = `a ${subject.ref.kind} is not asked to scale by itself`;
    return { verdict: 'skip', read, reason };
  }
  if (subject.scaler !== undefined) return undefined;
  const store = notByMorePods(subject);
  if (store !== undefined) return store;
  const leader = leaderElectionOf(subject, facts);
  if (leader !== undefined) {
    return { verdict: 'skip', read: leader, reason: 'it elects a leader: more pods of it do not do more work' };
  }
  if (servicesOfSubject(facts, subject).length > 0) return undefined;
  return { verdict: 'skip', read, reason: 'no Service of the release sends it traffic' };
}

function judgeScaler(scaler: KubeObject, numbers: Numbers): Says {
  const name = titleOf(refOf(scaler));
  if (!isReadableScaler(scaler)) return unreadable(scaler);
  if (scaler.kind === 'ScaledObject') return { verdict: 'pass', read: name, reason: 'KEDA scales it' };
  const least = at(scaler, 'spec', 'minReplicas') ?? 1;
  const most = at(scaler, 'spec', 'maxReplicas') ?? undefined;
  const read = `${name} minReplicas: ${shown(least)}, maxReplicas: ${shown(most)}`;
  if (typeof least !== 'number' || typeof most !== 'number') {
    return { verdict: 'unknown', read, reason: 'the limits are no numbers, and the API server refuses them' };
  }
  return judgeLimits(least, most, numbers, {
    read,
    remedy: yaml({ ...headOf(refOf(scaler)), spec: limits(numbers, least, most) }),
  });
}

function judgeLimits(least: number, most: number, numbers: Numbers, rest: Pick<Says, 'read' | 'remedy'>): Says {
  const { hpaMinReplicas, hpaMaxReplicas } = numbers;
  if (least < hpaMinReplicas) {
    return {
      verdict: 'fail',
      ...rest,
      reason: `when little happens it goes down to ${least} instead of ${hpaMinReplicas}`,
    };
  }
  if (most <= least)
    return { verdict: 'fail', ...rest, reason: 'the maximum is not above the minimum, so it never scales' };
  if (most < hpaMaxReplicas) {
    return {
      verdict: 'warn',
      ...rest,
      reason: `it stops at ${most}, where the profile asks for room up to ${hpaMaxReplicas}`,
    };
  }
  return { verdict: 'pass', read: rest.read, reason: `it scales between ${least} and ${most}` };
}

function limits(numbers: Numbers, least = 0, most = 0): { minReplicas: number; maxReplicas: number } {
  const minReplicas = Math.max(least, numbers.hpaMinReplicas);
  return { minReplicas, maxReplicas: Math.max(most, numbers.hpaMaxReplicas, minReplicas + 1) };
}

function autoscalerFor({ ref }: Subject, numbers: Numbers): Record<string, unknown> {
  const metric = (name: string, averageUtilization: number) => ({
    type: 'Resource',
    resource: { name, target: { type: 'Utilization', averageUtilization } },
  });
  return {
    ...headOf({ ...ref, apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' }),
    spec: {
      scaleTargetRef: { apiVersion: ref.apiVersion, kind: ref.kind, name: ref.name },
      ...limits(numbers),
      metrics: [metric('cpu', numbers.hpaCpu), metric('memory', numbers.hpaMemory)],
    },
  };
}
