import { spreadHostname } from '../../../src/audit/checks/spread-hostname.ts';
import { cases } from '../cases.ts';
import { asKind, HOOK, hpa, NO_REPLICAS, OLD, pod, web } from '../release.ts';

const HOSTNAME = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';
const own = { matchLabels: { app: 'web' } };
const none = pod({ affinity: null });
const term = (rest: object, topologyKey = HOSTNAME) => ({ topologyKey, labelSelector: own, ...rest });
const preferred = (...terms: object[]) =>
  web(
    pod({
      affinity: {
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: terms.map((podAffinityTerm) => ({
            weight: 1,
            podAffinityTerm,
          })),
        },
      },
    }),
  );
const required = (...terms: object[]) =>
  web(none, pod({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } } }));
const constraint = (rest: object) =>
  web(
    none,
    pod({
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: HOSTNAME, whenUnsatisfiable: 'ScheduleAnyway', ...rest }],
    }),
  );
const expression = (key: string, operator: string, values?: string[]) => ({
  labelSelector: { matchExpressions: [{ key, operator, ...(values && { values }) }] },
});

cases(spreadHostname, [
  { what: 'a preferred term', objects: [web()], verdict: 'pass', reads: /podAntiAffinity: kubernetes.io\/hostname/ },
  { what: 'a required term', objects: [required(term({}))], verdict: 'pass', says: /one node more/ },
  { what: 'nothing', objects: [web(none)], verdict: 'fail' },
  { what: 'nothing beside an HPA of 3', objects: [web(none, NO_REPLICAS), hpa()], verdict: 'fail' },
  { what: 'In', objects: [preferred(term(expression('app', 'In', ['web'])))], verdict: 'pass' },
  { what: 'Exists', objects: [preferred(term(expression('app', 'Exists')))], verdict: 'pass' },
  { what: 'NotIn with itself', objects: [preferred(term(expression('app', 'NotIn', ['web'])))], verdict: 'fail' },
  {
    what: 'the pods of others',
    objects: [preferred(term({ labelSelector: { matchLabels: { app: 'db' } } }))],
    verdict: 'fail',
  },
  { what: 'a term without a selector', objects: [preferred({ topologyKey: HOSTNAME })], verdict: 'fail' },
  { what: 'an empty selector', objects: [preferred(term({ labelSelector: {} }))], verdict: 'pass' },
  { what: 'zones only', objects: [preferred(term({}, ZONE))], verdict: 'warn', says: /zone/ },
  { what: 'zones beside nodes', objects: [preferred(term({}, ZONE), term({}))], verdict: 'pass' },
  {
    what: 'a required zone beside a preferred node',
    objects: [
      web(pod({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term({}, ZONE)] } } })),
    ],
    verdict: 'pass',
  },
  { what: 'its own namespace by name', objects: [preferred(term({ namespaces: ['pearl'] }))], verdict: 'pass' },
  { what: 'another namespace', objects: [preferred(term({ namespaces: ['elsewhere'] }))], verdict: 'fail' },
  { what: 'all namespaces', objects: [preferred(term({ namespaceSelector: {} }))], verdict: 'pass' },
  {
    what: 'namespaces by their name label',
    objects: [preferred(term({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'pearl' } } }))],
    verdict: 'pass',
  },
  {
    what: 'labels that tell its own pods apart',
    objects: [preferred(term({ matchLabelKeys: ['app'] }))],
    verdict: 'pass',
  },
  { what: 'its own pods left out', objects: [preferred(term({ mismatchLabelKeys: ['app'] }))], verdict: 'fail' },
  {
    what: 'a constraint',
    objects: [constraint({ labelSelector: own })],
    verdict: 'pass',
    reads: /topologySpreadConstraints/,
  },
  {
    what: 'a hard constraint',
    objects: [constraint({ labelSelector: own, whenUnsatisfiable: 'DoNotSchedule' })],
    verdict: 'pass',
  },
  {
    what: 'a constraint over zones',
    objects: [constraint({ labelSelector: own, topologyKey: ZONE })],
    verdict: 'warn',
  },
  { what: 'a constraint without a selector', objects: [constraint({})], verdict: 'fail' },
  {
    what: 'a constraint about others',
    objects: [constraint({ labelSelector: { matchLabels: { app: 'db' } } })],
    verdict: 'fail',
  },
  {
    what: 'affinity is not anti-affinity',
    objects: [
      web(none, pod({ affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term({})] } } })),
    ],
    verdict: 'fail',
  },
  { what: 'one replica', objects: [web(none, { spec: { replicas: 1 } })], verdict: 'skip' },
  { what: 'a StatefulSet', objects: [asKind('StatefulSet', none)], of: 'StatefulSet/web', verdict: 'fail' },
  { what: 'a DaemonSet', objects: [asKind('DaemonSet', none)], of: 'DaemonSet/web', verdict: 'skip' },
  { what: 'a hook', objects: [web(none, HOOK)], verdict: 'skip' },
  { what: 'a version that is not read', objects: [web(none, OLD)], verdict: 'unknown' },
]);
