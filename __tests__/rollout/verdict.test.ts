import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import { workloadStates } from '../../src/rollout/verdict.ts';
import { type ContainerSpec, crashing, ended, pulling, running, waiting } from './container-states.ts';
import {
  at,
  claim,
  controllerRevision,
  daemonSet,
  deployment,
  event,
  job,
  object,
  pod,
  replicaSet,
  statefulSet,
} from './objects.ts';
import { baselineFrom, judgeOnce, picture, track } from './situations.ts';

const web = deployment({ updated: 1, ready: 3, total: 4 });
const set = replicaSet(web);
const newPod = (containers: ContainerSpec[], name = 'new-a') => pod(set, { name, phase: 'Pending', containers });
const scene = (...pods: KubeObject[]): KubeObject[] => [web, set, ...pods];
const OOM = { last: ended('OOMKilled', 137) };
const MISSING = waiting('CreateContainerConfigError', 'secret "db" not found');

describe('healthy', () => {
  it('is every tracked object there and done', () => {
    const objects = [deployment(), statefulSet(), daemonSet()];
    expect(judgeOnce(picture(0, objects), track(objects))).toMatchObject({ state: 'healthy', standing: [] });
  });

  it('needs each of them', () => {
    const objects = [deployment(), statefulSet({ ready: 2 })];
    const verdict = judgeOnce(picture(0, objects), track(objects));
    expect(verdict.state).toBe('progressing');
    expect(verdict.objects.map(({ missing }) => missing)).toEqual(['', '2 of 3 replicas are ready']);
    const lacking = judgeOnce(picture(0, [deployment()]), track(objects));
    expect(lacking.objects[1]).toMatchObject({ done: false, missing: 'it does not exist yet' });
    expect(lacking.state).toBe('progressing');
  });

  it('is not the old revision before Helm has written the new one', () => {
    const live = deployment({ generation: 2 });
    const baseline = baselineFrom([deployment({ generation: 3 })]);
    const waits = judgeOnce(picture(0, [live]), track([live]), { applied: false, baseline });
    expect(waits).toMatchObject({ state: 'progressing', objects: [{ done: false, missing: 'not upgraded yet' }] });
    const moved = deployment({ generation: 3 });
    expect(judgeOnce(picture(0, [moved]), track([moved]), { applied: false, baseline }).state).toBe('healthy');
    expect(judgeOnce(picture(0, [live]), track([live], { changes: false }), { applied: false, baseline }).state).toBe(
      'healthy',
    );
    expect(judgeOnce(picture(0, [live]), track([live]), { applied: true, baseline }).state).toBe('healthy');
    const recreated = deployment({ generation: 1, meta: { uid: 'another' } });
    expect(judgeOnce(picture(0, [recreated]), track([recreated]), { applied: false, baseline }).state).toBe('healthy');
  });

  it('is never read from an unobserved generation, and neither is a failure', () => {
    const unseen = deployment({ generation: 3, observed: 2 });
    const broken = pod(replicaSet(unseen), { containers: [pulling('missing')] });
    const verdict = judgeOnce(picture(0, [unseen, replicaSet(unseen), broken]), track([unseen]));
    expect(verdict).toMatchObject({ state: 'progressing', standing: [] });
  });

  it("counts hooks as Helm's to wait for, and a claim that waits for its first pod as done", () => {
    const waits = claim('Pending');
    const tracked = [...track([waits]), ...track([job()], { hook: true })];
    const idle = event(waits, 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding', {
      type: 'Normal',
    });
    expect(judgeOnce(picture(0, [waits], [idle]), tracked).state).toBe('healthy');
    expect(judgeOnce(picture(0, [waits]), tracked).state).toBe('progressing');
  });
});

