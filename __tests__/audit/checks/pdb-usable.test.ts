import { pdbUsable } from '../../../src/audit/checks/pdb-usable.ts';
import { cases } from '../cases.ts';
import { asKind, HOOK, hpa, NO_REPLICAS, pdb, web } from '../release.ts';

const of = 'PodDisruptionBudget/web';
const least = (minAvailable: unknown) => pdb({ spec: { minAvailable } });
const most = (maxUnavailable: unknown) => pdb({ spec: { minAvailable: null, maxUnavailable } });
const single = web({ spec: { replicas: 1 } });

cases(pdbUsable, [
  { what: '1 of 3', of, objects: [web(), pdb()], verdict: 'pass', says: /2 pods of 3/ },
  { what: '3 of 3', of, objects: [web(), least(3)], verdict: 'fail', says: /keeps 3 of 3 pods/ },
  { what: '4 of 3', of, objects: [web(), least(4)], verdict: 'fail' },
  { what: '67 % of 3 are 3', of, objects: [web(), least('67%')], verdict: 'fail' },
  { what: '66 % of 3 are 2', of, objects: [web(), least('66%')], verdict: 'pass' },
  { what: '100 %', of, objects: [web(), least('100%')], verdict: 'fail' },
  { what: 'maxUnavailable 0', of, objects: [web(), most(0)], verdict: 'fail' },
  { what: 'maxUnavailable 0 %', of, objects: [web(), most('0%')], verdict: 'fail' },
  { what: 'maxUnavailable 1', of, objects: [web(), most(1)], verdict: 'pass' },
  { what: 'maxUnavailable 1 % is rounded up to 1', of, objects: [web(), most('1%')], verdict: 'pass' },
  {
    what: 'maxUnavailable 1 beside an HPA of 4',
    of,
    objects: [web(NO_REPLICAS), hpa({ spec: { minReplicas: 4 } }), most(1)],
    verdict: 'pass',
  },
  { what: '3 beside an HPA of 3', of, objects: [web(NO_REPLICAS), hpa(), least(3)], verdict: 'fail' },
  {
    what: '1 of a single pod',
    of,
    objects: [single, pdb()],
    verdict: 'fail',
    says: /keeps 1 of 1 pod,/,
    noRemedy: 'a single pod stays a single pod',
  },
  {
    what: 'a budget for a single pod',
    of,
    objects: [single, most(1)],
    verdict: 'warn',
    noRemedy: 'a single pod stays a single pod',
  },
  { what: 'scaled to zero', of, objects: [web({ spec: { replicas: 0 } }), pdb()], verdict: 'skip' },
  { what: 'both fields', of, objects: [web(), pdb({ spec: { maxUnavailable: 1 } })], verdict: 'fail', says: /refuses/ },
  {
    what: 'neither field',
    of,
    objects: [web(), pdb({ spec: { minAvailable: null } })],
    verdict: 'fail',
    says: /neither/,
  },
  { what: 'a word', of, objects: [web(), least('one')], verdict: 'unknown' },
  { what: 'a number in quotes', of, objects: [web(), least('1')], verdict: 'unknown' },
  {
    what: 'two budgets for the same pods',
    of,
    objects: [web(), pdb(), pdb({ metadata: { name: 'b' } })],
    verdict: 'fail',
    says: /PodDisruptionBudget\/b selects the same pods/,
    noRemedy: 'one of them has to go',
  },
  {
    what: 'two workloads are counted together',
    of,
    objects: [web(), web({ metadata: { name: 'b' }, spec: { replicas: 2 } }), least(4)],
    verdict: 'pass',
  },
  { what: 'a CronJob with the same labels', of, objects: [web(), asKind('CronJob'), pdb()], verdict: 'pass' },
  { what: 'no workload of the release', of, objects: [pdb()], verdict: 'skip' },
  {
    what: 'the budget of an operator',
    of,
    objects: [
      web(),
      {
        ...least(3),
        metadata: { name: 'web', namespace: 'pearl', ownerReferences: [{ kind: 'Redis', name: 'x', uid: 'u' }] },
      },
    ],
    verdict: 'skip',
  },
  { what: 'a DaemonSet', of, objects: [asKind('DaemonSet'), pdb()], verdict: 'unknown' },
  {
    what: 'a DaemonSet that no pod may leave',
    of,
    objects: [asKind('DaemonSet'), most(0)],
    verdict: 'fail',
    noRemedy: 'the count of a DaemonSet stays unknown',
  },
  {
    what: 'a live status is not looked at',
    of,
    objects: [web(), { ...pdb(), status: { disruptionsAllowed: 0 } }],
    verdict: 'pass',
    says: /unhealthyPodEvictionPolicy/,
  },
  {
    what: 'a version that is not read',
    of,
    objects: [web(), pdb({ apiVersion: 'policy/v1beta1' })],
    verdict: 'unknown',
  },
  { what: 'a hook', of, objects: [web(), pdb(HOOK)], verdict: '' },
]);
