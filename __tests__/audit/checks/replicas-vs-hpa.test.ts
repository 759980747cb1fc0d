import { replicasVsHpa } from '../../../src/audit/checks/replicas-vs-hpa.ts';
import { cases } from '../cases.ts';
import { asKind, ELSEWHERE, HOOK, hpa, keda, NO_REPLICAS, OLD, web } from '../release.ts';

cases(replicasVsHpa, [
  { what: 'both rendered', objects: [web(), hpa()], verdict: 'fail', reads: /spec\.replicas: 3/ },
  { what: 'both rendered, with KEDA', objects: [web(), keda()], verdict: 'fail', says: /ScaledObject\/web/ },
  { what: 'the HPA alone', objects: [web(NO_REPLICAS), hpa()], verdict: 'pass' },
  { what: 'no HPA', objects: [web()], verdict: 'skip' },
  { what: 'an HPA of the same name elsewhere', objects: [web(), hpa(ELSEWHERE)], verdict: 'skip' },
  { what: 'a live object', objects: [web({ metadata: { uid: 'u-1' } }), hpa()], verdict: 'skip', says: /manifest/ },
  {
    what: 'a live object of which the manifest sets the number',
    objects: [web({ metadata: { uid: 'u-1' } }), hpa()],
    live: { released: [web()] },
    verdict: 'fail',
    noRemedy: 'it is the manifest that has to change',
  },
  {
    what: 'a live object of which the manifest leaves it out',
    objects: [web({ metadata: { uid: 'u-1' } }), hpa()],
    live: { released: [web(NO_REPLICAS)] },
    verdict: 'pass',
  },
  { what: 'a DaemonSet', objects: [asKind('DaemonSet')], of: 'DaemonSet/web', verdict: 'skip' },
  { what: 'a hook', objects: [web(HOOK), hpa()], verdict: 'skip' },
  { what: 'a version that is not read', objects: [web(OLD), hpa()], verdict: 'unknown' },
]);
