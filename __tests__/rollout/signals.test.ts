import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import { brokenPods, podSignals, workloadSignals } from '../../src/rollout/signals.ts';
import { crashing, ended, PULL, pulling, running, terminated, waiting } from './container-states.ts';
import { claim, daemonSet, deployment, event, job, pod, replicaSet, statefulSet } from './objects.ts';
import { picture } from './situations.ts';

const ofPod = (shown: KubeObject, events: KubeObject[] = []) => podSignals(picture(0, [shown], events), shown);
const ofWorkload = (shown: KubeObject, objects: KubeObject[] = [], events: KubeObject[] = []) =>
  workloadSignals(picture(0, [shown, ...objects], events), shown);
const rules = (signals: { rule: string; container?: string }[]) =>
  signals.map(({ rule, container }) => [rule, container]);
const condition = (type: string, reason: string, message = '') => ({ type, status: 'False', reason, message });

describe('what is wrong with a pod', () => {
  it('is nothing when it is ready', () => {
    expect(ofPod(pod(undefined, { containers: [running()], conditions: [{ type: 'Ready', status: 'True' }] }))).toEqual(
      [],
    );
  });

  it("is a crash, in Kubernetes' own words, with restarts and exit code", () => {
    const [signal] = ofPod(pod(undefined, { containers: [crashing(3)] }));
    expect(signal).toEqual({
      rule: 'crash-loop',
      object: { apiVersion: 'v1', kind: 'Pod', namespace: 'pearl', name: 'bare-a' },
      uid: 'Pod-bare-a',
      container: 'app',
      image: 'acme/web:1.5.0',
      reason: 'CrashLoopBackOff',
      message: 'back-off 20s restarting failed container=app pod=web-a_pearl(uid)',
      exitCode: 1,
      restarts: 3,
    });
  });

  it.each([
    ['OOMKilled', 137, 'out-of-memory'],
    ['StartError', 128, 'cannot-start'],
  ])('is %s, not the back-off after it', (reason, exitCode, rule) => {
    const [signal] = ofPod(pod(undefined, { containers: [crashing(2, { last: ended(reason, exitCode) })] }));
    expect(signal).toMatchObject({ rule, reason, exitCode });
  });

  it('is told for init containers and sidecars too, each on its own', () => {
    const shown = pod(undefined, {
      phase: 'Pending',
      init: [crashing(2, { name: 'migrate' }), crashing(4, { name: 'proxy', last: ended('OOMKilled', 137) })],
      containers: [waiting('PodInitializing'), pulling('missing', true, { name: 'logs' })],
    });
    expect(rules(ofPod(shown))).toEqual([
      ['crash-loop', 'migrate'],
      ['out-of-memory', 'proxy'],
      ['image-not-found', 'logs'],
    ]);
  });

  it.each([
    'Evicted',
    'Preempting',
    'NodeLost',
    'Shutdown',
    'NodeAffinity',
  ])('is its node when it says %s, whatever its containers say', (reason) => {
    const shown = pod(undefined, {
      phase: 'Failed',
      reason,
      message: 'low on memory',
      containers: [terminated('Error', 1, { restarts: 5 })],
    });
    expect(ofPod(shown)).toMatchObject([{ rule: 'pod-lost', reason, message: 'low on memory' }]);
  });

  it("is the scheduler's word while no node takes it", () => {
    const words = '0/4 nodes are available: 4 Insufficient cpu.';
    const shown = pod(undefined, {
      phase: 'Pending',
      conditions: [condition('PodScheduled', 'Unschedulable', words)],
      containers: [waiting('x')],
    });
    expect(ofPod(shown)).toMatchObject([{ rule: 'unschedulable', reason: 'Unschedulable', message: words }]);
  });

  it('is that it is not ready, once nothing else is', () => {
    expect(ofPod(pod(undefined, { containers: [running({ ready: false })] }))).toMatchObject([
      { rule: 'not-ready', reason: 'NotReady' },
    ]);
    const both = pod(undefined, { containers: [running({ ready: false }), crashing(2, { name: 'side' })] });
    expect(rules(ofPod(both))).toEqual([['crash-loop', 'side']]);
  });

  it('is not an init container that runs: it is never ready', () => {
    const shown = pod(undefined, {
      phase: 'Pending',
      init: [running({ ready: false })],
      containers: [waiting('PodInitializing')],
    });
    expect(ofPod(shown)).toEqual([]);
  });
});

