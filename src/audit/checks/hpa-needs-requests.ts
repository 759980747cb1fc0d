import { type KubeObject, keyOf, refOf, titleOf } from '../../kubernetes/object.ts';
import { containerPart, headOf, yaml } from '../availability/remedies.ts';
import { FIRST_REQUESTS, fillerOf, podRequests, requestOf } from '../availability/requests.ts';
import { findings, type Says, unreadable } from '../availability/say.ts';
import { isReadableScaler, type ResourceTarget, resourceTargets, scalersIn } from '../availability/scalers.ts';
import { runningContainers } from '../availability/services.ts';
import type { AuditFacts, Check } from '../check.ts';
import type { Subject, SubjectContainer } from '../subject.ts';
import { scaleTargetOf } from '../subjects.ts';

/**
 * An autoscaler by percentage of requests where a container requests nothing: it takes no action for that metric.
 * https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#how-does-a-horizontalpodautoscaler-work
 */
export const hpaNeedsRequests: Check = {
  id: 'hpa-needs-requests',
  title: 'the autoscaler can read its metric',
  section: '',
  severity: 'high',
  run: (facts) =>
    scalersIn(facts).flatMap((scaler) => findings('hpa-needs-requests', refOf(scaler), judge(scaler, facts))),
};

function judge(scaler: KubeObject, facts: AuditFacts): Says | Says[] {
  if (!isReadableScaler(scaler)) return unreadable(scaler);
  const target = scaleTargetOf(scaler);
  const subject = facts.subjects.find(({ ref }) => target !== undefined && keyOf(ref) === keyOf(target));
  if (subject === undefined) {
    return { verdict: 'skip', read: 'spec.scaleTargetRef', reason: 'Its workload is not part of the release.' };
  }
  const targets = resourceTargets(scaler);
  if (targets === undefined) {
    const reason = 'The metrics stand in an annotation of autoscaling/v1, which is not read.';
    return { verdict: 'unknown', read: 'metadata.annotations', reason };
  }
  const relative = targets.filter(({ utilization }) => utilization !== undefined);
  if (relative.length === 0) {
    return { verdict: 'skip', read: 'no Utilization target', reason: 'It does not scale by a percentage of requests.' };
  }
  const problems = relative.flatMap((one) => missing(one, subject, facts));
  if (problems.length > 0) return problems;
  const read = relative.map(({ resource }) => `requests.${resource}`).join(', ');
  return { verdict: 'pass', read, reason: `Every container of ${titleOf(subject.ref)} requests what it scales by.` };
}

function missing({ resource, container }: ResourceTarget, subject: Subject, facts: AuditFacts): Says[] {
  const running = runningContainers(subject);
  const counted = container === undefined ? running : running.filter(({ spec }) => spec.name === container);
  if (counted.length === 0) {
    const reason = `${titleOf(subject.ref)} has no such container, so the autoscaler does nothing for ${resource}.`;
    return [{ verdict: 'fail', read: `container: ${container ?? 'absent'}`, reason }];
  }
  return counted
    .filter((one) => requestOf(one, resource) === undefined)
    .map((one) => blind(one, resource, subject, facts));
}

function blind(one: SubjectContainer, resource: string, subject: Subject, facts: AuditFacts): Says {
  const container = one.spec.name;
  const read = `${titleOf(subject.ref)} resources.requests.${resource}: absent`;
  const filler =
    fillerOf(facts, subject, resource) ?? (podRequests(subject, resource) && 'the pod as a whole on a newer server');
  if (filler) {
    const reason = `The container requests no ${resource}, but ${filler} may give it some.`;
    return { verdict: 'unknown', container, read, reason };
  }
  const requests = { [resource]: FIRST_REQUESTS[resource] ?? '1' };
  return {
    verdict: 'fail',
    container,
    read,
    reason: `The autoscaler is blind: it takes no action for ${resource} while one container requests none.`,
    remedy: yaml({ ...headOf(subject.ref), ...containerPart(subject, one, { resources: { requests } }) }),
  };
}
