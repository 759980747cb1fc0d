import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import { planWatches } from '../../src/rollout/watch-plan.ts';
import { claim, daemonSet, deployment, job, object, statefulSet } from './objects.ts';

const withLabels = (workload: KubeObject, matchLabels: Record<string, string>): KubeObject => ({
  ...workload,
  spec: { ...(workload.spec as object), selector: { matchLabels } },
});
const lines = (objects: KubeObject[]): string[] =>
  planWatches(objects).map(
    ({ kind, path, query }) => `${kind} ${path} ${query.labelSelector ?? query.fieldSelector ?? '*'}`,
  );
const NS = '/namespaces/pearl';

describe('what is watched', () => {
  it('for one Deployment: itself by name, its ReplicaSets and pods by its labels, Events', () => {
    expect(lines([withLabels(deployment(), { app: 'web', tier: 'front' })])).toEqual([
      `Deployment /apis/apps/v1${NS}/deployments metadata.name=web`,
      `ReplicaSet /apis/apps/v1${NS}/replicasets app=web,tier=front`,
      `Pod /api/v1${NS}/pods app=web,tier=front`,
      `Event /api/v1${NS}/events *`,
    ]);
  });

  it('for several workloads: the labels that all of them share', () => {
    const labels = (name: string) => ({ 'app.kubernetes.io/instance': 'shop', 'app.kubernetes.io/name': name });
    const objects = [
      withLabels(deployment(), labels('web')),
      withLabels(deployment({ name: 'api' }), labels('api')),
      withLabels(statefulSet(), labels('db')),
    ];
    expect(lines(objects)).toEqual([
      `Deployment /apis/apps/v1${NS}/deployments *`,
      `StatefulSet /apis/apps/v1${NS}/statefulsets metadata.name=db`,
      `ReplicaSet /apis/apps/v1${NS}/replicasets app.kubernetes.io/instance=shop`,
      `Pod /api/v1${NS}/pods app.kubernetes.io/instance=shop`,
      `PersistentVolumeClaim /api/v1${NS}/persistentvolumeclaims app.kubernetes.io/instance=shop`,
      `Event /api/v1${NS}/events *`,
    ]);
  });

  it('without shared labels: all pods of the namespace, so that none is missed', () => {
    expect(lines([deployment(), deployment({ name: 'api' })])).toContain(`Pod /api/v1${NS}/pods *`);
  });

  it('for a DaemonSet: its ControllerRevisions too', () => {
    expect(lines([daemonSet()])).toContain(`ControllerRevision /apis/apps/v1${NS}/controllerrevisions app=agent`);
  });

  it("for Jobs: their pods by the Job's own label", () => {
    expect(lines([job(), job({ name: 'seed' })])).toEqual([
      `Job /apis/batch/v1${NS}/jobs *`,
      `Pod /api/v1${NS}/pods batch.kubernetes.io/job-name in (migrate,seed)`,
      `Event /api/v1${NS}/events *`,
    ]);
  });

  it('once per namespace, each with its own children', () => {
    const there = { ...deployment(), metadata: { ...deployment().metadata, namespace: 'other' } };
    const all = lines([deployment(), there]);
    expect(all.filter((line) => line.startsWith('Pod '))).toEqual(
      ['/api/v1/namespaces/pearl/pods', '/api/v1/namespaces/other/pods'].map((path) => `Pod ${path} app=web`),
    );
    expect(all.filter((line) => line.startsWith('Event '))).toHaveLength(2);
  });

  it('never Secrets, nor what has no state', () => {
    const objects = [object('v1', 'Secret', {}), object('v1', 'ConfigMap', {}), object('acme.dev/v1', 'Widget', {})];
    expect(planWatches(objects)).toEqual([]);
    const everything = [...objects, deployment(), statefulSet(), daemonSet(), job(), claim('Bound')];
    expect(planWatches(everything).filter(({ kind, path }) => kind === 'Secret' || path.includes('secret'))).toEqual(
      [],
    );
  });

  it('cluster-wide for what has no namespace', () => {
    const definition = object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
      name: 'widgets.acme.dev',
      namespace: undefined,
    });
    expect(lines([definition])).toEqual([
      'CustomResourceDefinition /apis/apiextensions.k8s.io/v1/customresourcedefinitions metadata.name=widgets.acme.dev',
    ]);
  });
});
