import { at } from '../../diff/values.ts';
import { isNone, podsOf } from '../availability/int-or-percent.ts';
import { yaml } from '../availability/remedies.ts';
import { onWorkloads, type Says, shown } from '../availability/say.ts';
import { singleWriterOf } from '../availability/single-writer.ts';
import type { AuditFacts, Check } from '../check.ts';
import type { Subject } from '../subject.ts';

/** An update that takes old pods away before new ones are ready, or that does not reach all pods. */
export const rolloutStrategy: Check = {
  id: 'rollout-strategy',
  title: 'new pods first',
  section: '5',
  severity: 'high',
  run: (facts) => onWorkloads('rollout-strategy', facts, (subject) => judge(subject, facts)),
};

/** What the API server fills in. https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/apps/v1/defaults.go */
const DEFAULT = '25%';

function judge(subject: Subject, facts: AuditFacts): Says {
  const { kind } = subject.ref;
  if (kind === 'Deployment') return judgeDeployment(subject, facts);
  if (kind === 'StatefulSet') return judgeStatefulSet(subject);
  if (kind === 'DaemonSet') return judgeDaemonSet(subject);
  return { verdict: 'skip', read: `kind: ${kind}`, reason: `a ${kind} is not updated pod by pod` };
}

function judgeDeployment(subject: Subject, facts: AuditFacts): Says {
  const says = judgeRolling(subject, facts);
  if (says.verdict !== 'fail') return says;
  const writer = singleWriterOf(subject, facts);
  if (writer === undefined) return says;
  const { claim, known } = writer;
  if (known) {
    const reason = `PersistentVolumeClaim/${claim} can be mounted by one writer only, so the old pod has to go first`;
    return { verdict: 'skip', read: says.read, reason };
  }
  const reason = `whether old and new pods may run side by side hangs on PersistentVolumeClaim/${claim}, which is not part of the release`;
  return { verdict: 'unknown', read: says.read, reason };
}

function judgeRolling(subject: Subject, facts: AuditFacts): Says {
  const { maxUnavailable, maxSurge } = facts.profile.numbers;
  const strategy = at(subject.object, 'spec', 'strategy');
  const type = at(strategy, 'type') ?? 'RollingUpdate';
  const remedy = yaml({ spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable, maxSurge } } } });
  if (type !== 'RollingUpdate') {
    const reason =
      type === 'Recreate' ? 'every update stops all pods before the first new one starts' : 'there is no such strategy';
    return { verdict: 'fail', read: `spec.strategy.type: ${shown(type)}`, reason, remedy };
  }
  const less = at(strategy, 'rollingUpdate', 'maxUnavailable') ?? DEFAULT;
  const more = at(strategy, 'rollingUpdate', 'maxSurge') ?? DEFAULT;
  const block = at(strategy, 'rollingUpdate') ?? undefined;
  const from = block === undefined ? ' (API default, spec.strategy.rollingUpdate is not set)' : '';
  const read = `maxUnavailable: ${shown(less)}, maxSurge: ${shown(more)}${from}`;
  const pods = subject.replicas ?? 1;
  if (podsOf(less, pods, 'down') === undefined || podsOf(more, pods, 'up') === undefined) {
    return { verdict: 'unknown', read, reason: 'the values are neither whole numbers nor percentages' };
  }
  if (isNone(less) && isNone(more)) {
    return {
      verdict: 'fail',
      read,
      reason: 'the API server refuses both at 0: no pod could ever be replaced',
      remedy,
    };
  }
  if (exceeds(less, maxUnavailable, pods)) return { verdict: 'fail', read, reason: lost(less, pods), remedy };
  const other = String(more) === String(maxSurge) ? '' : ` (maxSurge is not the profile's ${shown(maxSurge)})`;
  return { verdict: 'pass', read, reason: `an update keeps the capacity that the profile asks for${other}` };
}

/** Of none, a percentage is too much even where it rounds down to none now: an autoscaler makes more pods of it. */
function exceeds(value: unknown, allowed: number | string, pods: number): boolean {
  if (String(value) === String(allowed)) return false;
  if (isNone(allowed)) return !isNone(value);
  return (podsOf(value, pods, 'down') ?? 0) > (podsOf(allowed, pods, 'down') ?? 0);
}

function lost(value: unknown, pods: number): string {
  const taken = (of: number) => podsOf(value, of, 'down') ?? 0;
  if (taken(pods) > 0) return `an update takes ${taken(pods)} of ${pods} pods away before new ones are ready`;
  // Above 0 % it is at least one of a hundred.
  let first = pods;
  while (first < 100 && taken(first) === 0) first += 1;
  return `an update may take pods away before new ones are ready: none of ${pods}, but ${taken(first)} of ${first}`;
}

function judgeStatefulSet(subject: Subject): Says {
  const strategy = at(subject.object, 'spec', 'updateStrategy');
  const type = at(strategy, 'type') ?? 'RollingUpdate';
  const remedy = yaml({ spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } } });
  const read = `spec.updateStrategy.type: ${shown(type)}`;
  if (type !== 'RollingUpdate') {
    return { verdict: 'fail', read, reason: 'pods keep the old version until somebody deletes them', remedy };
  }
  const partition = at(strategy, 'rollingUpdate', 'partition') ?? 0;
  if (partition === 0) return { verdict: 'pass', read, reason: 'an update goes pod by pod and waits for each' };
  const reason = 'pods below the partition keep the old version';
  return { verdict: 'warn', read: `spec.updateStrategy.rollingUpdate.partition: ${shown(partition)}`, reason, remedy };
}

function judgeDaemonSet(subject: Subject): Says {
  const strategy = at(subject.object, 'spec', 'updateStrategy');
  const type = at(strategy, 'type') ?? 'RollingUpdate';
  if (type !== 'RollingUpdate') {
    const remedy = yaml({ spec: { updateStrategy: { type: 'RollingUpdate' } } });
    const reason = 'pods keep the old version until somebody deletes them';
    return { verdict: 'fail', read: `spec.updateStrategy.type: ${shown(type)}`, reason, remedy };
  }
  const less = at(strategy, 'rollingUpdate', 'maxUnavailable') ?? 1;
  const read = `spec.updateStrategy.rollingUpdate.maxUnavailable: ${shown(less)}`;
  return { verdict: 'pass', read, reason: 'an update goes node by node' };
}