describe('the pull error', () => {
  const old = pod(undefined, {
    phase: 'Pending',
    containers: [
      waiting('ImagePullBackOff', 'Back-off pulling image "acme/web:missing"', { image: 'acme/web:missing' }),
    ],
  });
  const failed = (error: string, at: number) =>
    event(old, 'Failed', `Failed to pull image "acme/web:missing": ${error}`, { first: at });

  it('is taken from the newest Event that has it where the kubelet leaves it out of the back-off', () => {
    const noise = event(old, 'Failed', 'Error: ImagePullBackOff', { first: 30 });
    expect(ofPod(old, [failed(PULL.missing, 20), failed(PULL.tooMany, 10), noise])).toMatchObject([
      { rule: 'image-not-found' },
    ]);
    expect(ofPod(old, [failed(PULL.missing, 10), failed(PULL.tooMany, 20), noise])).toMatchObject([
      { rule: 'image-pull-transient' },
    ]);
  });

  it('of another pod or another image is not taken', () => {
    const other = event(
      pod(undefined, { name: 'other' }),
      'Failed',
      `Failed to pull image "acme/web:missing": ${PULL.missing}`,
    );
    const otherImage = event(old, 'Failed', 'Failed to pull image "acme/side:1": not found');
    expect(ofPod(old, [other, otherImage])).toMatchObject([{ rule: 'image-pull-transient' }]);
  });

  it('in the back-off itself wins over an older Event', () => {
    const shown = pod(undefined, { phase: 'Pending', containers: [pulling('missing', true)] });
    const event429 = event(shown, 'Failed', `Failed to pull image "acme/web:missing": ${PULL.tooMany}`);
    expect(ofPod(shown, [event429])).toMatchObject([{ rule: 'image-not-found' }]);
  });
});

describe('a mount that fails', () => {
  const creating = pod(undefined, { phase: 'Pending', containers: [waiting('ContainerCreating')] });
  const words = 'MountVolume.SetUp failed for volume "tls" : secret "web-tls" not found';
  const failing = event(creating, 'FailedMount', words, { first: 1, last: 9, count: 5 });

  it('is told while the pod is pending', () => {
    expect(ofPod(creating, [failing])).toMatchObject([
      { rule: 'volume-missing', reason: 'FailedMount', message: words },
    ]);
    const now = { ...creating, status: { ...(creating.status as object), phase: 'Running' } };
    expect(ofPod(now, [failing])).toEqual([]);
  });

  it('is over when its newest word is about something else', () => {
    const later = event(creating, 'FailedMount', 'MountVolume.SetUp failed for volume "nfs" : exit status 32', {
      first: 10,
    });
    expect(ofPod(creating, [failing, later])).toEqual([]);
  });

  it('is over when the kubelet went on to the images, though a slow pull keeps the pod pending', () => {
    const goesOn = event(creating, 'Pulling', 'Pulling image "acme/web:1.5.0"', { first: 9, type: 'Normal' });
    expect(ofPod(creating, [failing, goesOn])).toEqual([]);
    const scheduled = event(creating, 'Scheduled', 'Successfully assigned pearl/bare-a to node-1', {
      first: 9,
      type: 'Normal',
    });
    expect(ofPod(creating, [failing, scheduled])).toHaveLength(1);
  });
});

const QUOTA = 'pods "web-x" is forbidden: exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3';

describe('pods of a Deployment that may not be created', () => {
  it('are told by its condition and its newest ReplicaSet together', () => {
    const web = deployment({ failure: QUOTA, updated: 0, total: 3 });
    expect(ofWorkload(web, [replicaSet(web, { failure: QUOTA })])).toMatchObject([
      { rule: 'pods-refused', reason: 'FailedCreate', message: QUOTA, uid: 'Deployment-web' },
    ]);
  });

  it("are not this rollout's when an old ReplicaSet has the trouble", () => {
    const web = deployment({ failure: QUOTA });
    expect(ofWorkload(web, [replicaSet(web), replicaSet(web, { revision: '1', failure: QUOTA })])).toEqual([]);
  });

  it('are not read from a status that speaks of an older spec', () => {
    const web = deployment({ failure: QUOTA, generation: 3, observed: 2 });
    expect(ofWorkload(web, [replicaSet(web, { failure: QUOTA })])).toEqual([]);
  });
});

