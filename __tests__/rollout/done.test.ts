import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import { isFollowed, readiness } from '../../src/rollout/done.ts';
import { running } from './container-states.ts';
import { claim, daemonSet, deployment, job, object, pod, statefulSet } from './objects.ts';

const READY = { conditions: [{ type: 'Ready', status: 'True' }], containers: [running()] };
const service = (spec: unknown, ingress?: unknown[]): KubeObject =>
  object('v1', 'Service', {}, { spec, status: { loadBalancer: ingress ? { ingress } : {} } });
const definition = (status: string): KubeObject =>
  object(
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    {},
    { status: { conditions: [{ type: 'Established', status }] } },
  );
const UNSEEN = 'its controller has not seen the new spec yet';

const ROWS: [string, KubeObject, string][] = [
  ['Deployment complete', deployment(), ''],
  ['Deployment of one replica', deployment({ replicas: 1 }), ''],
  ['Deployment scaled to 0', deployment({ replicas: 0 }), ''],
  ['Deployment unobserved, with the old status complete', deployment({ generation: 3, observed: 2 }), UNSEEN],
  ['Deployment paused', deployment({ paused: true }), 'it is paused (spec.paused)'],
  ['Deployment half updated', deployment({ updated: 1, total: 4 }), '1 of 3 replicas are of the new revision'],
  ['Deployment with an old pod', deployment({ total: 4 }), '1 old replica is still there'],
  ['Deployment with old pods', deployment({ total: 5 }), '2 old replicas are still there'],
  // Helm accepts this one: replicas - maxUnavailable (25 % of 4) are ready.
  ['Deployment with one missing', deployment({ replicas: 4, ready: 3 }), '3 of 4 replicas are available'],
  ['Deployment ready and not long enough', deployment({ available: 2 }), '2 of 3 replicas are available'],
  ['StatefulSet complete', statefulSet(), ''],
  ['StatefulSet complete, updatedReplicas left at 0', statefulSet({ updated: 0 }), ''],
  ['StatefulSet unobserved', statefulSet({ generation: 3, observed: 2 }), UNSEEN],
  [
    'StatefulSet half updated',
    statefulSet({ current: 's-old', updated: 1 }),
    '1 of 3 replicas are of the new revision',
  ],
  ['StatefulSet at its partition', statefulSet({ current: 's-old', updated: 1, partition: 2 }), ''],
  [
    'StatefulSet before its partition',
    statefulSet({ current: 's-old', updated: 0, partition: 2 }),
    '0 of 1 replicas are of the new revision',
  ],
  ['StatefulSet OnDelete', statefulSet({ current: 's-old', updated: 0, strategy: 'OnDelete' }), ''],
  ['StatefulSet not ready', statefulSet({ ready: 2 }), '2 of 3 replicas are ready'],
  ['StatefulSet ready, not available', statefulSet({ available: 2 }), '2 of 3 replicas are available'],
  ['DaemonSet complete', daemonSet(), ''],
  ['DaemonSet on no node', daemonSet({ desired: 0 }), ''],
  ['DaemonSet unobserved', daemonSet({ generation: 3, observed: 2 }), UNSEEN],
  ['DaemonSet half updated', daemonSet({ updated: 1 }), '1 of 3 pods are of the new revision'],
  ['DaemonSet OnDelete', daemonSet({ updated: 0, strategy: 'OnDelete' }), ''],
  ['DaemonSet not available', daemonSet({ available: 1 }), '1 of 3 pods are available'],
  ['Job not complete, not waited for', job(), ''],
  ['Pod ready', pod(undefined, READY), ''],
  ['Pod succeeded', pod(undefined, { phase: 'Succeeded' }), ''],
  ['Pod running, not ready', pod(undefined, { phase: 'Running' }), 'phase Running, not ready'],
  ['Pod failed', pod(undefined, { phase: 'Failed' }), 'phase Failed, not ready'],
  ['claim bound', claim('Bound'), ''],
  ['claim pending', claim('Pending'), 'phase Pending'],
  ['claim lost', claim('Lost'), 'phase Lost'],
  ['ClusterIP service', service({ type: 'ClusterIP' }), ''],
  ['load balancer with an address', service({ type: 'LoadBalancer' }, [{ ip: '192.0.2.1' }]), ''],
  ['load balancer without one', service({ type: 'LoadBalancer' }), 'it has no load balancer address yet'],
  ['load balancer with external IPs', service({ type: 'LoadBalancer', externalIPs: ['192.0.2.1'] }), ''],
  ['definition established', definition('True'), ''],
  ['definition not established', definition('False'), 'it is not established yet'],
  ['ConfigMap', object('v1', 'ConfigMap', {}), ''],
  [
    'custom resource that says it is not ready',
    object('acme.dev/v1', 'Widget', {}, { status: { conditions: [{ type: 'Ready', status: 'False' }] } }),
    '',
  ],
];

