import { describe, expect, it } from '@jest/globals';
import { titleOf } from '../../src/kubernetes/object.ts';
import { subject, subjects } from './objects.ts';

const deployment = (spec: string, rest = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {${spec}template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: a:1}]}}}
${rest}`;

const scaler = (kind: string, spec: string, apiVersion = 'autoscaling/v2', namespace = 'pearl'): string => `
---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: {name: auto, namespace: ${namespace}}
spec: {${spec}}`;

const hpa = (spec: string): string =>
  scaler('HorizontalPodAutoscaler', `scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, ${spec}`);

describe('the workloads of a release', () => {
  it('are all kinds that hold a pod, with its labels, annotations and containers', () => {
    const pod = 'metadata: {labels: {a: b}, annotations: {c: d}}, spec: {containers: [{name: one}]}';
    const found = subjects(`
{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod, metadata: {name: p, labels: {a: b}, annotations: {c: d}}, spec: {containers: [{name: one}]}}]}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {template: {${pod}}}}
---
{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: s}, spec: {template: {${pod}}}}
---
{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: e}, spec: {template: {${pod}}}}
---
{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: r}, spec: {template: {${pod}}}}
---
{apiVersion: extensions/v1beta1, kind: Deployment, metadata: {name: old}, spec: {template: {${pod}}}}
---
{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {template: {${pod}}}}
---
{apiVersion: batch/v1, kind: CronJob, metadata: {name: c}, spec: {jobTemplate: {spec: {template: {${pod}}}}}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: none}}
---
{apiVersion: example.com/v1, kind: Deployment, metadata: {name: foreign}, spec: {template: {${pod}}}}
`);
    expect(found.map(({ ref }) => titleOf(ref))).toEqual(
      ['Pod/p', 'Deployment/d', 'StatefulSet/s', 'DaemonSet/e', 'ReplicaSet/r', 'Deployment/old'].concat(
        'Job/j',
        'CronJob/c',
      ),
    );
    for (const { podLabels, podAnnotations, containers } of found) {
      expect(podLabels).toEqual({ a: 'b' });
      expect(podAnnotations).toEqual({ c: 'd' });
      expect(containers).toEqual([{ role: 'container', spec: { name: 'one' } }]);
    }
  });

  it('leave out what a controller owns, and mark hooks', () => {
    const owned = 'ownerReferences: [{kind: X, name: x, uid: u, controller: true}]';
    const found = subjects(`
{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: owned, ${owned}}, spec: {template: {spec: {containers: []}}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: owned, ${owned}}, spec: {containers: []}}
---
{apiVersion: v1, kind: Pod, metadata: {name: kept, ownerReferences: [{kind: X, name: x, uid: u}]}, spec: {containers: []}}
---
{apiVersion: batch/v1, kind: Job, metadata: {name: hook, annotations: {helm.sh/hook: pre-upgrade}}, spec: {template: {spec: {containers: []}}}}
`);
    expect(found.map(({ ref, hook }) => [ref.name, hook])).toEqual([
      ['kept', false],
      ['hook', true],
    ]);
  });

  it('tell native sidecars from init containers, and stand what is no container', () => {
    const { containers } = subject(`
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  initContainers: [{name: proxy, restartPolicy: Always}, {name: migrate}, null]
  containers: [{name: web}]
  ephemeralContainers: [{name: debug}]
`);
    expect(containers.map(({ role, spec }) => `${role} ${spec.name}`)).toEqual([
      'init migrate',
      'sidecar proxy',
      'container web',
      'ephemeral debug',
    ]);
    expect(subject('{apiVersion: apps/v1, kind: Deployment, metadata: {name: empty}}')).toMatchObject({
      containers: [],
      pod: { containers: [] },
      podLabels: {},
    });
  });
});

describe('the effective number of replicas', () => {
  it.each([
    ['what is written', deployment('replicas: 4, '), 4, 'spec.replicas'],
    ['the default', deployment(''), 1, 'API default'],
    ['the default when it is null', deployment('replicas: null, '), 1, 'API default'],
    ["an HPA's minimum", deployment('', hpa('minReplicas: 3')), 3, 'HorizontalPodAutoscaler/auto minReplicas'],
    ["an HPA's, over what is written", deployment('replicas: 1, ', hpa('minReplicas: 3')), 3, /auto minReplicas$/],
    ["an HPA's default", deployment('replicas: 5, ', hpa('maxReplicas: 9')), 1, /auto minReplicas \(API default\)/],
    ['an HPA that is off, at zero', deployment('replicas: 0, ', hpa('minReplicas: 3')), 0, 'spec.replicas'],
    [
      "KEDA's minimum, kind left out",
      deployment('', scaler('ScaledObject', 'scaleTargetRef: {name: web}, minReplicaCount: 2', 'keda.sh/v1alpha1')),
      2,
      'ScaledObject/auto minReplicaCount',
    ],
    [
      "KEDA's default",
      deployment('replicas: 3, ', scaler('ScaledObject', 'scaleTargetRef: {name: web}', 'keda.sh/v1alpha1')),
      0,
      /minReplicaCount \(API default\)/,
    ],
    [
      'an HPA of another namespace, which does not count',
      deployment(
        'replicas: 2, ',
        scaler(
          'HorizontalPodAutoscaler',
          'scaleTargetRef: {kind: Deployment, name: web}, minReplicas: 9',
          undefined,
          'b',
        ),
      ),
      2,
      'spec.replicas',
    ],
    [
      'an HPA on another kind of the same name',
      deployment(
        'replicas: 2, ',
        scaler(
          'HorizontalPodAutoscaler',
          'scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: web}, minReplicas: 9',
        ),
      ),
      2,
      'spec.replicas',
    ],
    [
      'an HPA that names the old version of the group',
      deployment(
        '',
        scaler(
          'HorizontalPodAutoscaler',
          'scaleTargetRef: {apiVersion: apps/v1beta1, kind: Deployment, name: web}, minReplicas: 9',
        ),
      ),
      9,
      /minReplicas$/,
    ],
  ])('is %s', (_, manifest, replicas, from) => {
    const found = subject(manifest);
    expect(found.replicas).toBe(replicas);
    expect(found.replicasFrom).toEqual(typeof from === 'string' ? from : expect.stringMatching(from));
  });

  it('is one of a pod, and none of a DaemonSet, a Job or a CronJob', () => {
    const of = (kind: string, apiVersion: string) =>
      subject(`{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: x}, spec: {replicas: 3}}`);
    expect(of('Pod', 'v1').replicas).toBe(1);
    for (const [kind, version] of [
      ['DaemonSet', 'apps/v1'],
      ['Job', 'batch/v1'],
      ['CronJob', 'batch/v1'],
    ] as const) {
      expect(of(kind, version)).toMatchObject({ replicas: undefined, replicasFrom: `a ${kind} has no replicas` });
    }
  });
});
