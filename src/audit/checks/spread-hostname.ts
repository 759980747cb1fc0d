import { at, items } from '../../diff/values.ts';
import { podPart, yaml } from '../availability/remedies.ts';
import { notSeveral, readReplicas } from '../availability/replicated.ts';
import { onWorkloads, type Says } from '../availability/say.ts';
import { HOSTNAME, spreadsOf, ZONES } from '../availability/spread.ts';
import type { Check } from '../check.ts';
import type { Subject } from '../subject.ts';

/** Pods that may all land on one node. Anti-affinity and topologySpreadConstraints are both taken. */
export const spreadHostname: Check = {
  id: 'spread-hostname',
  title: 'pods on different nodes',
  section: '1.1',
  severity: 'medium',
  run: (facts) => onWorkloads('spread-hostname', facts, judge),
};

function judge(subject: Subject): Says {
  const few = notSeveral(subject);
  if (few !== undefined) return few;
  const spreads = spreadsOf(subject);
  const byNode = spreads.find(({ topologyKey }) => topologyKey === HOSTNAME);
  if (byNode !== undefined) {
    const read = `${byNode.field}: ${HOSTNAME}`;
    const reason = byNode.required
      ? `its pods never share a node, so an update by surge needs one node more than the ${readReplicas(subject)}`
      : 'the scheduler puts its pods on different nodes where it can';
    return { verdict: 'pass', read, reason };
  }
  const remedy = remedyFor(subject);
  const byZone = spreads.find(({ topologyKey }) => ZONES.has(topologyKey));
  if (byZone !== undefined) {
    const reason = 'its pods are spread over zones only, and those of one zone may share a node';
    return { verdict: 'warn', read: `${byZone.field}: ${byZone.topologyKey}`, reason, remedy };
  }
  return {
    verdict: 'fail',
    read: 'podAntiAffinity and topologySpreadConstraints by kubernetes.io/hostname: none',
    reason: 'all its pods may run on one node and go with it',
    remedy,
  };
}

/** Beside the terms that are there: a list is replaced as a whole. */
function remedyFor(subject: Subject): string {
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  const others = items(at(subject.pod, 'affinity', 'podAntiAffinity', preferred));
  const labelSelector = at(subject.object, 'spec', 'selector') ?? { matchLabels: { ...subject.podLabels } };
  const own = { weight: 100, podAffinityTerm: { topologyKey: HOSTNAME, labelSelector } };
  return yaml(podPart(subject, { affinity: { podAntiAffinity: { [preferred]: [own, ...others] } } }));
}
