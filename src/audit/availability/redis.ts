import { at, field, isMap, items } from '../../diff/values.ts';
import { groupOf, type KubeObject, refOf } from '../../kubernetes/object.ts';
import type { AuditFacts } from '../check.ts';
import type { Subject, SubjectContainer } from '../subject.ts';
import { type Says, sameNamespace } from './say.ts';
import { runningContainers } from './services.ts';

const STORES: ReadonlySet<string> = new Set(['redis', 'valkey', 'keydb', 'dragonfly']);
/** Images that bear the name and hold no data. */
const TOOLS: ReadonlySet<string> = new Set([
  'exporter',
  'commander',
  'insight',
  'operator',
  'sentinel',
  'proxy',
  'benchmark',
  'ui',
]);
/** Programs of the same images that hold no data. */
const TOOL_PROGRAM = /(^|[/\s])(redis|valkey|keydb)-(cli|sentinel|benchmark)(\s|$)|--sentinel(\s|$)/;
/** What stands in a pod or in a configuration when another node takes over from a dead one. */
const FAILOVER = /sentinel|cluster-enabled\s+yes|cluster_enabled|replicaof|slaveof|replication[-_]mode/i;

/** `redis` of `registry.example:5000/library/redis:7.2@sha256:…`. */
export function basenameOf(image: unknown): string {
  const [withoutDigest = ''] = typeof image === 'string' ? image.split('@') : [];
  return (withoutDigest.split('/').at(-1) ?? '').replace(/:.*$/, '').toLowerCase();
}

/** The containers of a workload that hold Redis data. */
export function storesOf(subject: Subject): SubjectContainer[] {
  return runningContainers(subject).filter(({ spec }) => {
    const [first = '', ...others] = basenameOf(field(spec, 'image')).split(/[-_]/);
    const words = [...items(field(spec, 'command')), ...items(field(spec, 'args'))].map(String).join(' ');
    return STORES.has(first) && !others.some((word) => TOOLS.has(word)) && !TOOL_PROGRAM.test(words);
  });
}

/** Why a Deployment of Redis is not asked for more pods: each would be a Redis for itself. redis-single says what it needs. */
export function notByMorePods(subject: Subject): Says | undefined {
  if (subject.ref.kind !== 'Deployment' || storesOf(subject).length === 0) return undefined;
  const reason = 'more pods would each be a Redis for itself; redis-single says what it needs';
  return { verdict: 'skip', read: `kind: ${subject.ref.kind} of Redis`, reason };
}

/** True when its pod, a ConfigMap or another Redis beside it speaks of Sentinel, a cluster or replication. */
export function hasFailover(subject: Subject, facts: AuditFacts): boolean {
  const maps = facts.objects.filter(
    (object) => object.kind === 'ConfigMap' && sameNamespace(refOf(object), subject.ref),
  );
  const others = facts.subjects.filter((one) => sameNamespace(one.ref, subject.ref) && one.containers.some(isOfStore));
  return [...others.map(({ pod }) => pod), ...maps.map((map) => field(map, 'data'))].some((one) =>
    speaksOf(one, FAILOVER),
  );
}

function isOfStore({ spec }: SubjectContainer): boolean {
  return STORES.has(basenameOf(field(spec, 'image')).split(/[-_]/)[0] ?? '');
}

function speaksOf(value: unknown, pattern: RegExp): boolean {
  if (typeof value === 'string') return pattern.test(value);
  if (Array.isArray(value)) return value.some((item) => speaksOf(item, pattern));
  return isMap(value) && Object.entries(value).some(([key, item]) => pattern.test(key) || speaksOf(item, pattern));
}

/** Custom resources of operators that run Redis with failover; the operator's `Redis` of opstree is a single one. */
const OPERATED: ReadonlySet<string> = new Set([
  'databases.spotahome.com/RedisFailover',
  'redis.redis.opstreelabs.in/RedisCluster',
  'redis.redis.opstreelabs.in/RedisReplication',
  'dragonflydb.io/Dragonfly',
  'app.redislabs.com/RedisEnterpriseCluster',
]);

/** True for a custom resource of which an operator makes a Redis with failover. */
export function isOperatedRedis({ apiVersion, kind }: KubeObject): boolean {
  return OPERATED.has(`${groupOf(apiVersion)}/${kind}`);
}

/** The address of a Service that stands for a Redis outside the cluster; undefined for any other object. */
export function managedRedisOf(object: KubeObject): string | undefined {
  if (object.kind !== 'Service' || at(object, 'spec', 'type') !== 'ExternalName') return undefined;
  const address = at(object, 'spec', 'externalName');
  if (typeof address !== 'string') return undefined;
  const named = object.metadata.name.split('-').some((word) => STORES.has(word));
  return named || /\.cache\.amazonaws\.com\.?$/.test(address) ? address : undefined;
}
