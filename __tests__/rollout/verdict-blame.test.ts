import { describe, expect, it } from '@jest/globals';
import { type KubeObject, keyOf, refOf } from '../../src/kubernetes/object.ts';
import { type ContainerSpec, crashing, pulling, waiting } from './container-states.ts';
import { deployment, job, pod, replicaSet, statefulSet } from './objects.ts';
import { baselineFrom, film, judgeOnce, picture, track } from './situations.ts';

const web = deployment({ updated: 1, ready: 3, total: 4 });
const set = replicaSet(web);
const newPod = (containers: ContainerSpec[], name = 'new-a') => pod(set, { name, phase: 'Pending', containers });
const scene = (...pods: KubeObject[]): KubeObject[] => [web, set, ...pods];
const MISSING = waiting('CreateContainerConfigError', 'secret "db" not found');

describe('who is not blamed', () => {
  const fatal = [pulling('missing')];

  it.each([
    ['a pod of the old revision', pod(replicaSet(web, { revision: '1' }), { name: 'old', containers: fatal })],
    ['a pod that is leaving', pod(set, { name: 'leaving', leaving: true, containers: fatal })],
    ['a bare pod with the same labels', pod(undefined, { name: 'bare', containers: fatal })],
    [
      'a pod of another release',
      pod(statefulSet({ name: 'other' }), { name: 'other-0', hash: 's-new', containers: fatal }),
    ],
  ])('%s', (_, innocent) => {
    const objects = [...scene(innocent), replicaSet(web, { revision: '1' }), statefulSet({ name: 'other' })];
    expect(judgeOnce(picture(0, objects), track([web]))).toMatchObject({ state: 'progressing', standing: [] });
  });

  it('an old pod of a StatefulSet', () => {
    const db = statefulSet({ current: 's-old', updated: 1, ready: 2 });
    const old = pod(db, { hash: 's-old', containers: [crashing(40)] });
    expect(judgeOnce(picture(0, [db, old]), track([db]))).toMatchObject({ state: 'progressing', standing: [] });
  });

  it('the old pods before Helm has written the workload', () => {
    const live = deployment({ generation: 2, ready: 0 });
    const sick = pod(replicaSet(live), { containers: fatal });
    const situation = { applied: false, baseline: baselineFrom([deployment({ generation: 3 })]) };
    expect(judgeOnce(picture(0, [live, replicaSet(live), sick]), track([live]), situation)).toMatchObject({
      state: 'progressing',
      standing: [],
    });
  });
});

describe('what was broken before', () => {
  const sick = newPod([pulling('missing')]);

  it('fails all the same, and is said', () => {
    const pods = { baseline: baselineFrom([web], { brokenPods: new Set([sick.metadata.uid ?? '']) }) };
    expect(judgeOnce(picture(0, scene(sick)), track([web]), pods).cause?.alreadyBroken).toBe(true);
    const workloads = { baseline: baselineFrom([web], { brokenWorkloads: new Set([keyOf(refOf(web))]) }) };
    expect(judgeOnce(picture(0, scene(sick)), track([web]), workloads).cause?.alreadyBroken).toBe(true);
    expect(
      judgeOnce(picture(0, scene(sick)), track([web]), { baseline: baselineFrom([web]) }).cause?.alreadyBroken,
    ).toBe(false);
  });
});

describe('hooks', () => {
  const migrate = job();
  const hook = track([migrate], { hook: true });
  const withPod = (container: ContainerSpec) => [migrate, pod(migrate, { containers: [container] })];

  it.each([
    ['a missing image', pulling('missing'), [0], 'failed'],
    ['a denied image for 20 s', pulling('denied'), [0, 20], 'failed'],
    ['a crash loop', crashing(9), [0, 600], 'progressing'],
    ['a missing secret', MISSING, [0, 600], 'progressing'],
  ] as const)('with %s: %s', (_, container, seconds, state) => {
    const verdicts = film(
      seconds.map((second) => picture(second, withPod(container))),
      hook,
    );
    expect(verdicts.at(-1)?.state).toBe(state);
  });

  it.each([
    ['at work', [migrate], 'progressing', 'the hook is still at work'],
    ['complete', [job({ complete: true })], 'healthy', ''],
    ['deleted by their policy or not begun', [], 'healthy', ''],
  ])('that are %s', (_, objects, state, missing) => {
    expect(judgeOnce(picture(0, objects), hook)).toMatchObject({ state, objects: [{ hook: true, missing }] });
  });

  it('of the last run are not waited for', () => {
    expect(judgeOnce(picture(0, [migrate]), hook, { baseline: baselineFrom([migrate]) }).state).toBe('healthy');
  });

  it("fail with their Job, but not with the last run's Job of the same name", () => {
    const failed = job({ failed: 'Job has reached the specified backoff limit' });
    expect(judgeOnce(picture(0, [failed]), hook)).toMatchObject({
      state: 'failed',
      cause: { rule: { id: 'job-failed' } },
    });
    expect(judgeOnce(picture(0, [failed]), hook, { baseline: baselineFrom([failed]) }).state).toBe('healthy');
    const again = job({ uid: 'this-run', failed: 'Job has reached the specified backoff limit' });
    expect(judgeOnce(picture(0, [again]), hook, { baseline: baselineFrom([failed]) }).state).toBe('failed');
  });

  it('and no other Jobs fail the rollout, unless they are waited for', () => {
    const failed = job({ failed: 'Job has reached the specified backoff limit' });
    expect(judgeOnce(picture(0, [failed]), track([failed])).state).toBe('healthy');
    expect(judgeOnce(picture(0, [failed]), track([failed]), { waitForJobs: true }).state).toBe('failed');
  });
});
