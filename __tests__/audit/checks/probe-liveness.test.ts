import { probeLiveness } from '../../../src/audit/checks/probe-liveness.ts';
import { cases } from '../cases.ts';
import { asKind, HOOK, inWeb, OLD, pod, web } from '../release.ts';

const ready = { httpGet: { path: '/ready', port: 'http' } };
const alive = (livenessProbe: object) => web(inWeb({ livenessProbe: null }), inWeb({ livenessProbe }));

cases(probeLiveness, [
  { what: 'its own probe', objects: [web()], verdict: 'pass' },
  { what: 'none', objects: [web(inWeb({ livenessProbe: null }))], verdict: 'warn', says: /never restarted/ },
  { what: 'none with a port that is declared', objects: [web(inWeb({ livenessProbe: null }))], verdict: 'warn' },
  { what: 'the same as readiness', objects: [alive(ready)], verdict: 'warn', says: /no traffic/ },
  {
    what: 'the same with the API defaults written out',
    objects: [alive({ ...ready, periodSeconds: 10, failureThreshold: 3 })],
    verdict: 'warn',
  },
  { what: 'the same but more patient', objects: [alive({ ...ready, failureThreshold: 6 })], verdict: 'pass' },
  { what: 'the same but less patient', objects: [alive({ ...ready, failureThreshold: 1 })], verdict: 'warn' },
  { what: 'without readiness', objects: [web(inWeb({ readinessProbe: null }))], verdict: 'pass' },
  { what: 'a second container', objects: [web(pod({ containers: [{ name: 'log' }] }))], verdict: 'pass warn' },
  { what: 'a Job', objects: [asKind('Job', inWeb({ livenessProbe: null }))], of: 'Job/web', verdict: 'skip' },
  {
    what: 'a DaemonSet',
    objects: [asKind('DaemonSet', inWeb({ livenessProbe: null }))],
    of: 'DaemonSet/web',
    verdict: 'warn',
  },
  { what: 'a hook', objects: [web(HOOK)], verdict: 'skip' },
  { what: 'a version that is not read', objects: [web(OLD)], verdict: 'unknown' },
]);
