import { describe, expect, it } from '@jest/globals';
import { diffBaseline } from '../../../src/commands/diff/baseline.ts';
import type { KubeObject } from '../../../src/kubernetes/object.ts';
import type { Revision } from '../../../src/release/history.ts';

const revision = (number: number, status: string): Revision => ({
  number,
  status,
  updated: 0,
  chart: 'web-0.1.0',
  appVersion: '',
  description: '',
});

const manifest = (image: string, ...names: string[]): string =>
  names
    .map(
      (name) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec: { replicas: 1, template: { spec: { containers: [{ name: web, image: ${image} }] } } }
`,
    )
    .join('');

function live(name: string, image: string, ready = 1): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop', generation: 1 },
    spec: { replicas: 1, template: { spec: { containers: [{ name: 'web', image }] } } },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: ready, availableReplicas: ready },
  };
}

/** A release whose revisions have these manifests, and a cluster with these objects; both count how often they are asked. */
function release(manifests: Record<number, string>, objects: KubeObject[]) {
  const asked = { manifests: 0, objects: 0 };
  return {
    asked,
    helm: {
      target: { release: 'web', namespace: 'shop' },
      manifest: (number: number) => {
        asked.manifests += 1;
        return Promise.resolve(manifests[number] ?? '');
      },
      hooks: () => Promise.resolve('---\n# hooks\n'),
    },
    kubectl: {
      objects: () => {
        asked.objects += 1;
        return Promise.resolve(objects);
      },
    },
  };
}

describe('diffBaseline', () => {
  it('reads the deployed manifest and the live workloads once for health and drift', async () => {
    const ports = release({ 2: manifest('web:1', 'web') }, [live('web', 'web:hotfix')]);
    const found = await diffBaseline(ports, [revision(1, 'superseded'), revision(2, 'deployed')]);
    expect(found.revision?.number).toBe(2);
    expect(found.drift).toMatchObject([{ container: 'web', from: 'web:1', to: 'web:hotfix' }]);
    expect(ports.asked).toEqual({ manifests: 1, objects: 1 });
  });

  // The choice itself is last-healthy's; what counts here is what it is told.
  const ours = { ...revision(1, 'superseded'), description: 'helm-rollout: commit c0ffee' };
  it.each([
    ['a workload that is not ready', [live('web', 'web:1', 0)]],
    ['a workload that is missing', []],
    ['one of two workloads that is missing', [live('web', 'web:1')], ['web', 'worker']],
  ])('does not call a release with %s healthy', async (_name, objects, names = ['web']) => {
    const ports = release({ 1: manifest('web:0', ...names), 2: manifest('web:1', ...names) }, objects);
    const found = await diffBaseline(ports, [ours, revision(2, 'deployed')]);
    expect(found.revision?.number).toBe(1);
    expect(found.manifest).toContain('web:0');
    expect(ports.asked.manifests).toBe(2);
  });

  it('calls it healthy when all are there', async () => {
    const ports = release({ 2: manifest('web:1', 'web', 'worker') }, [live('web', 'web:1'), live('worker', 'web:1')]);
    expect((await diffBaseline(ports, [ours, revision(2, 'deployed')])).revision?.number).toBe(2);
  });

  it.each([
    'failed',
    'pending-upgrade',
  ])('calls nothing drift that a newer revision (%s) may have made', async (status) => {
    const ports = release({ 1: manifest('web:1', 'web') }, [live('web', 'web:2')]);
    const found = await diffBaseline(ports, [revision(1, 'deployed'), revision(2, status)]);
    expect(found).toMatchObject({ revision: { number: 1 }, drift: [] });
  });

  it('has nothing to compare with before the first install', async () => {
    const ports = release({}, []);
    expect(await diffBaseline(ports, [])).toEqual({ revision: undefined, manifest: '', hooks: '', drift: [] });
  });
});
