import { refOf, titleOf } from '../../kubernetes/object.ts';
import { firstProbe, probeOf, runsToItsEnd } from '../availability/probes.ts';
import { containerPart, yaml } from '../availability/remedies.ts';
import { onWorkloads, type Says, shown } from '../availability/say.ts';
import {
  ownerOfPort,
  portsOf,
  runningContainers,
  type ServicePort,
  servicesOfSubject,
} from '../availability/services.ts';
import type { AuditFacts, Check } from '../check.ts';
import type { Subject, SubjectContainer } from '../subject.ts';

/** A container that gets traffic, or whose pod counts as available, before it says that it is ready. */
export const probeReadiness: Check = {
  id: 'probe-readiness',
  title: 'traffic only when ready',
  section: '5',
  severity: 'high',
  run: (facts) => onWorkloads('probe-readiness', facts, (subject) => judge(subject, facts)),
};

/** A container with the port by which a Service reaches it. */
interface Behind {
  container: SubjectContainer;
  port: ServicePort;
  service: string;
}

function judge(subject: Subject, facts: AuditFacts): Says | Says[] {
  const ends = runsToItsEnd(subject);
  if (ends !== undefined) return ends;
  const running = runningContainers(subject);
  const behind = portsBehind(subject, facts);
  if (behind === undefined) return unclear(running);
  const says = running.map((container) => judgeContainer(subject, container, behind, running));
  return says.length > 0
    ? says
    : { verdict: 'unknown', read: 'containers: none', reason: 'it has no containers to read' };
}

/** Undefined when a Service reaches the workload at a port of which no container can be told to own it. */
function portsBehind(subject: Subject, facts: AuditFacts): Behind[] | undefined {
  const behind: Behind[] = [];
  for (const service of servicesOfSubject(facts, subject)) {
    for (const port of portsOf(service)) {
      const container = ownerOfPort(subject, port);
      if (container !== undefined) behind.push({ container, port, service: titleOf(refOf(service)) });
      // That a named port is missing is said by selector-matches.
      else if (typeof port.target === 'number') return undefined;
    }
  }
  return behind;
}

function unclear(running: readonly SubjectContainer[]): Says[] {
  return running.map((container) => {
    if (probeOf(container, 'readinessProbe') !== undefined) return passed(container);
    const reason = 'a Service reaches this pod at a port that no container declares, so who answers there is not known';
    return { verdict: 'unknown', container: container.spec.name, read: 'readinessProbe: not set', reason };
  });
}

function judgeContainer(
  subject: Subject,
  container: SubjectContainer,
  behind: readonly Behind[],
  running: readonly SubjectContainer[],
): Says {
  if (probeOf(container, 'readinessProbe') !== undefined) return passed(container);
  const own = behind.find((one) => one.container === container);
  const readinessProbe = firstProbe(container, own?.port.target);
  const rest = {
    container: container.spec.name,
    read: 'readinessProbe: not set',
    remedy: yaml(containerPart(subject, container, { readinessProbe })),
  };
  if (own !== undefined) {
    const reason = `${own.service} sends traffic to its port ${shown(own.port.target)} as soon as the process starts, and a rollout counts it as ready`;
    return { verdict: 'fail', ...rest, reason };
  }
  if (behind.length === 0 && running.some((one) => probeOf(one, 'readinessProbe') !== undefined)) {
    return {
      verdict: 'pass',
      container: rest.container,
      read: rest.read,
      reason: 'another container tells when the pod is ready',
    };
  }
  return { verdict: 'warn', ...rest, reason: 'a rollout counts it as ready as soon as the process starts' };
}

function passed(container: SubjectContainer): Says {
  const reason = 'traffic and rollouts wait until it says that it is ready';
  return { verdict: 'pass', container: container.spec.name, read: 'readinessProbe', reason };
}
