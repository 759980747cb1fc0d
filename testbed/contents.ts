import { setTimeout as sleep } from 'node:timers/promises';
import { readCertificateAuthority } from './credentials.ts';
import { openApiPaths, readDefinitions } from './definitions.ts';
import { metricsObjects, metricsService, metricsServiceName } from './metrics.ts';
import { request } from './request.ts';
import { readStages } from './stages.ts';
import type { Places, State } from './state.ts';

type Condition = { type: string; status: string };
type WithConditions = { status?: { conditions?: Condition[] } };

const zones = ['zone-a', 'zone-b'] as const;
const nodeCount = 4;
const definitionsPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Calls the bed's API server as admin; undefined for 404. Throws on every other error, with the server's words. */
async function call(places: Places, state: State, method: string, path: string, body?: object): Promise<unknown> {
  const ca = readCertificateAuthority(places);
  const token = state.tokens.admin;
  const answer = await request({ scheme: 'https', port: state.ports.apiserver, path, method, ca, token, body });
  // What is there already was put there by an `up` that was cut off.
  if (answer.status === 409 && method === 'POST') return undefined;
  if (answer.status === 404 && method === 'GET') return undefined;
  if (answer.status >= 300)
    throw new Error(`${method} ${path} on the bed's API server answered ${answer.status}: ${answer.text}`);
  return JSON.parse(answer.text);
}

function node(index: number): object {
  const name = `node-${index + 1}`;
  const resources = { cpu: '16', memory: '64Gi', 'ephemeral-storage': '200Gi', pods: '250' };
  const labels = {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'topology.kubernetes.io/region': 'testbed',
    'topology.kubernetes.io/zone': zones[index % zones.length],
  };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    // Where metrics-server reads this node's usage: kwok's one server answers for all of them.
    metadata: {
      name,
      labels,
      annotations: { 'metrics.k8s.io/resource-metrics-path': `/metrics/nodes/${name}/metrics/resource` },
    },
    status: {
      capacity: resources,
      allocatable: resources,
      addresses: [
        { type: 'InternalIP', address: '127.0.0.1' },
        { type: 'Hostname', address: name },
      ],
    },
  };
}

// `viewer` reads what Kubernetes' own `view` role reads (no Secrets); tests bind whatever the other users are to have.
const viewerBinding = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'testbed-viewer' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'viewer' }],
};

// What a claim on EKS names; testbed/stages/storage.yaml makes its volumes. Not the default class: a claim without a
// class, or with one that does not exist, waits on the bed as it would anywhere.
const storageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'gp3' },
  provisioner: 'ebs.csi.aws.com',
  volumeBindingMode: 'WaitForFirstConsumer',
};

/** Creates CRDs, nodes, the viewer's rights and the StorageClass; resolves when kwok may start. */
export async function createContents(places: Places, state: State): Promise<void> {
  const others = readDefinitions();
  const definitions = [...readStages().definitions, ...others];
  for (const definition of definitions) await call(places, state, 'POST', definitionsPath, definition);
  for (let index = 0; index < nodeCount; index++) await call(places, state, 'POST', '/api/v1/nodes', node(index));
  await call(places, state, 'POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', viewerBinding);
  await call(places, state, 'POST', '/apis/storage.k8s.io/v1/storageclasses', storageClass);
  for (const definition of definitions) {
    const path = `${definitionsPath}/${definition.metadata.name}`;
    await until(`CRD ${definition.metadata.name} is established`, async () =>
      has((await call(places, state, 'GET', path)) as WithConditions | undefined, 'Established'),
    );
  }
  // kwok ends when a stage speaks of a kind that the API server does not describe yet.
  const wanted = others.flatMap(openApiPaths);
  await until(`the API server describes ${wanted.join(', ')}`, async () => {
    const index = (await call(places, state, 'GET', '/openapi/v3')) as { paths: Record<string, object> };
    return wanted.every((path) => path in index.paths);
  });
}

/** Makes a healthy metrics-server a part of the API. */
export async function registerMetrics(places: Places, state: State): Promise<void> {
  for (const [path, object] of metricsObjects(state.ports.metricsServer))
    await call(places, state, 'POST', path, object);
}

/**
 * Resolves when the API server has reached metrics-server, which need not have numbers yet: before, every client's
 * discovery complains of the missing group, and namespaces are not deleted.
 */
export async function waitForMetrics(places: Places, state: State): Promise<void> {
  const path = `${metricsService}/${metricsServiceName}`;
  await until('the metrics API is available', async () =>
    has((await call(places, state, 'GET', path)) as WithConditions | undefined, 'Available'),
  );
}

/**
 * Lets a newly started kwok manage the nodes at once. The leases of the one before it name that process as holder, and
 * for the 40 s of a lease the new one would leave nodes and pods alone.
 */
export async function releaseNodes(places: Places, state: State): Promise<void> {
  await call(places, state, 'DELETE', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases');
}

/** Resolves when pods can run: default service account, every node Ready and without the not-ready taint. */
export async function waitForContents(places: Places, state: State, check: () => void): Promise<void> {
  await until('the default service account and the nodes are ready', async () => {
    check();
    const list = (await call(places, state, 'GET', '/api/v1/nodes')) as { items: (WithConditions & Tainted)[] };
    const ready = list.items.filter((item) => has(item, 'Ready') && !item.spec.taints?.length);
    const account = await call(places, state, 'GET', '/api/v1/namespaces/default/serviceaccounts/default');
    return account !== undefined && ready.length === nodeCount;
  });
}

type Tainted = { spec: { taints?: object[] } };

function has(object: WithConditions | undefined, type: string): boolean {
  return (object?.status?.conditions ?? []).some((condition) => condition.type === type && condition.status === 'True');
}

async function until(what: string, done: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error(`Waited 60 s in vain until ${what}. The bed's logs say more.`);
    await sleep(50);
  }
}
