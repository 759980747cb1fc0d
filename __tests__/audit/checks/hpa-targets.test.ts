import { hpaTargets } from '../../../src/audit/checks/hpa-targets.ts';
import { cases } from '../cases.ts';
import { HOOK, hpa, keda, utilization, web } from '../release.ts';

const of = 'HorizontalPodAutoscaler/web';
const absolute = {
  type: 'Resource',
  resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } },
};
const external = { type: 'External', external: { metric: { name: 'queue' }, target: { type: 'Value', value: '5' } } };
const ofContainer = {
  type: 'ContainerResource',
  containerResource: { name: 'cpu', container: 'web', target: { type: 'Utilization', averageUtilization: 70 } },
};
const by = (...metrics: unknown[]) => [web(), hpa({ spec: { metrics } })];
const first = (spec: Record<string, unknown>, rest = {}) => [
  web(),
  hpa({ apiVersion: 'autoscaling/v1', spec: { metrics: null, ...spec }, ...rest }),
];

cases(hpaTargets, [
  { what: '80 % of both', of, objects: by(utilization('cpu', 80), utilization('memory', 80)), verdict: 'pass' },
  { what: 'less than 80 %', of, objects: by(utilization('cpu', 50), utilization('memory', 60)), verdict: 'pass' },
  {
    what: '90 % of CPU',
    of,
    objects: by(utilization('cpu', 90), utilization('memory', 80)),
    verdict: 'fail',
    says: /at 90 % of cpu/,
  },
  { what: 'CPU alone', of, objects: by(utilization('cpu', 80)), verdict: 'fail', says: /not scale by memory/ },
  { what: 'memory alone', of, objects: by(utilization('memory', 80)), verdict: 'fail', says: /not scale by cpu/ },
  {
    what: 'the API default, CPU at 80 %',
    of,
    objects: [web(), hpa({ spec: { metrics: null } })],
    verdict: 'fail',
    reads: /cpu 80 %, memory not set/,
  },
  { what: 'an empty list, which is the default too', of, objects: by(), verdict: 'fail' },
  {
    what: 'other numbers',
    of,
    objects: by(utilization('cpu', 80), utilization('memory', 90)),
    numbers: { hpaMemory: 95 },
    verdict: 'pass',
  },
  { what: 'an absolute value', of, objects: by(utilization('cpu', 80), absolute), verdict: 'warn', says: /absolute/ },
  {
    what: 'another metric beside both',
    of,
    objects: by(utilization('cpu', 80), utilization('memory', 80), external),
    verdict: 'pass',
  },
  { what: 'another metric alone', of, objects: by(external), verdict: 'warn', says: /other metrics only/ },
  {
    what: 'one container',
    of,
    objects: by(ofContainer, utilization('memory', 80)),
    verdict: 'pass',
    reads: /cpu 70 %/,
  },
  { what: 'the first version', of, objects: first({}), verdict: 'fail', says: /v2/, reads: /cpu 80 %/ },
  {
    what: 'the first version at 90 %',
    of,
    objects: first({ targetCPUUtilizationPercentage: 90 }),
    verdict: 'fail',
    says: /at 90 %.*v2/,
  },
  {
    what: 'the first version with metrics in its annotation',
    of,
    objects: first({}, { metadata: { annotations: { 'autoscaling.alpha.kubernetes.io/metrics': '[]' } } }),
    verdict: 'unknown',
  },
  { what: 'a version that is not read', of, objects: [hpa({ apiVersion: 'autoscaling/v2beta2' })], verdict: 'unknown' },
  { what: 'a hook', of, objects: [hpa(HOOK)], verdict: '' },
  { what: 'KEDA by both', of: 'ScaledObject/web', objects: [keda()], verdict: 'pass' },
  {
    what: 'KEDA by a queue',
    of: 'ScaledObject/web',
    objects: [keda({ spec: { triggers: [{ type: 'redis', metadata: { listName: 'q' } }] } })],
    verdict: 'warn',
  },
]);
