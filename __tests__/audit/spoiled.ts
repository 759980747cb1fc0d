import { isMap, type YamlMap } from '../../src/diff/values.ts';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import type { Random } from '../diff/random.ts';
import { asKind, hpa, inWeb, keda, other, pdb, pod, service, web } from './release.ts';

const expression = { matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] };

/** Objects with every field that a check reads. */
const WHOLE: readonly KubeObject[] = [
  web(
    inWeb({
      args: ['--leader-elect'],
      env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'A' } } }],
      envFrom: [{ secretRef: { name: 's' } }],
    }),
    pod({
      serviceAccountName: 'web',
      resources: { requests: { cpu: '1' } },
      imagePullSecrets: [{ name: 's' }],
      initContainers: [{ name: 'proxy', image: 'redis:7', restartPolicy: 'Always' }],
      topologySpreadConstraints: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: expression }],
      volumes: [
        { name: 'a', persistentVolumeClaim: { claimName: 'data' } },
        { name: 'b', projected: { sources: [{ secret: { name: 's' } }] } },
      ],
    }),
  ),
  asKind('StatefulSet', inWeb({ image: 'redis:7', command: ['redis-server'] }), {
    metadata: { name: 'redis' },
    spec: { updateStrategy: { rollingUpdate: { partition: 1 } } },
  }),
  asKind('CronJob', { metadata: { name: 'nightly' } }),
  service(),
  service({ metadata: { name: 'cache' }, spec: { type: 'ExternalName', externalName: 'x.cache.amazonaws.com' } }),
  hpa(),
  hpa({ apiVersion: 'autoscaling/v1', metadata: { name: 'b' }, spec: { scaleTargetRef: { name: 'b' } } }),
  keda({ metadata: { name: 'k' }, spec: { scaleTargetRef: { name: 'redis', kind: 'StatefulSet' } } }),
  pdb(),
  pdb({ metadata: { name: 'b' }, spec: { minAvailable: null, maxUnavailable: '25%', selector: expression } }),
  other('networking.k8s.io/v1', 'NetworkPolicy', 'web', { spec: { podSelector: expression } }),
  other('v1', 'PersistentVolumeClaim', 'data', { spec: { accessModes: ['ReadWriteOnce'] } }),
  other('v1', 'LimitRange', 'l', { spec: { limits: [{ type: 'Container', defaultRequest: { cpu: '1' } }] } }),
  other('v1', 'Secret', 'plain', { type: 'Opaque', data: { A: 'eA==' }, stringData: { B: 'y' } }),
  other('v1', 'ConfigMap', 'c', { data: { conf: 'cluster-enabled yes' } }),
  other('external-secrets.io/v1', 'ExternalSecret', 's', { spec: { target: { name: 's' } } }),
  other('secrets-store.csi.x-k8s.io/v1', 'SecretProviderClass', 'p', {
    spec: { secretObjects: [{ secretName: 's' }] },
  }),
  other('secrets.hashicorp.com/v1beta1', 'VaultStaticSecret', 'v', {
    spec: { destination: { name: 's', create: true } },
  }),
  other('rbac.authorization.k8s.io/v1', 'Role', 'r', {
    rules: [{ apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] }],
  }),
  other('rbac.authorization.k8s.io/v1', 'RoleBinding', 'r', {
    roleRef: { kind: 'Role', name: 'r' },
    subjects: [{ kind: 'ServiceAccount', name: 'web' }],
  }),
];

const ODD: readonly unknown[] = [
  null,
  '',
  'x',
  '3',
  '25%',
  0,
  -1,
  1.5,
  3n,
  true,
  [],
  {},
  [null],
  [[]],
  ['x'],
  [{}],
  { name: null },
  { a: { b: [1] } },
];

/** A release as a chart never writes it: some fields gone, doubled, or of a type that the API server refuses. */
export function spoiledRelease(random: Random): KubeObject[] {
  return WHOLE.filter(() => random.chance(0.8)).map((object) => {
    const copy = structuredClone(object);
    for (let times = random.below(4); times > 0; times -= 1) spoil(copy, random);
    return copy;
  });
}

/** What a manifest is refused without stays as it is: apiVersion, kind and a name. */
function spoil(object: KubeObject, random: Random): void {
  const places = placesOf(object).filter(({ path }) => !/^(apiVersion|kind|metadata|metadata\.name)$/.test(path));
  if (places.length === 0) return;
  const { holder, key } = random.pick(places);
  const roll = random.next();
  if (roll < 0.25 && Array.isArray(holder)) holder.splice(Number(key), 1);
  else if (roll < 0.25) delete (holder as YamlMap)[key];
  else if (roll < 0.35 && Array.isArray(holder)) holder.push(holder[Number(key)]);
  else (holder as YamlMap)[key] = structuredClone(random.pick(ODD));
}

interface Place {
  holder: YamlMap | unknown[];
  key: string;
  path: string;
}

function placesOf(value: unknown, path = ''): Place[] {
  if (!isMap(value) && !Array.isArray(value)) return [];
  return Object.keys(value).flatMap((key) => {
    const own = path === '' ? key : `${path}.${key}`;
    return [{ holder: value, key, path: own }, ...placesOf((value as YamlMap)[key], own)];
  });
}
