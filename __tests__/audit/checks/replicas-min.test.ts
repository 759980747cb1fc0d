import { replicasMin } from '../../../src/audit/checks/replicas-min.ts';
import { cases } from '../cases.ts';
import { asKind, HOOK, hpa, inWeb, keda, NO_REPLICAS, OLD, other, pod, web } from '../release.ts';

const one = { spec: { replicas: 1 } };
const lease = [
  other('rbac.authorization.k8s.io/v1', 'Role', 'leader', {
    rules: [{ apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] }],
  }),
  other('rbac.authorization.k8s.io/v1', 'RoleBinding', 'leader', {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'leader' },
    subjects: [{ kind: 'ServiceAccount', name: 'operator' }],
  }),
];

cases(replicasMin, [
  { what: 'three replicas', objects: [web()], verdict: 'pass', reads: /^spec\.replicas: 3$/ },
  { what: 'one replica', objects: [web(one)], verdict: 'fail', says: /1 pod instead of 3/ },
  { what: 'two replicas', objects: [web({ spec: { replicas: 2 } })], verdict: 'fail' },
  { what: 'the API default of 1', objects: [web(NO_REPLICAS)], verdict: 'fail', reads: /API default 1/ },
  { what: 'replicas: null is absent', objects: [web({ spec: { replicas: undefined } })], verdict: 'fail' },
  { what: 'unset beside an HPA of 3', objects: [web(NO_REPLICAS), hpa()], verdict: 'pass', reads: /minReplicas: 3/ },
  {
    what: 'an HPA of 1 beside replicas of 3',
    objects: [web(), hpa({ spec: { minReplicas: 1 } })],
    verdict: 'fail',
    reads: /HorizontalPodAutoscaler\/web minReplicas: 1/,
  },
  { what: 'an HPA without minReplicas', objects: [web(), hpa({ spec: { minReplicas: null } })], verdict: 'fail' },
  { what: 'KEDA with 3', objects: [web(NO_REPLICAS), keda()], verdict: 'pass' },
  { what: 'KEDA down to 0 by default', objects: [web(), keda({ spec: { minReplicaCount: null } })], verdict: 'warn' },
  { what: 'scaled to zero', objects: [web({ spec: { replicas: 0 } })], verdict: 'warn', says: /zero/ },
  { what: 'a number of the profile', objects: [web(one)], numbers: { minReplicas: 1 }, verdict: 'pass' },
  { what: 'a StatefulSet', objects: [asKind('StatefulSet', one)], of: 'StatefulSet/web', verdict: 'fail' },
  { what: 'a DaemonSet', objects: [asKind('DaemonSet')], of: 'DaemonSet/web', verdict: 'skip' },
  { what: 'a Job', objects: [asKind('Job')], of: 'Job/web', verdict: 'skip' },
  { what: 'a CronJob', objects: [asKind('CronJob')], of: 'CronJob/web', verdict: 'skip' },
  { what: 'a bare Pod', objects: [asKind('Pod')], of: 'Pod/web', verdict: 'warn', noRemedy: 'it is another kind' },
  { what: 'a hook', objects: [web(one, HOOK)], verdict: 'skip', reads: /helm\.sh\/hook: pre-upgrade/ },
  {
    what: 'a leader by its flag',
    objects: [web(one, inWeb({ args: ['--leader-elect'] }))],
    verdict: 'warn',
    says: /leader/,
  },
  {
    what: 'a leader in a shell line',
    objects: [web(one, inWeb({ command: ['sh', '-c', 'exec operator --enable-leader-election -v 2'] }))],
    verdict: 'warn',
  },
  { what: 'no leader by its flag', objects: [web(one, inWeb({ args: ['--leader-elect=false'] }))], verdict: 'fail' },
  {
    what: 'a leader by the Leases that it may write',
    objects: [web(one, pod({ serviceAccountName: 'operator' })), ...lease],
    verdict: 'warn',
    says: /Role\/leader/,
  },
  {
    what: 'the Leases of an account of the same name elsewhere',
    objects: [web(one, pod({ serviceAccountName: 'operator' }), { metadata: { namespace: 'elsewhere' } }), ...lease],
    verdict: 'fail',
  },
  { what: 'the Leases of another account', objects: [web(one), ...lease], verdict: 'fail' },
  { what: 'a Redis, which more pods do not help', objects: [web(one, inWeb({ image: 'redis:7' }))], verdict: 'skip' },
  { what: 'a version that is not read', objects: [web(OLD)], verdict: 'unknown', says: /apps\/v1beta1/ },
  {
    what: 'a kind that is not read',
    objects: [other('argoproj.io/v1alpha1', 'Rollout', 'web', { spec: web().spec })],
    of: 'Rollout/web',
    verdict: 'unknown',
  },
  { what: 'a number in quotes', objects: [web({ spec: { replicas: '3' } })], verdict: 'unknown' },
]);
