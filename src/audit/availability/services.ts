import { at, field, items } from '../../diff/values.ts';
import { type KubeObject, refOf } from '../../kubernetes/object.ts';
import type { AuditFacts } from '../check.ts';
import { selectsByMap } from '../label-selector.ts';
import type { Subject, SubjectContainer } from '../subject.ts';
import { oncePerRelease } from './once.ts';
import { objectsOf, sameNamespace } from './say.ts';

/** The Services of the release that send traffic to pods. */
export const servicesOf = oncePerRelease((facts): KubeObject[] =>
  objectsOf(facts, 'Service', '').filter((service) => at(service, 'spec', 'type') !== 'ExternalName'),
);

/** The Services that select the pods of a workload. */
export function servicesOfSubject(facts: AuditFacts, subject: Subject): KubeObject[] {
  return servicesOf(facts).filter((service) => reaches(service, subject));
}

/** True when a Service selects the pods of a workload. */
export function reaches(service: KubeObject, subject: Subject): boolean {
  return sameNamespace(refOf(service), subject.ref) && selectsByMap(at(service, 'spec', 'selector'), subject.podLabels);
}

/** A port of a Service, defaults filled in: the target is the port itself when it is absent, the protocol TCP. */
export interface ServicePort {
  target: string | number;
  protocol: string;
}

/** The ports of a Service that can be read. */
export function portsOf(service: KubeObject): ServicePort[] {
  return items(at(service, 'spec', 'ports')).flatMap((port) => {
    const target = field(port, 'targetPort') ?? field(port, 'port');
    const protocol = String(field(port, 'protocol') ?? 'TCP');
    return typeof target === 'string' || typeof target === 'number' ? [{ target, protocol }] : [];
  });
}

/** The containers that run as long as the pod. */
export function runningContainers({ containers }: Subject): SubjectContainer[] {
  return containers.filter(({ role }) => role === 'container' || role === 'sidecar');
}

/**
 * The container behind a port: the one that declares it; for a number that none declares (a declaration is optional) the
 * only regular container. Undefined when that does not tell.
 */
export function ownerOfPort(subject: Subject, port: ServicePort): SubjectContainer | undefined {
  const running = runningContainers(subject);
  const declaring = running.find(({ spec }) =>
    items(field(spec, 'ports')).some((declared) => declares(declared, port)),
  );
  if (declaring !== undefined || typeof port.target === 'string') return declaring;
  const [only, ...others] = running.filter(({ role }) => role === 'container');
  return others.length === 0 ? only : undefined;
}

function declares(declared: unknown, { target, protocol }: ServicePort): boolean {
  const same = typeof target === 'string' ? field(declared, 'name') : field(declared, 'containerPort');
  return same === target && String(field(declared, 'protocol') ?? 'TCP') === protocol;
}
