import { selectorMatches } from '../../../src/audit/checks/selector-matches.ts';
import { cases } from '../cases.ts';
import { asKind, ELSEWHERE, HOOK, OLD, other, pdb, service, web } from '../release.ts';

const to = (selector: Record<string, unknown>) => service({ spec: { selector: null } }, { spec: { selector } });
const wrong = to({ app: 'wbe', tier: 'x' });
const policy = (podSelector: unknown) =>
  other('networking.k8s.io/v1', 'NetworkPolicy', 'web', { spec: { podSelector } });
const udp = service({ spec: { ports: [{ port: 53, targetPort: 'http', protocol: 'UDP' }] } });
const second = (labels: object) => web({ metadata: { name: 'b' }, spec: { template: { metadata: { labels } } } });
const noPort = { spec: { template: { spec: { containers: [{ name: 'web', ports: null }] } } } };
const of = 'Service/web';
const aboutPort = 'which of the two names is right is not known';

cases(selectorMatches, [
  { what: 'its pods', of, objects: [web(), service()], verdict: 'pass', says: /Deployment\/web/ },
  {
    what: 'no pods',
    of,
    objects: [web(), wrong],
    verdict: 'fail',
    reads: /app=wbe, tier=x/,
    says: /no pod of Deployment\/web/,
  },
  {
    what: 'a label more than the pods have',
    of,
    objects: [web(), service({ spec: { selector: { tier: 'x' } } })],
    verdict: 'fail',
  },
  {
    what: 'no pods of two workloads',
    of,
    objects: [web(), second({ app: 'b' }), wrong],
    verdict: 'fail',
    noRemedy: 'which of them was meant is not known',
  },
  { what: 'the pods of a StatefulSet', of, objects: [asKind('StatefulSet'), service()], verdict: 'pass' },
  { what: 'pods elsewhere', of, objects: [web(), second({ app: 'b' }), service(ELSEWHERE)], verdict: 'unknown' },
  { what: 'no workload at all', of, objects: [service()], verdict: 'unknown', says: /for others/ },
  { what: 'no selector', of, objects: [web(), service({ spec: { selector: null } })], verdict: 'skip' },
  { what: 'an empty selector', of, objects: [web(), to({})], verdict: 'skip' },
  {
    what: 'a name outside',
    of,
    objects: [web(), service({ spec: { type: 'ExternalName', selector: null } })],
    verdict: '',
  },
  {
    what: 'pods of the cluster',
    of,
    objects: [web(), wrong],
    live: {
      pods: [
        other('v1', 'Pod', 'x', { metadata: { name: 'x', namespace: 'pearl', labels: { app: 'wbe', tier: 'x' } } }),
      ],
    },
    verdict: 'pass',
  },
  {
    what: 'pods that an operator makes',
    of,
    objects: [web(), wrong, other('databases.spotahome.com/v1', 'RedisFailover', 'cache')],
    verdict: 'unknown',
    says: /RedisFailover\/cache/,
  },
  {
    what: 'custom resources that make no pods',
    of,
    objects: [
      web(),
      wrong,
      other('external-secrets.io/v1', 'ExternalSecret', 'x'),
      other('monitoring.coreos.com/v1', 'ServiceMonitor', 'x'),
    ],
    verdict: 'fail',
  },
  {
    what: 'a workload of a kind that is not read',
    of,
    objects: [web(), wrong, other('v1', 'ReplicationController', 'x', { spec: { template: asKind('Pod') } })],
    verdict: 'unknown',
  },
  { what: 'pods of a version that is not read elsewhere', of, objects: [web(OLD), service()], verdict: 'pass' },
  {
    what: 'a named port that nobody has',
    of,
    objects: [web(), service({ spec: { ports: [{ port: 80, targetPort: 'web' }] } })],
    verdict: 'fail',
    reads: /targetPort: web/,
    noRemedy: aboutPort,
  },
  {
    what: 'a named port of another protocol',
    of,
    objects: [web(), udp],
    verdict: 'fail',
    says: /protocol UDP/,
    noRemedy: aboutPort,
  },
  {
    what: 'a named port that one of two has',
    of,
    objects: [web(), web({ metadata: { name: 'b' } }, noPort), service()],
    verdict: 'warn',
    says: /Deployment\/b/,
    noRemedy: aboutPort,
  },
  {
    what: 'a number that is not declared',
    of,
    objects: [web(noPort), service({ spec: { ports: [{ port: 80, targetPort: 1 }] } })],
    verdict: 'pass',
  },
  { what: 'a Job with the same labels', of, objects: [web(), asKind('Job', noPort), service()], verdict: 'pass' },
  {
    what: 'a policy for its pods',
    of: 'NetworkPolicy/web',
    objects: [web(), policy({ matchLabels: { app: 'web' } })],
    verdict: 'pass',
  },
  { what: 'a policy for all pods', of: 'NetworkPolicy/web', objects: [web(), policy({})], verdict: 'pass' },
  {
    what: 'a policy without a selector is for all',
    of: 'NetworkPolicy/web',
    objects: [web(), policy(undefined)],
    verdict: 'pass',
  },
  {
    what: 'a policy for no pods',
    of: 'NetworkPolicy/web',
    objects: [web(), policy({ matchLabels: { app: 'x' } })],
    verdict: 'fail',
  },
  {
    what: 'a policy that leaves its pods out',
    of: 'NetworkPolicy/web',
    objects: [web(), policy({ matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] })],
    verdict: 'fail',
  },
  { what: 'a budget for its pods', of: 'PodDisruptionBudget/web', objects: [web(), pdb()], verdict: 'pass' },
  {
    what: 'a budget for no pods',
    of: 'PodDisruptionBudget/web',
    objects: [web(), pdb({ spec: { selector: { matchLabels: { app: 'x' } } } })],
    verdict: 'fail',
  },
  {
    what: 'a budget without a selector is for none',
    of: 'PodDisruptionBudget/web',
    objects: [web(), pdb({ spec: { selector: null } })],
    verdict: 'fail',
  },
  {
    what: 'a budget of a version that is not read',
    of: 'PodDisruptionBudget/web',
    objects: [web(), pdb({ apiVersion: 'policy/v1beta1' })],
    verdict: 'unknown',
  },
  { what: 'a hook', of, objects: [web(), service({ spec: { selector: { app: 'x' } } }, HOOK)], verdict: '' },
]);
