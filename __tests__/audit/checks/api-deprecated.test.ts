import { describe, expect, it } from '@jest/globals';
import { apiDeprecated } from '../../../src/audit/checks/api-deprecated.ts';
import { judged, skip, verdicts } from '../judged.ts';

const object = (apiVersion: string, kind: string, annotations = '{}'): string =>
  `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: x, annotations: ${annotations}}}`;

describe('api-deprecated', () => {
  it.each([
    ['current', object('policy/v1', 'PodDisruptionBudget'), 32, ['pass']],
    ['removed', object('policy/v1beta1', 'PodDisruptionBudget'), 32, ['fail']],
    ['removed in this very version', object('autoscaling/v2beta2', 'HorizontalPodAutoscaler'), 26, ['fail']],
    ['deprecated, not removed yet', object('autoscaling/v2beta2', 'HorizontalPodAutoscaler'), 25, ['warn']],
    ['not deprecated yet', object('autoscaling/v2beta2', 'HorizontalPodAutoscaler'), 22, ['pass']],
    ['deprecated without an end', object('v1', 'Endpoints'), 33, ['warn']],
    ['no cluster: what nobody serves any more fails', object('extensions/v1beta1', 'Ingress'), undefined, ['fail']],
    ['no cluster: a current one', object('networking.k8s.io/v1', 'Ingress'), undefined, ['pass']],
    ['a custom resource is not spoken of', object('example.com/v1beta1', 'Ingress'), 32, []],
    ['a kind that never had another version', object('v1', 'ConfigMap'), 32, []],
    [
      'exempted by annotation',
      object('policy/v1beta1', 'PodDisruptionBudget', skip('api-deprecated')),
      32,
      ['exempted fail'],
    ],
  ])('%s', (_, manifest, minor, expected) => {
    expect(verdicts(apiDeprecated, manifest, minor === undefined ? {} : { minor })).toEqual(expected);
  });

  it('says what to use, and that some have no successor', () => {
    expect(judged(apiDeprecated, object('batch/v1beta1', 'CronJob'))[0]?.remedy).toBe('apiVersion: batch/v1');
    expect(judged(apiDeprecated, object('policy/v1beta1', 'PodSecurityPolicy'))[0]?.remedy).toMatch(
      /^# label the namespace/,
    );
  });
});
