import { expect, test } from '@jest/globals';
import { basenameOf } from '../../../src/audit/availability/redis.ts';
import { redisSingle } from '../../../src/audit/checks/redis-single.ts';
import { cases } from '../cases.ts';
import { asKind, HOOK, inWeb, NO_REPLICAS, OLD, other, pod, service, web } from '../release.ts';

const redis = inWeb({ image: 'redis:7.2' });
const one = { spec: { replicas: 1 } };
const set = (...patches: Record<string, unknown>[]) => asKind('StatefulSet', redis, ...patches);
const noWorkload = 'what replaces it is another object';
const managed = service({
  metadata: { name: 'redis' },
  spec: { type: 'ExternalName', externalName: 'x.cache.amazonaws.com' },
});
const sentinel = pod({
  containers: [{ name: 'sentinel', image: 'redis:7.2', command: ['redis-sentinel', '/etc/s.conf'] }],
});

cases(redisSingle, [
  {
    what: 'one Deployment of one',
    objects: [web(redis, one)],
    verdict: 'fail',
    says: /nothing takes over/,
    noRemedy: noWorkload,
  },
  { what: 'one by default', objects: [web(redis, NO_REPLICAS)], verdict: 'fail', noRemedy: noWorkload },
  { what: 'a Deployment of three', objects: [web(redis)], verdict: 'warn', noRemedy: noWorkload },
  {
    what: 'another registry, a digest',
    objects: [web(inWeb({ image: 'r.example:5000/bitnami/valkey@sha256:ab' }), one)],
    verdict: 'fail',
    noRemedy: noWorkload,
  },
  { what: 'an exporter', objects: [web(inWeb({ image: 'oliver006/redis_exporter:1' }), one)], verdict: '' },
  { what: 'a commander', objects: [web(inWeb({ image: 'rediscommander/redis-commander' }), one)], verdict: '' },
  { what: 'a name that only begins like it', objects: [web(inWeb({ image: 'redistribute:1' }), one)], verdict: '' },
  {
    what: 'the client of the same image',
    objects: [web(redis, one, inWeb({ command: ['redis-cli', 'ping'] }))],
    verdict: '',
  },
  { what: 'a Sentinel alone', objects: [web(redis, one, inWeb({ command: ['redis-sentinel'] }))], verdict: '' },
  {
    what: 'an init container',
    objects: [web(one, pod({ initContainers: [{ name: 'wait', image: 'redis:7' }] }))],
    verdict: '',
  },
  { what: 'a StatefulSet of three with Sentinel', objects: [set(sentinel)], of: 'StatefulSet/web', verdict: 'pass' },
  {
    what: 'a StatefulSet of three, replicated by its arguments',
    objects: [set(inWeb({ args: ['--replicaof', 'web-0', '6379'] }))],
    of: 'StatefulSet/web',
    verdict: 'pass',
  },
  {
    what: 'a StatefulSet of three, a cluster by its configuration',
    objects: [set(), other('v1', 'ConfigMap', 'redis', { data: { 'redis.conf': 'port 6379\ncluster-enabled yes' } })],
    of: 'StatefulSet/web',
    verdict: 'pass',
  },
  {
    what: 'a StatefulSet of three that nothing joins',
    objects: [set()],
    of: 'StatefulSet/web',
    verdict: 'warn',
    noRemedy: 'a whole configuration is missing',
  },
  { what: 'a StatefulSet of one', objects: [set(one, sentinel)], of: 'StatefulSet/web', verdict: 'fail' },
  {
    what: 'a number of the profile',
    objects: [set(sentinel)],
    numbers: { redisReplicas: 5 },
    of: 'StatefulSet/web',
    verdict: 'fail',
  },
  {
    what: 'a bare Pod',
    objects: [asKind('Pod', { spec: { containers: [{ name: 'web', image: 'redis' }] } })],
    of: 'Pod/web',
    verdict: 'fail',
    noRemedy: noWorkload,
  },
  {
    what: 'managed outside',
    objects: [managed, web()],
    of: 'Service/redis',
    verdict: 'pass',
    reads: /cache\.amazonaws\.com/,
  },
  { what: 'managed outside, nothing of a workload', objects: [managed, web()], verdict: '' },
  {
    what: 'another name outside',
    objects: [service({ spec: { type: 'ExternalName', externalName: 'db.example' } })],
    of: 'Service/web',
    verdict: '',
  },
  {
    what: 'an operator',
    objects: [other('databases.spotahome.com/v1', 'RedisFailover', 'cache', {})],
    of: 'RedisFailover/cache',
    verdict: 'pass',
  },
  { what: 'no Redis', objects: [web()], verdict: '' },
  { what: 'a hook', objects: [web(redis, one, HOOK)], verdict: 'skip' },
  { what: 'a version that is not read', objects: [web(redis, one, OLD)], verdict: 'unknown' },
]);

test.each([
  ['redis', 'redis'],
  ['redis:7', 'redis'],
  ['docker.io/library/Redis:7-alpine', 'redis'],
  ['r.example:5000/redis', 'redis'],
  ['r.example/valkey:8@sha256:00', 'valkey'],
  [undefined, ''],
])('the basename of %s', (image, name) => expect(basenameOf(image)).toBe(name));