describe.each([
  ['StatefulSet', statefulSet()],
  ['DaemonSet', daemonSet()],
  ['Job', job()],
])('pods of a %s that may not be created', (_, workload) => {
  const refused = (first: number, last: number) =>
    event(workload, 'FailedCreate', `create Pod failed error: ${QUOTA}`, { first, last, count: 4 });
  const created = (first: number, last = first) =>
    event(workload, 'SuccessfulCreate', 'create Pod db-0 successful', { first, last, type: 'Normal' });

  it('are told by its Events', () => {
    expect(ofWorkload(workload, [], [refused(1, 5)])).toMatchObject([{ rule: 'pods-refused', reason: 'FailedCreate' }]);
    expect(ofWorkload(workload, [], [created(0), refused(1, 5)])).toHaveLength(1);
  });

  it.each([
    ['later', created(6)],
    ['in the same second', created(5)],
    ['by an Event that began long ago', created(-3000, 6)],
  ])('are over when one was created %s', (_name, success) => {
    expect(ofWorkload(workload, [], [refused(1, 5), success])).toEqual([]);
  });

  it('are over when the first try failed and the next, in the same second, did not', () => {
    expect(ofWorkload(workload, [], [refused(5, 5), created(5)])).toEqual([]);
  });

  it("are not another workload's", () => {
    const other = event(statefulSet({ name: 'other' }), 'FailedCreate', QUOTA);
    expect(ofWorkload(workload, [], [other])).toEqual([]);
  });
});

describe('Jobs and claims', () => {
  it('a Job has failed by its condition Failed, not by FailureTarget', () => {
    const failed = job({ failed: 'Job has reached the specified backoff limit' });
    expect(ofWorkload(failed)).toMatchObject([
      { rule: 'job-failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' },
    ]);
    const soon = { ...failed, status: { conditions: [{ type: 'FailureTarget', status: 'True' }] } };
    expect(ofWorkload(soon)).toEqual([]);
    expect(ofWorkload(job({ complete: true }))).toEqual([]);
  });

  it("a claim without a volume has its provisioner's words, while it is pending", () => {
    const words = 'storageclass.storage.k8s.io "nosuch" not found';
    const pending = claim('Pending');
    expect(ofWorkload(pending, [], [event(pending, 'ProvisioningFailed', words)])).toMatchObject([
      { rule: 'claim-not-provisioned', message: words },
    ]);
    expect(ofWorkload(pending, [], [event(pending, 'WaitForFirstConsumer', 'waiting')])).toEqual([]);
    const bound = claim('Bound');
    expect(ofWorkload(bound, [], [event(bound, 'ProvisioningFailed', words)])).toEqual([]);
  });
});

describe('pods that were broken before', () => {
  it('are remembered by uid, leaving and healthy ones not', () => {
    const web = replicaSet(deployment());
    const pods = [
      pod(web, { name: 'a', containers: [crashing(9)] }),
      pod(web, { name: 'b', containers: [running()] }),
      pod(web, { name: 'c', containers: [crashing(9)], leaving: true }),
      pod(web, { name: 'd', containers: [running({ ready: false })] }),
    ];
    expect(brokenPods(picture(0, pods))).toEqual(new Set(['Pod-a', 'Pod-d']));
  });
});

describe("a pod of the chart's own, such as a test", () => {
  const failed = (more: object = {}): KubeObject =>
    pod(undefined, { phase: 'Failed', containers: [terminated('Error', 3)], ...more });

  it('has failed when it ran to its end and one container ended badly', () => {
    const [signal, ...others] = ofWorkload(failed());
    expect(others).toEqual([]);
    expect(signal).toMatchObject({ rule: 'job-failed', container: 'app', reason: 'Error', exitCode: 3 });
    expect(signal?.message).toBe('container `app` ended with exit code 3');
  });

  it('has not when it runs, succeeded, or was evicted', () => {
    expect(ofWorkload(pod(undefined, { containers: [running()] }))).toEqual([]);
    expect(ofWorkload(failed({ phase: 'Succeeded', containers: [terminated('Completed', 0)] }))).toEqual([]);
    const evicted = failed();
    evicted.status = { ...(evicted.status as object), reason: 'Evicted' };
    expect(ofWorkload(evicted)).toEqual([]);
  });
});
