import { hpaResolves } from '../../../src/audit/checks/hpa-resolves.ts';
import { cases } from '../cases.ts';
import { asKind, ELSEWHERE, HOOK, hpa, keda, other, web } from '../release.ts';

const of = 'HorizontalPodAutoscaler/web';
const at = (scaleTargetRef: Record<string, unknown>) => hpa({ spec: { scaleTargetRef } });

cases(hpaResolves, [
  { what: 'its Deployment', of, objects: [web(), hpa()], verdict: 'pass' },
  {
    what: 'another version of the same group',
    of,
    objects: [web(), at({ apiVersion: 'apps/v1beta2' })],
    verdict: 'pass',
  },
  {
    what: 'another name',
    of,
    objects: [web(), at({ name: 'wbe' })],
    verdict: 'fail',
    says: /Deployment\/wbe.*Deployment\/web/,
  },
  { what: 'another kind', of, objects: [asKind('StatefulSet'), hpa()], verdict: 'fail', says: /StatefulSet\/web/ },
  { what: 'the same name elsewhere', of, objects: [web(ELSEWHERE), hpa()], verdict: 'unknown' },
  { what: 'nothing of the release', of, objects: [hpa()], verdict: 'unknown', says: /must exist in the cluster/ },
  {
    what: 'a name that is missing while the only Deployment has an autoscaler',
    of,
    objects: [
      web(),
      hpa({ metadata: { name: 'web' } }),
      hpa({ metadata: { name: 'b' }, spec: { scaleTargetRef: { name: 'b' } } }),
    ],
    verdict: 'pass',
  },
  { what: 'what only the cluster has', of, objects: [hpa()], live: { objects: [web()] }, verdict: 'pass' },
  {
    what: 'a group that is gone',
    of,
    objects: [web(), at({ apiVersion: 'extensions/v1beta1' })],
    verdict: 'fail',
    says: /API group/,
  },
  { what: 'no group', of, objects: [web(), at({ apiVersion: null })], verdict: 'fail', says: /API group/ },
  {
    what: 'no name',
    of,
    objects: [web(), at({ name: null })],
    verdict: 'fail',
    noRemedy: 'what it should scale is not known',
  },
  {
    what: 'a DaemonSet',
    of,
    objects: [asKind('DaemonSet'), at({ kind: 'DaemonSet' })],
    verdict: 'fail',
    noRemedy: 'the autoscaler has to go',
  },
  {
    what: 'a custom resource of the release',
    of,
    objects: [
      other('argoproj.io/v1alpha1', 'Rollout', 'web'),
      at({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' }),
    ],
    verdict: 'pass',
  },
  { what: 'KEDA without a kind', of: 'ScaledObject/web', objects: [web(), keda()], verdict: 'pass' },
  {
    what: 'a version that is not read',
    of,
    objects: [web(), hpa({ apiVersion: 'autoscaling/v2beta1' })],
    verdict: 'unknown',
  },
  { what: 'a hook', of, objects: [hpa(HOOK)], verdict: '' },
]);
