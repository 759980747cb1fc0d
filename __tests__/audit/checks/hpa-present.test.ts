import { hpaPresent } from '../../../src/audit/checks/hpa-present.ts';
import { cases } from '../cases.ts';
import { asKind, ELSEWHERE, HOOK, hpa, inWeb, keda, NO_REPLICAS, OLD, service, web } from '../release.ts';

const scaled = web(NO_REPLICAS);

cases(hpaPresent, [
  { what: 'an HPA of 3 to 10', objects: [scaled, service(), hpa()], verdict: 'pass' },
  { what: 'no HPA behind a Service', objects: [web(), service()], verdict: 'fail', says: /nothing adds pods/ },
  { what: 'no HPA and no Service', objects: [web()], verdict: 'skip', says: /no Service/ },
  { what: 'a Service elsewhere', objects: [web(), service(ELSEWHERE)], verdict: 'skip' },
  { what: 'a Service for others', objects: [web(), service({ spec: { selector: { app: 'x' } } })], verdict: 'skip' },
  { what: 'an HPA elsewhere', objects: [web(), service(), hpa(ELSEWHERE)], verdict: 'fail' },
  { what: 'KEDA', objects: [scaled, service(), keda()], verdict: 'pass', says: /KEDA/ },
  { what: 'a minimum of 2', objects: [scaled, service(), hpa({ spec: { minReplicas: 2 } })], verdict: 'fail' },
  {
    what: 'the API default for the minimum',
    objects: [scaled, service(), hpa({ spec: { minReplicas: null } })],
    verdict: 'fail',
    reads: /minReplicas: 1/,
  },
  {
    what: 'no room to scale',
    objects: [scaled, service(), hpa({ spec: { maxReplicas: 3 } })],
    verdict: 'fail',
    says: /never scales/,
  },
  {
    what: 'less room than asked for',
    objects: [scaled, service(), hpa({ spec: { maxReplicas: 5 } })],
    verdict: 'warn',
  },
  {
    what: 'numbers of the profile',
    objects: [scaled, service(), hpa({ spec: { minReplicas: 2, maxReplicas: 5 } })],
    numbers: { hpaMinReplicas: 2, hpaMaxReplicas: 5 },
    verdict: 'pass',
  },
  { what: 'a StatefulSet', objects: [asKind('StatefulSet'), service()], of: 'StatefulSet/web', verdict: 'skip' },
  { what: 'a Job', objects: [asKind('Job'), service()], of: 'Job/web', verdict: 'skip' },
  { what: 'a Redis', objects: [web(inWeb({ image: 'redis:7' })), service()], verdict: 'skip' },
  { what: 'a hook', objects: [web(HOOK), service()], verdict: 'skip' },
  { what: 'a leader', objects: [web(inWeb({ args: ['--leader-elect=true'] })), service()], verdict: 'skip' },
  {
    what: 'an HPA of a version that is not read',
    objects: [scaled, service(), hpa({ apiVersion: 'autoscaling/v2beta1' })],
    verdict: 'unknown',
  },
  {
    what: 'limits that are no numbers',
    objects: [scaled, service(), hpa({ spec: { maxReplicas: '10' } })],
    verdict: 'unknown',
  },
  { what: 'a workload of a version that is not read', objects: [web(OLD), service()], verdict: 'unknown' },
]);
