import { pdbPresent } from '../../../src/audit/checks/pdb-present.ts';
import { cases } from '../cases.ts';
import { asKind, ELSEWHERE, HOOK, hpa, NO_REPLICAS, OLD, pdb, web } from '../release.ts';

const selector = (value: unknown) => pdb({ spec: { selector: null } }, { spec: { selector: value } });
const expression = (operator: string, values?: string[]) =>
  selector({ matchExpressions: [{ key: 'app', operator, ...(values && { values }) }] });

cases(pdbPresent, [
  { what: 'a budget', objects: [web(), pdb()], verdict: 'pass' },
  { what: 'no budget', objects: [web()], verdict: 'fail', says: /drain/ },
  {
    what: 'no budget, replicas unset beside an HPA of 3',
    objects: [web(NO_REPLICAS), hpa()],
    verdict: 'fail',
    reads: /minReplicas: 3/,
  },
  { what: 'a StatefulSet without', objects: [asKind('StatefulSet')], of: 'StatefulSet/web', verdict: 'fail' },
  { what: 'one replica', objects: [web({ spec: { replicas: 1 } })], verdict: 'skip' },
  { what: 'one replica by default', objects: [web(NO_REPLICAS)], verdict: 'skip' },
  { what: 'a budget elsewhere', objects: [web(), pdb(ELSEWHERE)], verdict: 'fail', noRemedy: 'two of the same name' },
  {
    what: 'one label of two',
    objects: [web(), pdb({ metadata: { name: 'b' }, spec: { selector: { matchLabels: { tier: 'x' } } } })],
    verdict: 'fail',
  },
  { what: 'an expression that matches', objects: [web(), expression('In', ['web', 'api'])], verdict: 'pass' },
  {
    what: 'an expression that leaves it out',
    objects: [web(), { ...expression('NotIn', ['web']), metadata: { name: 'b', namespace: 'pearl' } }],
    verdict: 'fail',
  },
  { what: 'Exists', objects: [web(), expression('Exists')], verdict: 'pass' },
  { what: 'an empty selector selects all', objects: [web(), selector({})], verdict: 'pass' },
  {
    what: 'an absent selector selects none',
    objects: [web(), { ...pdb({ spec: { selector: null } }), metadata: { name: 'b', namespace: 'pearl' } }],
    verdict: 'fail',
  },
  {
    what: 'the labels of the pods, not the selector of the Deployment',
    objects: [
      web({ spec: { template: { metadata: { labels: { tier: 'front' } } } } }),
      selector({ matchLabels: { tier: 'front' } }),
    ],
    verdict: 'pass',
  },
  {
    what: 'a budget that keeps nothing',
    objects: [web(), pdb({ spec: { minAvailable: 0 } })],
    verdict: 'fail',
    says: /down to 0 pods/,
  },
  {
    what: 'maxUnavailable of all',
    objects: [web(), pdb({ spec: { minAvailable: null, maxUnavailable: '100%' } })],
    verdict: 'fail',
  },
  {
    what: 'percentages are rounded up',
    objects: [web(), pdb({ spec: { minAvailable: '1%' } })],
    verdict: 'pass',
    says: /at least 1 pod /,
  },
  { what: 'a number of the profile', objects: [web(), pdb()], numbers: { pdbMinAvailable: 2 }, verdict: 'fail' },
  {
    what: 'a budget that cannot be read',
    objects: [web(), pdb({ spec: { minAvailable: 'one' } })],
    verdict: 'unknown',
  },
  {
    what: 'a budget of a version that is not read',
    objects: [web(), pdb({ apiVersion: 'policy/v1beta1' })],
    verdict: 'unknown',
  },
  { what: 'a budget that only the cluster has', objects: [web()], live: { objects: [pdb()] }, verdict: 'pass' },
  { what: 'a DaemonSet', objects: [asKind('DaemonSet')], of: 'DaemonSet/web', verdict: 'skip' },
  { what: 'a CronJob', objects: [asKind('CronJob')], of: 'CronJob/web', verdict: 'skip' },
  { what: 'a hook', objects: [web(HOOK)], verdict: 'skip' },
  { what: 'a version that is not read', objects: [web(OLD)], verdict: 'unknown' },
]);
