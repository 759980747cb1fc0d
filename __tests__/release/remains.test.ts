import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import { claimPattern, claimsOf, isKept } from '../../src/release/remains.ts';

const object = (kind: string, name: string, more: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'pearl' },
  ...more,
});
const set = (name: string, ...templates: string[]): KubeObject =>
  object('StatefulSet', name, {
    spec: { volumeClaimTemplates: templates.map((own) => ({ metadata: { name: own } })) },
  });
const claim = (name: string, more: object = {}): KubeObject =>
  object('PersistentVolumeClaim', name, { metadata: { name, namespace: 'pearl', ...more } });

describe('what an uninstall leaves', () => {
  it.each([
    ['keep', true],
    [' Keep ', true],
    ['delete', false],
    [undefined, false],
  ])('a resource policy %j', (policy, kept) => {
    const annotations = policy === undefined ? undefined : { 'helm.sh/resource-policy': policy };
    expect(isKept({ ...object('ConfigMap', 'a'), metadata: { name: 'a', annotations } })).toBe(kept);
  });

  it('the claims of a StatefulSet, by their names', () => {
    const pattern = claimPattern(set('db.a', 'data', 'log'));
    expect(['data-db.a-0', 'log-db.a-12'].filter((name) => pattern?.test(name))).toHaveLength(2);
    const others = ['data-db.a', 'data-db.a-x', 'data-dbxa-0', 'data-db.a-b-0', 'my-data-db.a-0'];
    expect(others.filter((name) => pattern?.test(name))).toEqual([]);
    expect(claimPattern(set('db'))).toBeUndefined();
  });

  it('as far as they are there, and not on their way out', async () => {
    const asked: string[] = [];
    const items = [claim('data-db-0'), claim('data-db-1', { deletionTimestamp: 'now' }), claim('other')];
    const list = (path: string) => {
      asked.push(path);
      return Promise.resolve({ resourceVersion: '1', items });
    };
    expect(await claimsOf({ list }, [set('db', 'data'), set('none'), object('Deployment', 'web')])).toEqual([
      'PersistentVolumeClaim/data-db-0',
    ]);
    expect(asked).toEqual(['/api/v1/namespaces/pearl/persistentvolumeclaims']);
  });
});
