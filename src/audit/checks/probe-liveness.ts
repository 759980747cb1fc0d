import { equal } from '../../diff/values.ts';
import { firstProbe, handlerOf, patienceOf, probeOf, runsToItsEnd } from '../availability/probes.ts';
import { containerPart, yaml } from '../availability/remedies.ts';
import { onWorkloads, type Says } from '../availability/say.ts';
import { runningContainers } from '../availability/services.ts';
import type { Check } from '../check.ts';
import type { Subject, SubjectContainer } from '../subject.ts';

/**
 * A container that hangs for ever, or one that is killed where it should only have got no traffic. The same handler is fine
 * for both probes as long as liveness is the more patient one.
 * https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
 */
export const probeLiveness: Check = {
  id: 'probe-liveness',
  title: 'a hanging process is restarted',
  section: '5',
  severity: 'low',
  run: (facts) => onWorkloads('probe-liveness', facts, judge),
};

function judge(subject: Subject): Says | Says[] {
  const ends = runsToItsEnd(subject);
  if (ends !== undefined) return ends;
  const says = runningContainers(subject).map((container) => judgeContainer(subject, container));
  return says.length > 0
    ? says
    : { verdict: 'unknown', read: 'containers: none', reason: 'it has no containers to read' };
}

function judgeContainer(subject: Subject, one: SubjectContainer): Says {
  const container = one.spec.name;
  const alive = probeOf(one, 'livenessProbe');
  const ready = probeOf(one, 'readinessProbe');
  if (alive === undefined) {
    const livenessProbe = { ...firstProbe(one, undefined, '/livez'), periodSeconds: 10, failureThreshold: 6 };
    return {
      verdict: 'warn',
      container,
      read: 'livenessProbe: not set',
      reason: 'a process that hangs is never restarted',
      remedy: yaml(containerPart(subject, one, { livenessProbe })),
    };
  }
  const patience = patienceOf(ready);
  const read = `livenessProbe: gives up after ${patienceOf(alive)} s`;
  if (ready === undefined || !equal(handlerOf(alive), handlerOf(ready)) || patienceOf(alive) > patience) {
    return { verdict: 'pass', container, read, reason: 'a process that hangs is restarted' };
  }
  const livenessProbe = { periodSeconds: 10, failureThreshold: Math.ceil((2 * patience) / 10) + 1 };
  return {
    verdict: 'warn',
    container,
    read: `${read}, readinessProbe asks the same and gives up after ${patience} s`,
    reason: 'it is killed when it should only get no traffic: what makes it unready restarts it just as soon',
    remedy: yaml(containerPart(subject, one, { livenessProbe })),
  };
}
