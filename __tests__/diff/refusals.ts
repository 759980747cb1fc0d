/** A change of one object, and the field that the API server refuses to change; undefined when it takes the change. */
export interface Refusal {
  name: string;
  old: object;
  now: object;
  refused?: string;
}

const labels = { app: 'web' };
const pod = { restartPolicy: 'Always', containers: [{ name: 'web', image: 'web:1' }] };
const template = (more: object = {}) => ({ metadata: { labels: { ...labels, tier: 'a' } }, spec: { ...pod, ...more } });
const workload = (kind: string, spec: object) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'web' },
  spec: { selector: { matchLabels: labels }, template: template(), ...spec },
});
const set = (spec: object) => workload('StatefulSet', { serviceName: 'web', replicas: 0, ...spec });
const claim = (spec: object) => ({
  accessModes: ['ReadWriteOnce'],
  resources: { requests: { storage: '1Gi' } },
  ...spec,
});
const volume = (spec: object) => ({ volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim(spec) }] });
const job = (spec: object, pods: object = {}) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'once' },
  spec: { suspend: false, ...spec, template: { spec: { ...pod, restartPolicy: 'Never', ...pods } } },
});
const service = (spec: object) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { ports: [{ port: 80 }], ...spec },
});
const core = (kind: string, fields: object) => ({ apiVersion: 'v1', kind, metadata: { name: 'thing' }, ...fields });
const bound = (fields: object) => core('PersistentVolumeClaim', { spec: claim(fields) });
const storage = (fields: object) => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'refused-test' },
  provisioner: 'example.com/disk',
  ...fields,
});
const binding = (role: string) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name: 'web' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role },
  subjects: [{ kind: 'ServiceAccount', name: 'default' }],
});
const selector = { selector: { matchLabels: { ...labels, tier: 'a' } } };
const row = (name: string, old: object, now: object, refused?: string): Refusal => ({ name, old, now, refused });

/** Every rule of src/diff/immutable.ts, with its nearest harmless neighbour. */
export const REFUSALS: Refusal[] = [
  row(
    'Deployment selector',
    workload('Deployment', { replicas: 0 }),
    workload('Deployment', { replicas: 0, ...selector }),
    'spec.selector',
  ),
  row(
    'Deployment template',
    workload('Deployment', { replicas: 0 }),
    workload('Deployment', { replicas: 0, template: template({ hostNetwork: true }) }),
  ),
  row('DaemonSet selector', workload('DaemonSet', {}), workload('DaemonSet', selector), 'spec.selector'),
  row('StatefulSet selector', set({}), set(selector), 'spec.selector'),
  row('StatefulSet serviceName', set({}), set({ serviceName: 'other' }), 'spec.serviceName'),
  row('StatefulSet podManagementPolicy', set({}), set({ podManagementPolicy: 'Parallel' }), 'spec.podManagementPolicy'),
  row('StatefulSet podManagementPolicy written out', set({}), set({ podManagementPolicy: 'OrderedReady' })),
  row('StatefulSet revisionHistoryLimit', set({}), set({ revisionHistoryLimit: 3 }), 'spec.revisionHistoryLimit'),
  row(
    'StatefulSet claim grows',
    set(volume({})),
    set(volume({ resources: { requests: { storage: '2Gi' } } })),
    'spec.volumeClaimTemplates',
  ),
  row('StatefulSet claim mode written out', set(volume({})), set(volume({ volumeMode: 'Filesystem' }))),
  row('StatefulSet claim added', set({}), set(volume({})), 'spec.volumeClaimTemplates'),
  row(
    'StatefulSet allowed fields',
    set({}),
    set({ minReadySeconds: 3, replicas: 1, template: template({ hostNetwork: true }) }),
  ),
  row('Job template', job({}), job({}, { containers: [{ name: 'web', image: 'web:2' }] }), 'spec.template'),
  row('Job completions', job({ completions: 1 }), job({ completions: 2 }), 'spec.completions'),
  row('Job completionMode', job({}), job({ completionMode: 'Indexed', completions: 1 }), 'spec.completionMode'),
  row('Job backoffLimit', job({}), job({ backoffLimit: 2 })),
  row('Service gets an address', service({}), service({ clusterIP: 'None' }), 'spec.clusterIP'),
  row('Service loses its address field', service({ clusterIP: 'None' }), service({})),
  row('Service port', service({}), service({ ports: [{ port: 81 }] })),
  row('claim access mode', bound({}), bound({ accessModes: ['ReadWriteMany'] }), 'spec'),
  row(
    'claim shrinks',
    bound({ resources: { requests: { storage: '2Gi' } } }),
    bound({}),
    'spec.resources.requests.storage',
  ),
  row('claim storage class', bound({ storageClassName: 'a' }), bound({ storageClassName: 'b' }), 'spec'),
  row('claim mode written out', bound({}), bound({ volumeMode: 'Filesystem' })),
  row('ConfigMap data', core('ConfigMap', { data: { a: '1' } }), core('ConfigMap', { data: { a: '2' } })),
  row(
    'immutable ConfigMap data',
    core('ConfigMap', { immutable: true, data: { a: '1' } }),
    core('ConfigMap', { immutable: true, data: { a: '2' } }),
    'data',
  ),
  row(
    'immutable ConfigMap no more',
    core('ConfigMap', { immutable: true, data: {} }),
    core('ConfigMap', { data: {} }),
    'immutable',
  ),
  row(
    'immutable Secret data',
    core('Secret', { immutable: true, stringData: { a: '1' } }),
    core('Secret', { immutable: true, stringData: { a: '2' } }),
    'data',
  ),
  row('Secret type', core('Secret', {}), core('Secret', { type: 'example.com/other' }), 'type'),
  row('Secret type written out', core('Secret', {}), core('Secret', { type: 'Opaque' })),
  row('StorageClass parameters', storage({}), storage({ parameters: { type: 'fast' } }), 'parameters'),
  row('StorageClass reclaimPolicy', storage({}), storage({ reclaimPolicy: 'Retain' }), 'reclaimPolicy'),
  row('StorageClass expansion', storage({}), storage({ allowVolumeExpansion: true })),
  row('RoleBinding roleRef', binding('a'), binding('b'), 'roleRef'),
];
