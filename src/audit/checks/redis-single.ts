import { refOf } from '../../kubernetes/object.ts';
import { hasFailover, isOperatedRedis, managedRedisOf, storesOf } from '../availability/redis.ts';
import { yaml } from '../availability/remedies.ts';
import { notReplicated, pods, readReplicas } from '../availability/replicated.ts';
import { findings, onWorkloads, type Says } from '../availability/say.ts';
import type { AuditFacts, Check, Finding } from '../check.ts';
import type { Subject } from '../subject.ts';

/** A Redis (or Valkey, KeyDB, Dragonfly) that one restart empties and nobody takes over from. */
export const redisSingle: Check = {
  id: 'redis-single',
  title: 'Redis survives the loss of a pod',
  section: '3.1',
  severity: 'high',
  run: (facts) => [...onWorkloads('redis-single', facts, (subject) => judge(subject, facts)), ...others(facts)],
};

function others(facts: AuditFacts): Finding[] {
  return facts.objects.flatMap((object) => {
    const address = managedRedisOf(object);
    const operated = isOperatedRedis(object);
    if (address === undefined && !operated) return [];
    const read = operated ? `kind: ${object.kind}` : `spec.externalName: ${address}`;
    const reason = operated ? 'an operator runs it with failover' : 'Redis is managed outside the cluster';
    return findings('redis-single', refOf(object), { verdict: 'pass', read, reason });
  });
}

function judge(subject: Subject, facts: AuditFacts): Says | Says[] {
  const [store] = storesOf(subject);
  if (store === undefined) return [];
  const says = judgeStore(subject, facts);
  return { ...says, container: store.spec.name, read: `kind: ${subject.ref.kind}, ${says.read}` };
}

function judgeStore(subject: Subject, facts: AuditFacts): Says {
  const { kind } = subject.ref;
  const not = notReplicated(subject);
  if (not !== undefined)
    return kind === 'Pod' ? { ...not, verdict: 'fail', reason: 'data and service end with this one pod' } : not;
  const wanted = facts.profile.numbers.redisReplicas;
  const replicas = subject.replicas ?? 1;
  const read = readReplicas(subject);
  if (kind !== 'StatefulSet') {
    const remedy = `${WAYS}\n${yaml(managedSnippet(subject))}`;
    if (replicas <= 1) {
      const reason = `Redis as one ${kind}: data and service are lost with every restart, and nothing takes over`;
      return { verdict: 'fail', read, reason, remedy };
    }
    const reason = `the pods of a ${kind} have no names and no storage of their own, so each is a Redis for itself`;
    return { verdict: 'warn', read, reason, remedy };
  }
  return judgeSet(subject, facts, { replicas, wanted, read });
}

function judgeSet(
  subject: Subject,
  facts: AuditFacts,
  { replicas, wanted, read }: { replicas: number; wanted: number; read: string },
): Says {
  if (replicas < wanted) {
    const reason = `${pods(replicas)} instead of ${wanted}: too few to agree on who takes over`;
    return { verdict: 'fail', read, reason, remedy: yaml({ spec: { replicas: wanted } }) };
  }
  if (hasFailover(subject, facts))
    return { verdict: 'pass', read, reason: 'another pod takes over from one that is lost' };
  const reason =
    'nothing in the release speaks of Sentinel, a cluster or replication, so each pod may be a Redis for itself';
  return { verdict: 'warn', read, reason };
}

const WAYS = [
  '# Either run nothing here and point this name at a managed Redis (below),',
  '# or run a StatefulSet of 3 with Sentinel instead',
].join('\n');

function managedSnippet({ ref }: Subject): Record<string, unknown> {
  const { name, namespace } = ref;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: namespace === undefined ? { name } : { name, namespace },
    spec: { type: 'ExternalName', externalName: '<name>.<id>.<region>.cache.amazonaws.com' },
  };
}
