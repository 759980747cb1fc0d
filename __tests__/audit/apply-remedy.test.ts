import { expect, test } from '@jest/globals';
import { merged, remedied } from './apply-remedy.ts';
import { web } from './release.ts';

test('maps are merged, null takes a field out, named items are found by name', () => {
  const base = { a: 1, b: { c: 2 }, list: [{ name: 'x', v: 1 }, { name: 'y' }], plain: [1, 2] };
  const patch = { a: null, b: { d: 3 }, list: [{ name: 'x', w: 2 }, { name: 'z' }], plain: [3] };
  expect(merged(base, patch)).toEqual({
    b: { c: 2, d: 3 },
    list: [{ name: 'x', v: 1, w: 2 }, { name: 'y' }, { name: 'z' }],
    plain: [3],
  });
});

test('a snippet without a kind belongs to the object of the finding, one with a kind to the object it names', () => {
  const finding = { check: 'x', verdict: 'fail' as const, read: '', reason: '' };
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'pearl', name: 'web' };
  const [own] = remedied([web()], { ...finding, object, remedy: 'spec:\n  replicas: 7' });
  expect(own?.spec).toMatchObject({ replicas: 7 });
  const remedy = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  namespace: pearl';
  expect(remedied([web()], { ...finding, object, remedy }).map(({ kind }) => kind)).toEqual(['Deployment', 'Service']);
});