describe('probably fatal', () => {
  it('needs all new pods of a Deployment', () => {
    const one = newPod([crashing(5)]);
    const other = newPod([running()], 'new-b');
    expect(judgeOnce(picture(0, scene(one, other)), track([web]))).toMatchObject({
      state: 'progressing',
      standing: [{ rule: { id: 'crash-loop' }, finalAt: Number.POSITIVE_INFINITY, pods: { showing: 1, of: 2 } }],
    });
    const both = scene(one, newPod([crashing(2)], 'new-b'));
    expect(judgeOnce(picture(0, both), track([web]))).toMatchObject({
      state: 'failed',
      cause: { pods: { showing: 2, of: 2 } },
    });
  });

  it('needs all new pods of a DaemonSet', () => {
    const agent = daemonSet({ updated: 2, available: 1 });
    const revision = controllerRevision(agent, 'h2', 2);
    const bad = pod(agent, { name: 'a', hash: 'h2', containers: [crashing(2)] });
    const good = pod(agent, { name: 'b', hash: 'h2', containers: [running()] });
    const old = pod(agent, { name: 'c', hash: 'h1', containers: [running()] });
    expect(judgeOnce(picture(0, [agent, revision, bad, good]), track([agent])).state).toBe('progressing');
    expect(judgeOnce(picture(0, [agent, revision, bad, old]), track([agent])).state).toBe('failed');
  });

  it('needs one new pod of a StatefulSet', () => {
    const db = statefulSet({ current: 's-old', updated: 2, ready: 2 });
    const bad = pod(db, { name: 'db-2', hash: 's-new', containers: [crashing(2, OOM)] });
    const good = pod(db, { name: 'db-1', hash: 's-new', containers: [running()] });
    expect(judgeOnce(picture(0, [db, bad, good]), track([db]))).toMatchObject({
      state: 'failed',
      cause: { rule: { id: 'out-of-memory' }, pods: { showing: 1, of: 2 } },
    });
  });

  it('never comes from a container that runs again, however often it died', () => {
    const settled = newPod([running({ restarts: 9, ...OOM })]);
    const db = statefulSet();
    const veteran = pod(db, { hash: 's-new', containers: [running({ restarts: 9, ...OOM })] });
    expect(judgeOnce(picture(0, [deployment(), set, settled, db, veteran]), track([deployment(), db]))).toMatchObject({
      state: 'healthy',
      standing: [],
    });
  });
});

describe('several signals', () => {
  it('are named worst first: final ones, then by the order of the rules', () => {
    const shown = newPod(
      [crashing(3), MISSING, pulling('missing', false, { name: 'logs' })].map((container, index) => {
        const name = ['app', 'config', 'logs'][index] ?? '';
        return { spec: { ...container.spec, name }, status: container.status && { ...container.status, name } };
      }),
    );
    const verdict = judgeOnce(picture(0, scene(shown)), track([web]));
    expect(verdict.standing.map(({ rule }) => rule.id)).toEqual(['image-not-found', 'config-missing', 'crash-loop']);
    expect(verdict.cause?.signal.container).toBe('logs');
  });

  it('are looked at again when the first becomes final', () => {
    const shown = newPod([MISSING]);
    const slower = claim('Pending');
    const words = event(slower, 'ProvisioningFailed', 'no provisioner');
    const verdict = judgeOnce(picture(0, [...scene(shown), slower], [words]), track([web, slower]));
    expect(verdict.standing.map(({ finalAt }) => finalAt)).toEqual([at(30), at(60)]);
    expect(verdict.recheckAt).toBe(at(30));
  });
});

describe('the rows of the workload table', () => {
  it('are workloads only, with their numbers', () => {
    const objects = [
      deployment({ ready: 2 }),
      claim('Bound'),
      object('v1', 'Service', {}, { spec: { type: 'LoadBalancer' } }),
    ];
    const rows = workloadStates(judgeOnce(picture(0, objects), track(objects)));
    expect(rows).toMatchObject([{ ref: { kind: 'Deployment', name: 'web' }, ready: 2, desired: 3, done: false }]);
    expect(rows).toHaveLength(1);
  });
});
