import { describe, expect, it } from '@jest/globals';
import { kindInfo, listPath } from '../../src/kubernetes/kinds.ts';
import { groupOf, isControlledBy, keyOf, refOf, titleOf } from '../../src/kubernetes/object.ts';
import { deployment, pod } from '../rollout/objects.ts';

describe('names of objects', () => {
  it('are the same for every version of an API group, and differ between groups and namespaces', () => {
    const key = (apiVersion: string, namespace?: string) =>
      keyOf({ apiVersion, kind: 'Ingress', namespace, name: 'web' });
    expect(key('networking.k8s.io/v1', 'pearl')).toBe('networking.k8s.io/Ingress/pearl/web');
    expect(key('networking.k8s.io/v1beta1', 'pearl')).toBe(key('networking.k8s.io/v1', 'pearl'));
    const others = [
      key('extensions/v1beta1', 'pearl'),
      key('v1', 'pearl'),
      key('networking.k8s.io/v1'),
      key('networking.k8s.io/v1', 'b'),
    ];
    expect(new Set([...others, key('networking.k8s.io/v1', 'pearl')]).size).toBe(5);
    expect([groupOf('v1'), groupOf('apps/v1')]).toEqual(['', 'apps']);
  });

  it('are written as kubectl writes them', () => {
    expect(refOf(deployment())).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'pearl', name: 'web' });
    expect(titleOf(refOf(deployment()))).toBe('Deployment/web');
  });

  it('belong to a controller, not to any other owner', () => {
    const owned = pod(deployment());
    expect(isControlledBy(owned, 'Deployment-web')).toBe(true);
    expect(isControlledBy(owned, 'other')).toBe(false);
    expect(isControlledBy(owned, undefined)).toBe(false);
    owned.metadata.ownerReferences = [{ kind: 'X', name: 'x', uid: 'u' }];
    expect(isControlledBy(owned, 'u')).toBe(false);
  });
});

describe('built-in kinds', () => {
  it.each([
    ['v1', 'Pod', 'pearl', '/api/v1/namespaces/pearl/pods'],
    ['apps/v1', 'StatefulSet', 'pearl', '/apis/apps/v1/namespaces/pearl/statefulsets'],
    ['networking.k8s.io/v1beta1', 'Ingress', 'pearl', '/apis/networking.k8s.io/v1/namespaces/pearl/ingresses'],
    ['v1', 'Pod', undefined, '/api/v1/pods'],
    ['rbac.authorization.k8s.io/v1', 'ClusterRole', 'pearl', '/apis/rbac.authorization.k8s.io/v1/clusterroles'],
  ])('%s %s in %s is listed at %s', (apiVersion, kind, namespace, path) => {
    const info = kindInfo(apiVersion, kind);
    expect(info && listPath(info, namespace)).toBe(path);
  });

  it.each([
    ['acme.dev/v1', 'Widget'],
    ['acme.dev/v1', 'Deployment'],
    ['v1', 'Deployment'],
    ['apps/v1', 'constructor'],
  ])('%s %s is none', (apiVersion, kind) => expect(kindInfo(apiVersion, kind)).toBeUndefined());
});
