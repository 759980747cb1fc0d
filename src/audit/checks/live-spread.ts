import type { Check, Finding, LiveFacts } from '../check.ts';
import { about } from '../finding.ts';
import { podsOf, refusalOf } from '../live.ts';
import type { Subject } from '../subject.ts';

const ID = 'live-spread';

/** The pods really stand on different nodes: one node that goes must not take all of them. */
export const liveSpread: Check = {
  id: ID,
  title: 'the pods stand on several nodes',
  section: '1.1',
  severity: 'high',
  run: ({ subjects, live }) => {
    if (!live) return [];
    const spread = subjects.filter(
      ({ hook, ref }) => !hook && ['Deployment', 'StatefulSet', 'ReplicaSet'].includes(ref.kind),
    );
    return spread.map((subject) => judge(subject, live));
  },
};

function judge(subject: Subject, live: LiveFacts): Finding {
  const refusal = refusalOf(live, 'Pod');
  if (refusal !== undefined) return about(ID, subject, { verdict: 'unknown', read: 'pods', reason: refusal });
  const pods = podsOf(subject, live).filter((pod) => pod.spec?.nodeName);
  const nodes = new Set(pods.map((pod) => pod.spec?.nodeName));
  const read = `${pods.length} pods on ${nodes.size} nodes`;
  if (pods.length < 2) {
    return about(ID, subject, { verdict: 'skip', read, reason: 'there is nothing to spread with fewer than two pods' });
  }
  if (nodes.size > 1) {
    return about(ID, subject, { verdict: 'pass', read, reason: 'no single node takes all of them away' });
  }
  const all = live.nodes.length;
  const why = all === 1 ? 'the cluster has one node' : 'one node that goes takes all of them away';
  const remedy = '# pod anti-affinity or a topology spread over kubernetes.io/hostname';
  return about(ID, subject, { verdict: 'fail', read, reason: why, remedy });
}
