import { probeReadiness } from '../../../src/audit/checks/probe-readiness.ts';
import { cases } from '../cases.ts';
import { asKind, ELSEWHERE, HOOK, inWeb, OLD, pod, service, web } from '../release.ts';

const unprobed = inWeb({ readinessProbe: null });
const undeclared = inWeb({ ports: null });
const second = (rest: object = {}) => pod({ containers: [{ name: 'log', image: 'log:1', ...rest }] });
const sidecar = pod({ initContainers: [{ name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' }] });
const init = pod({ initContainers: [{ name: 'migrate', image: 'migrate:1' }] });
const to = (targetPort: unknown, rest: object = {}) =>
  service({ spec: { ports: [{ port: 8080, targetPort, ...rest }] } });

cases(probeReadiness, [
  { what: 'a probe behind a Service', objects: [web(), service()], verdict: 'pass' },
  {
    what: 'none behind a Service',
    objects: [web(unprobed), service()],
    verdict: 'fail',
    says: /Service\/web.*port http/,
  },
  { what: 'none behind a number', objects: [web(unprobed), to(8080)], verdict: 'fail' },
  { what: 'none behind the port itself', objects: [web(unprobed), to(undefined)], verdict: 'fail' },
  {
    what: 'none behind a number that is not declared',
    objects: [web(unprobed, undeclared), to(9000)],
    verdict: 'fail',
  },
  {
    what: 'none behind a number that none of two declares',
    objects: [web(unprobed, undeclared, second()), to(9000)],
    verdict: 'unknown unknown',
  },
  { what: 'the container beside it', objects: [web(second()), service()], verdict: 'pass warn' },
  {
    what: 'the container that owns the port',
    objects: [web(unprobed, second({ readinessProbe: { exec: { command: ['true'] } } })), service()],
    verdict: 'fail pass',
  },
  { what: 'a native sidecar', objects: [web(sidecar), service()], verdict: 'warn pass' },
  { what: 'an init container', objects: [web(init), service()], verdict: 'pass' },
  {
    what: 'a probe that asks nothing',
    objects: [web(inWeb({ readinessProbe: { httpGet: null } })), service()],
    verdict: 'fail',
  },
  {
    what: 'a startup probe is no readiness probe',
    objects: [web(unprobed, inWeb({ startupProbe: { httpGet: { path: '/', port: 1 } } })), service()],
    verdict: 'fail',
  },
  {
    what: 'another protocol',
    objects: [web(unprobed, second()), to('http', { protocol: 'UDP' })],
    verdict: 'warn warn',
  },
  { what: 'no Service', objects: [web(unprobed)], verdict: 'warn' },
  { what: 'no Service and one of two', objects: [web(second())], verdict: 'pass pass' },
  { what: 'a Service elsewhere', objects: [web(unprobed), service(ELSEWHERE)], verdict: 'warn' },
  {
    what: 'a name outside the cluster',
    objects: [web(unprobed), service({ spec: { type: 'ExternalName', externalName: 'x.example' } })],
    verdict: 'warn',
  },
  {
    what: 'a StatefulSet',
    objects: [asKind('StatefulSet', unprobed), service()],
    of: 'StatefulSet/web',
    verdict: 'fail',
  },
  { what: 'a Job', objects: [asKind('Job'), service()], of: 'Job/web', verdict: 'skip' },
  { what: 'a CronJob', objects: [asKind('CronJob'), service()], of: 'CronJob/web', verdict: 'skip' },
  { what: 'a hook', objects: [web(unprobed, HOOK), service()], verdict: 'skip' },
  { what: 'no containers', objects: [web(pod({ containers: null })), service()], verdict: 'unknown' },
  { what: 'a version that is not read', objects: [web(unprobed, OLD), service()], verdict: 'unknown' },
]);
