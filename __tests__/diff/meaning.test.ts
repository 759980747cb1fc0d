import { describe, expect, it } from '@jest/globals';
import { diffRelease } from '../../src/diff/diff.ts';

type Spec = Record<string, unknown>;
const object = (apiVersion: string, kind: string, name: string, more: Spec = {}) => ({
  apiVersion,
  kind,
  metadata: { name },
  ...more,
});
const workload = (image: string, spec: Spec = {}, kind = 'Deployment', name = 'web') =>
  object('apps/v1', kind, name, { spec: { template: { spec: { containers: [{ name: 'c', image }] } }, ...spec } });
const hpa = object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
  spec: { minReplicas: 3, maxReplicas: 10, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
});
const text = (objects: object[]) => objects.map((item) => `---\n${JSON.stringify(item)}\n`).join('');
const diff = (old: object[], now: object[], hooks: object[] = []) =>
  diffRelease({ old: text(old), oldHooks: '', new: text(now), newHooks: text(hooks), releaseNamespace: 'pearl' });
const says = (old: object[], now: object[], hooks: object[] = []) => diff(old, now, hooks).meaning.text;

describe('what a diff means', () => {
  it.each([
    ['registry:5000/pearl/web:1.4.0', 'registry:5000/pearl/web:1.5.0', 'image 1.4.0 → 1.5.0'],
    ['web', 'web:2', 'image latest → 2'],
    ['a/web:1', 'b/web:1', 'image a/web:1 → b/web:1'],
    [
      `web:1@sha256:${'a'.repeat(64)}`,
      `web:1@sha256:${'b'.repeat(64)}`,
      `image 1@sha256:${'a'.repeat(12)} → 1@sha256:${'b'.repeat(12)}`,
    ],
  ])('%s to %s: %s', (old, now, expected) => {
    expect(says([workload(old)], [workload(now)])).toBe(
      `${expected} · 1 workload restarts (pod template changed: web)`,
    );
  });

  it('names the images when several change', () => {
    const old = [workload('x/web:1'), workload('x/mesh:3', {}, 'StatefulSet', 'mesh')];
    const now = [workload('x/web:2'), workload('x/mesh:4', {}, 'StatefulSet', 'mesh')];
    expect(says(old, now)).toBe('image mesh 3 → 4, web 1 → 2 · 2 workloads restart (pod template changed: mesh, web)');
  });

  it('replicas, and who sets them', () => {
    expect(says([workload('w:1')], [workload('w:1', { replicas: 3 })])).toBe('replicas 1 → 3');
    expect(says([workload('w:1', { replicas: 1 })], [workload('w:1'), hpa])).toBe(
      'replicas 1 → HPA 3–10 · +1 object (HorizontalPodAutoscaler)',
    );
    expect(says([workload('w:1'), hpa], [workload('w:1', { replicas: 4 })])).toBe(
      'replicas HPA 3–10 → 4 · −1 object (HorizontalPodAutoscaler)',
    );
  });

  it('objects that come and go, the dangerous first', () => {
    const names = (count: number) => Array.from({ length: count }, (_, n) => object('v1', 'ConfigMap', `c${n}`));
    const old = [...names(2), object('v1', 'PersistentVolumeClaim', 'data')];
    expect(says(old, [])).toBe('−3 objects (PersistentVolumeClaim!, 2 × ConfigMap)');
    expect(says([], [object('v1', 'PersistentVolumeClaim', 'data')])).toBe('+1 object (PersistentVolumeClaim)');
  });

  it('only pods that the controller replaces restart', () => {
    const restart = (spec: Spec, kind = 'Deployment') =>
      diff([workload('w:1', spec, kind)], [workload('w:2', spec, kind)]).meaning.parts.some(
        ({ kind }) => kind === 'restart',
      );
    expect(restart({})).toBe(true);
    expect(restart({}, 'DaemonSet')).toBe(true);
    expect(restart({ replicas: 0 })).toBe(false);
    expect(restart({ paused: true })).toBe(false);
    expect(restart({ updateStrategy: { type: 'OnDelete' } }, 'StatefulSet')).toBe(false);
  });

  it('hooks are counted apart, and nothing means nothing', () => {
    expect(says([], [], [object('batch/v1', 'Job', 'migrate')])).toBe('1 hook changed');
    expect(says([workload('w:1')], [workload('w:1')])).toBe('');
  });

  it('names from the chart are shown, not obeyed', () => {
    expect(says([workload('w:1\u001b[31m')], [workload('w:2\n')])).not.toMatch(/\p{Cc}/u);
  });
});

