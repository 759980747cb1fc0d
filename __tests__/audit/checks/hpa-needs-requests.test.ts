import { hpaNeedsRequests } from '../../../src/audit/checks/hpa-needs-requests.ts';
import { cases } from '../cases.ts';
import { hpa, inWeb, keda, other, pod, utilization, web } from '../release.ts';

const of = 'HorizontalPodAutoscaler/web';
const noCpu = inWeb({ resources: { requests: { cpu: null } } });
const nothing = inWeb({ resources: null });
const second = pod({ containers: [{ name: 'log', image: 'log:1' }] });
const sidecar = pod({ initContainers: [{ name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' }] });
const init = pod({ initContainers: [{ name: 'migrate', image: 'migrate:1' }] });
const limitRange = other('v1', 'LimitRange', 'defaults', {
  spec: { limits: [{ type: 'Container', defaultRequest: { cpu: '50m' } }] },
});
const ofContainer = (container: string) => ({
  type: 'ContainerResource',
  containerResource: { name: 'cpu', container, target: { type: 'Utilization', averageUtilization: 70 } },
});
const by = (...metrics: unknown[]) => hpa({ spec: { metrics } });

cases(hpaNeedsRequests, [
  { what: 'requests of both', of, objects: [web(), hpa()], verdict: 'pass' },
  {
    what: 'no CPU request',
    of,
    objects: [web(noCpu), hpa()],
    verdict: 'fail',
    says: /blind/,
    reads: /requests\.cpu: not set/,
  },
  { what: 'neither', of, objects: [web(nothing), hpa()], verdict: 'fail', says: /cpu and memory/ },
  {
    what: 'a limit, which the API server copies',
    of,
    objects: [web(inWeb({ resources: { requests: { memory: null } } })), hpa()],
    verdict: 'pass',
  },
  {
    what: 'a request of 0',
    of,
    objects: [web(inWeb({ resources: { requests: { cpu: 0 } } })), hpa()],
    verdict: 'fail',
  },
  { what: 'a second container without', of, objects: [web(second), by(utilization('cpu', 80))], verdict: 'fail' },
  { what: 'a native sidecar without', of, objects: [web(sidecar), by(utilization('cpu', 80))], verdict: 'fail' },
  { what: 'an init container without', of, objects: [web(init), hpa()], verdict: 'pass' },
  {
    what: 'a second container that does not count',
    of,
    objects: [web(second), by(ofContainer('web'))],
    verdict: 'pass',
  },
  {
    what: 'a container that is not there',
    of,
    objects: [web(), by(ofContainer('app'))],
    verdict: 'fail',
    noRemedy: 'which one was meant is not known',
  },
  { what: 'no CPU request, memory alone', of, objects: [web(noCpu), by(utilization('memory', 80))], verdict: 'pass' },
  { what: 'the default metric is CPU', of, objects: [web(noCpu), hpa({ spec: { metrics: null } })], verdict: 'fail' },
  {
    what: 'an absolute target',
    of,
    objects: [
      web(nothing),
      by({ type: 'Resource', resource: { name: 'cpu', target: { type: 'AverageValue', averageValue: '1' } } }),
    ],
    verdict: 'skip',
  },
  {
    what: 'a LimitRange of the release',
    of,
    objects: [web(noCpu), hpa(), limitRange],
    verdict: 'unknown',
    says: /LimitRange\/defaults/,
  },
  {
    what: 'a LimitRange of the cluster',
    of,
    objects: [web(noCpu), hpa()],
    live: { objects: [limitRange] },
    verdict: 'unknown',
  },
  {
    what: 'LimitRanges that could not be read',
    of,
    objects: [web(noCpu), hpa()],
    live: { refused: [{ kind: 'LimitRange', message: 'forbidden' }] },
    verdict: 'unknown',
  },
  {
    what: 'requests of the pod as a whole',
    of,
    objects: [web(noCpu, pod({ resources: { requests: { cpu: '1' } } })), hpa()],
    verdict: 'unknown',
  },
  { what: 'no workload of the release', of, objects: [hpa()], verdict: 'skip' },
  { what: 'KEDA', of: 'ScaledObject/web', objects: [web(noCpu), keda()], verdict: 'fail' },
  {
    what: 'a version that is not read',
    of,
    objects: [web(), hpa({ apiVersion: 'autoscaling/v2beta2' })],
    verdict: 'unknown',
  },
]);
