import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Place } from '../e2e/release.ts';
import { theBed } from '../e2e/step.ts';

let place: Place;
beforeAll(() => {
  place = new Place('stand-ins', 'helm3');
  for (const [name, usage] of [
    ['calm', {}],
    ['busy', { 'kwok.x-k8s.io/usage-cpu': '190m' }],
  ] as const) {
    apply(deployment(name, usage), autoscaler(name));
  }
});
afterAll(() => place.remove());

function apply(...items: object[]): void {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const env = { ...process.env, KUBECONFIG: theBed().kubeconfig };
  const args = ['--namespace', place.namespace, 'apply', '--filename', '-'];
  execFileSync(path.join(theBed().bin, 'kubectl'), args, { input, env });
}

function deployment(name: string, annotations: Record<string, string>): object {
  const resources = { requests: { cpu: '100m', memory: '100Mi' } };
  const pod = { containers: [{ name: 'web', image: 'nginx:1.0', resources }] };
  const template = { metadata: { labels: { app: name }, annotations }, spec: pod };
  const spec = { replicas: 2, selector: { matchLabels: { app: name } }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec };
}

function autoscaler(name: string): object {
  const metrics = ['cpu', 'memory'].map((resource) => ({
    type: 'Resource',
    resource: { name: resource, target: { type: 'Utilization', averageUtilization: 80 } },
  }));
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name };
  const spec = { scaleTargetRef, minReplicas: 2, maxReplicas: 4, metrics };
  return { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name }, spec };
}

function externalSecret(name: string, spec: object): object {
  const secretStoreRef = { kind: 'ClusterSecretStore', name: 'store' };
  const metadata = { name };
  return { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', metadata, spec: { secretStoreRef, ...spec } };
}

const read = (kind: string, name: string, query: string): string => {
  try {
    return place.k('get', kind, name, '--output', `jsonpath=${query}`);
  } catch (error) {
    if (String(error).includes('NotFound')) return '';
    throw error;
  }
};

async function until(what: string, done: () => boolean): Promise<void> {
  const deadline = Date.now() + 90_000;
  while (!done()) {
    if (Date.now() > deadline) throw new Error(`waited 90 s in vain until ${what}`);
    await sleep(500);
  }
}

describe('ExternalSecrets on the bed', () => {
  const reason = '{.status.conditions[?(@.type=="Ready")].reason}';
  const password = '{.data.password}';

  it('get their Secret, and again when it is gone and a refresh is forced', async () => {
    const data = [{ secretKey: 'password', remoteRef: { key: 'pearl/redis', property: 'password' } }];
    apply(externalSecret('made', { refreshInterval: '1h', target: { name: 'redis' }, data }));
    await until('it is synced', () => read('externalsecret', 'made', reason) === 'SecretSynced');
    const first = read('secret', 'redis', password);
    expect(Buffer.from(first, 'base64').toString()).toMatch(/^[0-9a-f]{32}$/);
    expect(read('secret', 'redis', '{.metadata.ownerReferences[0].name}')).toBe('made');

    place.k('delete', 'secret', 'redis');
    place.k('annotate', 'externalsecret', 'made', 'force-sync=1');
    await until('the Secret is there again', () => read('secret', 'redis', password) === first);
  }, 120_000);

  it('are refreshed by their interval', async () => {
    const dataFrom = [{ extract: { key: 'pearl/web' } }];
    apply(externalSecret('often', { refreshInterval: '2s', dataFrom }));
    await until('its Secret is there', () => read('secret', 'often', password) !== '');
    place.k('delete', 'secret', 'often');
    await until('its Secret is there again', () => read('secret', 'often', password) !== '');
  }, 120_000);

  it('stay without a Secret, and say so, when the store does not have the key', async () => {
    apply(externalSecret('lacking', { dataFrom: [{ extract: { key: 'pearl/missing' } }] }));
    await until('it has failed', () => read('externalsecret', 'lacking', reason) === 'SecretSyncedError');
    expect(read('secret', 'lacking', password)).toBe('');
  }, 120_000);
});

describe('metrics on the bed', () => {
  it('make autoscalers active: a calm one stays at its minimum, a busy one goes up to its maximum', async () => {
    const active = '{.status.conditions[?(@.type=="ScalingActive")].status}';
    const cpu = '{.status.currentMetrics[?(@.resource.name=="cpu")].resource.current.averageUtilization}';
    await until('both are active', () => ['calm', 'busy'].every((name) => read('hpa', name, active) === 'True'));
    await until('the busy one has scaled', () => read('deployment', 'busy', '{.spec.replicas}') === '4');
    expect(read('deployment', 'calm', '{.spec.replicas}')).toBe('2');
    // A fifth of the requests, as usage.yaml says; a rate over two readings is never exact.
    expect(Math.abs(Number(read('hpa', 'calm', cpu)) - 20)).toBeLessThanOrEqual(4);
    expect(place.k('top', 'pods', '--no-headers', '--selector', 'app=calm')).toMatch(/^calm-\S+ +\d+m +\d+Mi/);
  }, 180_000);

  it('are for those who may view', () => {
    const top = (context: string): string => place.k('top', 'pods', '--no-headers', '--context', context);
    expect(top('viewer')).toMatch(/^busy-/m);
    expect(() => top('nobody')).toThrow(/[Ff]orbidden/);
  });
});