describe('warnings', () => {
  const messages = (old: object[], now: object[]) => diff(old, now).warnings.map(({ message }) => message);

  it.each([
    ['PersistentVolumeClaim', 'v1'],
    ['Namespace', 'v1'],
    ['StatefulSet', 'apps/v1'],
    ['CustomResourceDefinition', 'apiextensions.k8s.io/v1'],
  ])('the deletion of a %s', (kind, apiVersion) => {
    const [message] = messages([object(apiVersion, kind, 'x')], []);
    expect(message).toMatch(
      new RegExp(`^${kind} .*x will be deleted, .*; annotate it "helm.sh/resource-policy: keep"`),
    );
    expect(messages([], [object(apiVersion, kind, 'x')])).toEqual([]);
  });

  it('no word about the deletion of what can be made again', () => {
    expect(messages([workload('w:1')], [])).toEqual([]);
  });

  it('replicas that an autoscaler owns', () => {
    expect(messages([workload('w:1')], [workload('w:1', { replicas: 2 }), hpa])).toEqual([
      'Deployment pearl/web is rendered with replicas 2 although HPA web owns the number of its pods, so every upgrade that changes it scales against the autoscaler; leave "replicas" out of the template while autoscaling is on.',
    ]);
    expect(messages([workload('w:1')], [workload('w:1'), hpa])).toEqual([]);
    expect(diff([workload('w:1', { replicas: 5 })], [workload('w:1'), hpa]).warnings.map(({ kind }) => kind)).toEqual([
      'replicas-reset',
    ]);
  });

  it('a refused change names the field and the way out', () => {
    const [message] = messages(
      [workload('w:1', { serviceName: 'a' }, 'StatefulSet')],
      [workload('w:1', { serviceName: 'b' }, 'StatefulSet')],
    );
    expect(message).toMatch(
      /^StatefulSet pearl\/web: the upgrade will fail because the API server refuses to change spec\.serviceName of a StatefulSet; .*--cascade=orphan/,
    );
  });

  it('a version label in a volumeClaimTemplate is no noise: it makes the upgrade fail', () => {
    const set = (chart: string) =>
      object('apps/v1', 'StatefulSet', 'db', {
        spec: { volumeClaimTemplates: [{ metadata: { name: 'data', labels: { 'helm.sh/chart': chart } } }] },
      });
    const { counts, warnings } = diff([set('db-1')], [set('db-2')]);
    expect(counts).toMatchObject({ changed: 1, noise: 0 });
    expect(warnings.map(({ kind }) => kind)).toEqual(['immutable']);
  });

  it('a CRD in crds/ that this upgrade will not touch', () => {
    const crd = (version: string) =>
      object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'things.example.com', { spec: { version } });
    const { warnings, meaning } = diffRelease({
      old: '',
      oldHooks: '',
      new: '',
      newHooks: '',
      crds: { old: text([crd('a')]), new: text([crd('b')]) },
      releaseNamespace: 'pearl',
    });
    expect(warnings.map(({ kind }) => kind)).toEqual(['crd-folder']);
    expect(meaning.text).toBe('1 CRD in crds/ changed');
  });

  it.each([
    [true, ['is not created by this upgrade']],
    [false, []],
  ])('a new CRD in crds/, in an upgrade: %s', (isUpgrade, said) => {
    const crd = object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'things.example.com', {});
    const crds = { old: '', new: text([crd]), isUpgrade };
    const { warnings } = diffRelease({ old: '', oldHooks: '', new: '', newHooks: '', crds, releaseNamespace: 'pearl' });
    expect(warnings.map(({ message }) => message)).toEqual(said.map((part) => expect.stringContaining(part)));
  });
});
