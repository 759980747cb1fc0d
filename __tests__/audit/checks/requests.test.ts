import { requests } from '../../../src/audit/checks/requests.ts';
import { cases } from '../cases.ts';
import { asKind, HOOK, inWeb, OLD, other, pod, web } from '../release.ts';

const none = inWeb({ resources: null });
const range = (kind: string) =>
  other('v1', 'LimitRange', 'defaults', { spec: { limits: [{ type: kind, default: { cpu: '1', memory: '1Gi' } }] } });

cases(requests, [
  { what: 'both', objects: [web()], verdict: 'pass', reads: /requests\.cpu: 100m, requests\.memory: 256Mi/ },
  { what: 'neither', objects: [web(none)], verdict: 'fail', says: /cpu and memory/ },
  {
    what: 'no CPU',
    objects: [web(inWeb({ resources: { requests: { cpu: null } } }))],
    verdict: 'fail',
    says: /its cpu:/,
  },
  {
    what: 'limits, which the API server copies',
    objects: [web(none, inWeb({ resources: { limits: { cpu: '1', memory: '1Gi' } } }))],
    verdict: 'pass',
  },
  { what: 'a request of 0', objects: [web(inWeb({ resources: { requests: { cpu: '0' } } }))], verdict: 'fail' },
  { what: 'no memory limit', objects: [web(inWeb({ resources: { limits: null } }))], verdict: 'warn', says: /leak/ },
  {
    what: 'no CPU limit is fine',
    objects: [web(inWeb({ resources: { limits: { memory: '1Gi' } } }))],
    verdict: 'pass',
  },
  {
    what: 'a second container',
    objects: [web(pod({ containers: [{ name: 'log', image: 'log:1' }] }))],
    verdict: 'pass fail',
  },
  {
    what: 'a native sidecar',
    objects: [web(pod({ initContainers: [{ name: 'proxy', restartPolicy: 'Always' }] }))],
    verdict: 'fail pass',
  },
  { what: 'an init container', objects: [web(pod({ initContainers: [{ name: 'migrate' }] }))], verdict: 'pass' },
  {
    what: 'a LimitRange of the release',
    objects: [web(none), range('Container')],
    verdict: 'unknown',
    says: /LimitRange\/defaults/,
  },
  { what: 'a LimitRange for pods', objects: [web(none), range('Pod')], verdict: 'fail' },
  {
    what: 'a LimitRange of the cluster',
    objects: [web(none)],
    live: { objects: [range('Container')] },
    verdict: 'unknown',
  },
  {
    what: 'the pod as a whole',
    objects: [web(none, pod({ resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' } } }))],
    verdict: 'pass',
  },
  {
    what: 'a CronJob',
    objects: [
      asKind('CronJob', {
        spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: 'web', resources: null }] } } } } },
      }),
    ],
    of: 'CronJob/web',
    verdict: 'fail',
  },
  {
    what: 'a bare Pod',
    objects: [asKind('Pod', { spec: { containers: [{ name: 'web', resources: null }] } })],
    of: 'Pod/web',
    verdict: 'fail',
  },
  { what: 'a hook', objects: [web(none, HOOK)], verdict: 'skip' },
  { what: 'a version that is not read', objects: [web(none, OLD)], verdict: 'unknown' },
]);
