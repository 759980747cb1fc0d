import { describe, expect, it } from '@jest/globals';
import type { ObjectDiff } from '../../src/diff/diff.ts';
import { config, only, release } from './releases.ts';

const summary = (objects: ObjectDiff[]) => objects.map(({ title }) => title);

describe('which objects change', () => {
  it('heads each object as helm diff does, in a stable order', () => {
    const old = config('same') + config('goes') + config('edit');
    const now = config('edit', 'a: y') + config('comes') + config('same');
    expect(summary(release(old, now).objects)).toEqual([
      'pearl, comes, ConfigMap (v1) has been added',
      'pearl, edit, ConfigMap (v1) has changed',
      'pearl, goes, ConfigMap (v1) has been removed',
      'pearl, same, ConfigMap (v1) has not changed',
    ]);
    expect(release(old, now).counts).toEqual({ added: 1, removed: 1, changed: 1, unchanged: 1, noise: 0 });
    const mixed = config('comes') + config('same') + config('edit', 'a: y');
    expect(release(old, mixed)).toEqual(release(old, now));
  });

  it('an insertion shows only itself, whichever way the file is written', () => {
    const pod = (containers: string) =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n${containers}`;
    const web =
      '      - name: web\n        image: web:1\n        env: [{name: A, value: "1"}, {name: B, value: "2"}]\n';
    const first = '      - image: side:1\n        name: side\n';
    expect(only(pod(web), pod(first + web)).lines).toEqual([
      '@@ -6,6 +6,8 @@',
      '   template:',
      '     spec:',
      '       containers:',
      '+        - name: side',
      '+          image: side:1',
      '         - name: web',
      '           env:',
      '             - name: A',
    ]);
    expect(only(pod(web), pod(first + web)).fields).toEqual([
      { path: 'spec.template.spec.containers[side]', change: 'added', new: '{…}' },
    ]);
  });

  it('says that a list was only reordered', () => {
    const list = (...names: string[]) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p' },
        spec: { volumes: names.map((name) => ({ name })) },
      });
    const { fields, lines } = only(list('a', 'b'), list('b', 'a'));
    expect(fields).toEqual([{ path: 'spec.volumes', change: 'reordered' }]);
    expect(lines.filter((line) => /^[-+]/.test(line))).toHaveLength(2);
  });

  it('knows an object whatever it is written like: quotes, order, comments, anchors, numbers, line ends, versions', () => {
    const old =
      'apiVersion: v1\nkind: X\nmetadata: {name: web}\nspec: {a: 0o17, b: 1e3, c: "yes", d: &x {e: 1}, f: "l1\\nl2\\n", g: yes, h: 1}\n';
    const now =
      '# other\r\nkind: X\r\nmetadata:\r\n  name: "web"\r\nspec:\r\n  b: 1000\r\n  a: 017\r\n  c: \'yes\'\r\n  d: {e: 1}\r\n  f: |\r\n    l1\r\n    l2\r\n  g: true\r\n  h: 1.0\r\napiVersion: v1\r\n';
    expect(summary(release(old, now).objects)).toEqual(['pearl, web, X (v1) has not changed']);
  });

  it('and sees what only looks the same', () => {
    const value = (text: string) => `apiVersion: v1\nkind: X\nmetadata: {name: n}\nspec: {a: ${text}}\n`;
    const pairs = [
      ['yes', '"yes"'],
      ['1', '"1"'],
      ['9007199254740993', '9007199254740992'],
      ['22:22', '1342'],
      ['null', '"null"'],
    ] as const;
    for (const [old, now] of pairs)
      expect([old, now, release(value(old), value(now)).counts.changed]).toEqual([old, now, 1]);
  });

  it('matches by group, kind, namespace and name: versions and the given namespace make no new object', () => {
    const hpa = (version: string, namespace: string) =>
      `apiVersion: autoscaling/${version}\nkind: HorizontalPodAutoscaler\nmetadata: {name: web${namespace}}\nspec: {maxReplicas: 3}\n`;
    expect(summary(release(hpa('v2beta1', ''), hpa('v2', ', namespace: pearl')).objects)).toEqual([
      'pearl, web, HorizontalPodAutoscaler (autoscaling) has changed',
    ]);
    expect(release(hpa('v2', ''), hpa('v2', ', namespace: other')).counts).toMatchObject({ added: 1, removed: 1 });
  });

  it('cluster-wide objects have no namespace, custom ones by their CRD', () => {
    const role =
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: "system:foo:bar"}\nrules: []\n';
    const crd =
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\nspec: {group: example.com, scope: Cluster, names: {kind: Thing}}\n';
    const thing = (namespace: string) => `apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t${namespace}}\n`;
    const { objects } = release(
      `${role}---\n${crd}---\n${thing('')}`,
      `${role}---\n${crd}---\n${thing(', namespace: x')}`,
    );
    expect(objects.map(({ ref, change }) => [ref.name, ref.namespace, change])).toEqual([
      ['system:foo:bar', undefined, 'unchanged'],
      ['t', undefined, 'changed'],
      ['things.example.com', undefined, 'unchanged'],
    ]);
  });

  it('opens lists, also typed ones whose items leave out their kind, and no kind that only ends like one', () => {
    const list =
      'apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: a}\n- apiVersion: v1\n  kind: Service\n  metadata: {name: b}\n';
    const own = '---\napiVersion: example.com/v1\nkind: AllowList\nmetadata: {name: c}\n';
    expect(summary(release('', list + own).objects)).toEqual([
      'pearl, a, ConfigMap (v1) has been added',
      'pearl, b, Service (v1) has been added',
      'pearl, c, AllowList (example.com) has been added',
    ]);
  });

  it('leaves tests out, tells hooks of one name apart, and follows an object that becomes a hook', () => {
    const hook = (events: string, data: string) => config('h', data, `  annotations: {helm.sh/hook: "${events}"}\n`);
    expect(release('', '', { newHooks: hook('test', 'a: x') + hook('test-success', 'a: y') }).objects).toEqual([]);
    const twice = hook('pre-upgrade', 'a: x') + hook('post-upgrade', 'a: x');
    expect(release('', '', { oldHooks: twice, newHooks: twice }).counts).toMatchObject({ unchanged: 2 });
    const moved = release(config('h', 'a: x'), '', { newHooks: hook('pre-upgrade', 'a: x') });
    expect(moved.counts).toMatchObject({ changed: 1, added: 0, removed: 0 });
  });

  it('an object that is kept is not removed', () => {
    const kept = config('k', 'a: x', '  annotations: {helm.sh/resource-policy: keep}\n');
    const diff = release(kept, '');
    expect(diff.counts).toMatchObject({ removed: 0, unchanged: 1 });
    expect(diff.warnings.map(({ message }) => message)).toEqual([
      'ConfigMap pearl/k leaves the release but stays in the cluster because it is annotated "helm.sh/resource-policy: keep"; delete it by hand when it is no longer needed.',
    ]);
  });

  it('noise is what only differs in version labels and checksums', () => {
    const labelled = (chart: string, sum: string, data = 'a: x') =>
      config('n', data, `  labels: {helm.sh/chart: ${chart}}\n  annotations: {checksum/config: ${sum}}\n`);
    expect(only(labelled('c-1', 'aa'), labelled('c-2', 'bb')).noise).toBe(true);
    expect(only(labelled('c-1', 'aa'), config('n')).noise).toBe(true);
    expect(only(labelled('c-1', 'aa'), labelled('c-2', 'bb', 'a: y')).noise).toBe(false);
    expect(only(config('n', 'helm.sh/chart: c-1'), config('n', 'helm.sh/chart: c-2')).noise).toBe(false);
  });
});
