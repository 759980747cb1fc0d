import { at } from '../../diff/values.ts';
import { containerPart, yaml } from '../availability/remedies.ts';
import { FIRST_REQUESTS, fillerOf, podRequests, requestOf } from '../availability/requests.ts';
import { listed, onWorkloads, type Says } from '../availability/say.ts';
import { runningContainers } from '../availability/services.ts';
import type { AuditFacts, Check } from '../check.ts';
import type { Subject, SubjectContainer } from '../subject.ts';

/** A container for which the scheduler reserves nothing. A CPU limit is never asked for: it only slows a container down. */
export const requests: Check = {
  id: 'requests',
  title: 'CPU and memory are reserved',
  section: '1.2',
  severity: 'high',
  run: (facts) => onWorkloads('requests', facts, (subject) => judge(subject, facts)),
};

function judge(subject: Subject, facts: AuditFacts): Says | Says[] {
  const says = runningContainers(subject).map((container) => judgeContainer(subject, container, facts));
  return says.length > 0
    ? says
    : { verdict: 'unknown', read: 'containers: none', reason: 'it has no containers to read' };
}

function judgeContainer(subject: Subject, one: SubjectContainer, facts: AuditFacts): Says {
  const container = one.spec.name;
  const wanted = ['cpu', 'memory'];
  const found = wanted.map(
    (resource) => requestOf(one, resource) ?? (podRequests(subject, resource) ? 'by the pod' : undefined),
  );
  const read = wanted.map((resource, index) => `requests.${resource}: ${found[index] ?? 'not set'}`).join(', ');
  const missing = wanted.filter((_, index) => found[index] === undefined);
  if (missing.length > 0) return { container, read, ...lacking(subject, one, missing, facts) };
  if (
    (at(one.spec, 'resources', 'limits', 'memory') ?? at(subject.pod, 'resources', 'limits', 'memory') ?? undefined) !==
    undefined
  ) {
    return { verdict: 'pass', container, read, reason: 'the scheduler reserves what it needs' };
  }
  const filler = fillerOf(facts, subject, 'memory');
  if (filler !== undefined) {
    return {
      verdict: 'pass',
      container,
      read,
      reason: `the scheduler reserves what it needs; ${filler} may set its memory limit`,
    };
  }
  const memory = typeof found[1] === 'string' && found[1] !== 'by the pod' ? found[1] : FIRST_REQUESTS.memory;
  return {
    verdict: 'warn',
    container,
    read: `${read}, limits.memory: not set`,
    reason: 'a leak in it takes the memory of the whole node, and other pods are evicted',
    remedy: yaml(containerPart(subject, one, { resources: { limits: { memory } } })),
  };
}

function lacking(
  subject: Subject,
  one: SubjectContainer,
  missing: readonly string[],
  facts: AuditFacts,
): Pick<Says, 'verdict' | 'reason' | 'remedy'> {
  const fillers = missing.map((resource) => fillerOf(facts, subject, resource));
  if (fillers.every((filler) => filler !== undefined)) {
    return { verdict: 'unknown', reason: `${listed([...new Set(fillers)])} may give it some when the pod is made` };
  }
  const wanted = Object.fromEntries(missing.map((resource) => [resource, FIRST_REQUESTS[resource]]));
  const memory = at(one.spec, 'resources', 'limits', 'memory') ?? at(one.spec, 'resources', 'requests', 'memory');
  return {
    verdict: 'fail',
    reason: `nothing is reserved for its ${listed(missing)}: it is the first to be evicted, and no autoscaler can read its use`,
    remedy: yaml(
      containerPart(subject, one, {
        resources: {
          requests: wanted,
          limits: { memory: typeof memory === 'string' ? memory : FIRST_REQUESTS.memory },
        },
      }),
    ),
  };
}
