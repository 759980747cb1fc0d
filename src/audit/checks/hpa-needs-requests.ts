import { type KubeObject, keyOf, refOf, titleOf } from '../../kubernetes/object.ts';
import { containerPart, headOf, yaml } from '../availability/remedies.ts';
import { FIRST_REQUESTS, fillerOf, podRequests, requestOf } from '../availability/requests.ts';
import { findings, listed, type Says, unreadable } from '../availability/say.ts';
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
    return { verdict: 'skip', read: 'spec.scaleTargetRef', reason: 'its workload is not part of the release' };
  }
  const targets = resourceTargets(scaler);
  if (targets === undefined) {
    const reason = 'the metrics stand in an annotation of autoscaling/v1, which is not read';
    return { verdict: 'unknown', read: 'metadata.annotations', reason };
  }
  const relative = targets.filter(({ utilization }) => utilization !== undefined);
  if (relative.length === 0) {
    return { verdict: 'skip', read: 'no Utilization target', reason: 'it does not scale by a percentage of requests' };
  }
  const problems = [
    ...strangers(relative, subject),
    ...runningContainers(subject).flatMap((one) => blind(one, relative, subject, facts)),
  ];
  if (problems.length > 0) return problems;
  const read = relative.map(({ resource }) => `requests.${resource}`).join(', ');
  return { verdict: 'pass', read, reason: `every container of ${titleOf(subject.ref)} requests what it scales by` };
}

/** Targets that name a container which is not there. */
function strangers(targets: readonly ResourceTarget[], subject: Subject): Says[] {
  const names = runningContainers(subject).map(({ spec }) => spec.name);
  return targets
    .filter(({ container }) => container !== undefined && !names.includes(container))
    .map(({ container, resource }) => ({
      verdict: 'fail',
      read: `container: ${container}`,
      reason: `${titleOf(subject.ref)} has no such container, so the autoscaler does nothing for ${resource}`,
    }));
}

/** What the autoscaler cannot see because one container does not request it. */
function blind(one: SubjectContainer, targets: readonly ResourceTarget[], subject: Subject, facts: AuditFacts): Says[] {
  const counted = targets.filter(({ container }) => container === undefined || container === one.spec.name);
  const missing = counted.map(({ resource }) => resource).filter((resource) => requestOf(one, resource) === undefined);
  if (missing.length === 0) return [];
  const container = one.spec.name;
  const read = `${titleOf(subject.ref)} ${missing.map((resource) => `requests.${resource}: not set`).join(', ')}`;
  const unfilled = missing.filter((resource) => mayFill(resource, subject, facts) === undefined);
  if (unfilled.length === 0) {
    const fillers = [...new Set(missing.map((resource) => mayFill(resource, subject, facts) ?? ''))];
    const reason = `the container requests no ${listed(missing)}, but ${listed(fillers)} may give it some`;
    return [{ verdict: 'unknown', container, read, reason }];
  }
  const requests = Object.fromEntries(unfilled.map((resource) => [resource, FIRST_REQUESTS[resource] ?? '1']));
  const reason = `the autoscaler is blind: it takes no action for ${listed(unfilled)} while one container requests none`;
  const remedy = yaml({ ...headOf(subject.ref), ...containerPart(subject, one, { resources: { requests } }) });
  return [{ verdict: 'fail', container, read, reason, remedy }];
}

function mayFill(resource: string, subject: Subject, facts: AuditFacts): string | undefined {
  if (podRequests(subject, resource)) return 'a request of the pod as a whole (on a newer server)';
  return fillerOf(facts, subject, resource);
}