describe('how far an object is', () => {
  it.each(ROWS)('%s', (_, shown, missing) => {
    expect(readiness(shown, { waitForJobs: false })).toMatchObject({ missing, done: missing === '' });
  });

  it.each<[string, KubeObject, number | undefined]>([
    ['StatefulSet OnDelete', statefulSet({ current: 's-old', updated: 1, strategy: 'OnDelete' }), 2],
    [
      'StatefulSet OnDelete, all deleted',
      statefulSet({ current: 's-old', updated: 3, strategy: 'OnDelete' }),
      undefined,
    ],
    ['StatefulSet OnDelete, first install', statefulSet({ updated: 0, strategy: 'OnDelete' }), undefined],
    ['StatefulSet at its partition', statefulSet({ current: 's-old', updated: 1, partition: 2 }), 2],
    ['StatefulSet half updated', statefulSet({ current: 's-old', updated: 1 }), undefined],
    ['DaemonSet OnDelete', daemonSet({ updated: 1, strategy: 'OnDelete' }), 2],
    ['DaemonSet half updated', daemonSet({ updated: 1 }), undefined],
  ])('%s leaves pods behind', (_, shown, behind) => {
    expect(readiness(shown, { waitForJobs: false }).behind).toBe(behind);
  });

  it.each([
    ['running', job({ completions: 2 }), { done: false, ready: 0, desired: 2, missing: '0 of 2 completions' }],
    ['complete', job({ completions: 2, complete: true }), { done: true, ready: 2, desired: 2, missing: '' }],
    [
      'failed',
      job({ failed: 'Job has reached the specified backoff limit' }),
      { done: false, missing: '0 of 1 completions' },
    ],
  ])('a %s Job that is waited for', (_, shown, state) => {
    expect(readiness(shown, { waitForJobs: true })).toMatchObject(state);
  });

  it('counts only ready replicas of the new revision, as far as the status tells', () => {
    expect(readiness(deployment({ updated: 1, ready: 3, total: 4 }), { waitForJobs: false })).toMatchObject({
      ready: 1,
      desired: 3,
    });
  });

  it('takes an unset number of replicas as one', () => {
    const web = deployment({ replicas: 1 });
    web.spec = {};
    expect(readiness(web, { waitForJobs: false })).toMatchObject({ done: true, desired: 1 });
  });

  it('never reads a workload without a status as done', () => {
    for (const shown of [deployment(), statefulSet(), daemonSet()]) {
      expect(readiness({ ...shown, status: undefined }, { waitForJobs: false })).toMatchObject({
        done: false,
        missing: UNSEEN,
      });
    }
  });
});

describe('what a rollout follows', () => {
  it.each([
    [deployment(), true],
    [job(), true],
    [claim('Pending'), true],
    [service({ type: 'LoadBalancer' }), true],
    [service({ type: 'ClusterIP' }), false],
    [service({}), false],
    [object('v1', 'Secret', {}), false],
    [object('v1', 'ConfigMap', {}), false],
    [object('acme.dev/v1', 'Widget', {}), false],
    [object('v1', 'Pod', { name: '' }), false],
  ])('%j', (shown, followed) => {
    expect(isFollowed(shown)).toBe(followed);
  });
});
