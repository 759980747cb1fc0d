import { describe, expect, it } from '@jest/globals';
import { checkSameCluster } from '../../../src/commands/prepare/same-cluster.ts';

describe('an environment that leads helm elsewhere', () => {
  it.each<[string, NodeJS.ProcessEnv, string | undefined]>([
    ['nothing of it', { KUBECONFIG: '/k', HELM_NAMESPACE: 'x', HELM_DRIVER: 'secret' }, undefined],
    ['empty ones', { HELM_KUBECONTEXT: '', HELM_KUBETOKEN: '' }, undefined],
    ['the context that the input names too', { HELM_KUBECONTEXT: 'prod' }, 'prod'],
  ])('is not %s', (_, env, context) => {
    expect(() => checkSameCluster(env, context)).not.toThrow();
  });

  it.each<[string, NodeJS.ProcessEnv, string | undefined, string]>([
    ['a context', { HELM_KUBECONTEXT: 'prod' }, undefined, 'variable HELM_KUBECONTEXT would'],
    ['another context than the input', { HELM_KUBECONTEXT: 'prod' }, 'test', 'variable HELM_KUBECONTEXT would'],
    [
      'several, each named and none quoted',
      { HELM_KUBETOKEN: 's', HELM_KUBEASUSER: 'u' },
      'x',
      'variables HELM_KUBEASUSER, HELM_KUBETOKEN would',
    ],
  ])('is %s', (_, env, context, words) => {
    expect(() => checkSameCluster(env, context)).toThrow(words);
  });
});
