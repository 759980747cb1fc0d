import { describe, expect, it } from '@jest/globals';
import { mayWatchAll, type ResourceRule } from '../../src/cluster/access.ts';
import { deployment, object } from '../rollout/objects.ts';

const rule = (apiGroups: string[], resources: string[], verbs: string[], resourceNames?: string[]): ResourceRule => ({
  apiGroups,
  resources,
  verbs,
  ...(resourceNames ? { resourceNames } : {}),
});
const READ = ['get', 'list', 'watch'];
const DEPLOYMENTS = rule(['apps'], ['deployments'], READ);
const CONFIG = object('v1', 'ConfigMap', {});

describe('whether all objects may be watched', () => {
  it.each<[string, boolean, ResourceRule[]]>([
    ['by one rule each', true, [DEPLOYMENTS, rule([''], ['configmaps'], READ)]],
    [
      'by list and watch from two rules',
      true,
      [DEPLOYMENTS, rule([''], ['configmaps'], ['list']), rule([''], ['configmaps'], ['watch'])],
    ],
    ['by stars', true, [rule(['*'], ['*'], ['*'])]],
    ['not without the second kind', false, [DEPLOYMENTS]],
    ['not without watch', false, [DEPLOYMENTS, rule([''], ['configmaps'], ['get', 'list'])]],
    ['not in another group', false, [DEPLOYMENTS, rule(['apps'], ['configmaps'], READ)]],
    ['not by a rule for one name', false, [DEPLOYMENTS, rule([''], ['configmaps'], READ, ['web'])]],
    ['by a rule with an empty list of names', true, [DEPLOYMENTS, rule([''], ['configmaps'], READ, [])]],
    ['not by a rule that says nothing', false, [{}]],
    ['not by no rule', false, []],
  ])('%s: %s', (_, may, rules) => {
    expect(mayWatchAll([deployment(), CONFIG], 'pearl', rules)).toBe(may);
  });

  it.each([
    ['a custom resource', object('acme.dev/v1', 'Widget', {}), false],
    ['an object in another namespace', object('v1', 'ConfigMap', { namespace: 'other' }), false],
    ['a cluster-wide object', object('rbac.authorization.k8s.io/v1', 'ClusterRole', { namespace: undefined }), true],
  ])('with %s', (_, extra, may) => {
    expect(mayWatchAll([deployment(), extra], 'pearl', [rule(['*'], ['*'], ['*'])])).toBe(may);
  });
});
