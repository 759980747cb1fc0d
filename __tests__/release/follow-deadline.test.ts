import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import { crashing, pulling } from '../rollout/container-states.ts';
import { at, job } from '../rollout/objects.ts';
import { track } from '../rollout/situations.ts';
import { DONE, GAVE_UP, HOOK, MISSING_SECRET, ready, sick, tracked, WELL, web } from './rollouts.ts';
import { play, type Script } from './stage.ts';

describe('the deadline', () => {
  const pace = async (script: Script, deadline = 600) => {
    const { outcome } = await play(tracked, script, { deadline: at(deadline) });
    return outcome.kind === 'timed-out' ? outcome.pace : outcome.kind;
  };

  it('finds a rollout slow that moved in the last minute, else stuck', async () => {
    expect(await pace({ 0: ready(0), 541: ready(1) })).toBe('slow');
    expect(await pace({ 0: ready(0), 540: ready(1) })).toBe('stuck');
    expect(await pace({ 0: ready(0) })).toBe('stuck');
    expect(await pace({ 0: ready(1) }, 20)).toBe('stuck');
  });

  it('takes no step back, and none made good, for progress', async () => {
    expect(await pace({ 0: ready(2), 590: ready(1) })).toBe('stuck');
    expect(await pace({ 0: ready(2), 100: ready(1), 590: ready(2) })).toBe('stuck');
  });

  it('asks for progress in the last third of a short time-out', async () => {
    expect(await pace({ 0: ready(0), 21: ready(1) }, 30)).toBe('slow');
    expect(await pace({ 0: ready(0), 20: ready(1) }, 30)).toBe('stuck');
  });

  it('names what stands at the end', async () => {
    const { outcome } = await play(tracked, { 0: ready(0), 300: sick(crashing(1)), 310: sick(pulling('tooMany')) });
    const cause = { rule: { id: 'image-pull-transient' } };
    expect(outcome).toMatchObject({ kind: 'timed-out', pace: 'stuck', cause });
  });

  it('decides alone without fail-fast, and then with the cause', async () => {
    const early: Script = { 0: ready(0), 4: sick(pulling('missing')) };
    const { outcome, second } = await play(tracked, early, { failFast: false });
    expect([outcome.kind, second]).toEqual(['failed', 600]);
    const healed = await play(tracked, { ...early, 60: [DONE, WELL] }, { failFast: false });
    expect([healed.outcome.kind, healed.second]).toEqual(['healthy', 60]);
  });
});

describe('a hook', () => {
  const migrate = job();
  const hooks = [...tracked, ...track([migrate], { hook: true })];
  const begins = { objects: [web, migrate] };
  const failed: KubeObject[] = [web, job({ failed: 'Job has reached the specified backoff limit' })];

  it('that Helm says failed gets 1.5 s to show why', async () => {
    const { outcome, second } = await play(hooks, { 0: begins, 5: HOOK, 6: { objects: failed } });
    expect(outcome).toMatchObject({
      kind: 'failed',
      cause: { rule: { id: 'job-failed' }, workload: { name: 'migrate' } },
    });
    expect(second).toBe(6);
  });

  it("is Helm's word alone after that", async () => {
    const { outcome, second } = await play(hooks, { 0: begins, 5: HOOK, 7: { objects: failed } });
    expect([outcome.kind, second]).toEqual(['helm-failed', 6.5]);
  });

  it('at work keeps all else from being healthy', async () => {
    const { outcome, second } = await play(hooks, { 0: begins });
    expect([outcome.kind, second]).toEqual(['timed-out', 600]);
  });
});

describe('while it goes on', () => {
  it('sleeps until something changes, a rule becomes final or the deadline comes', async () => {
    expect((await play(tracked, { 0: ready(0), 4: sick(MISSING_SECRET) })).looks).toBe(2);
    expect((await play(tracked, { 0: ready(0), 10: GAVE_UP })).looks).toBeLessThan(5);
  });

  it('tells of progress only when there is some', async () => {
    const { progress } = await play(tracked, { 0: ready(0), 1: ready(0), 2: ready(1), 3: ready(1), 4: DONE, 5: WELL });
    expect(progress).toBe(3);
  });

  it('keeps when each object was done for good', async () => {
    const { outcome } = await play(tracked, { 0: ready(0), 2: DONE, 5: ready(2), 8: DONE, 9: WELL });
    expect([...outcome.milestones.doneAt]).toEqual([['apps/Deployment/pearl/web', at(8)]]);
  });
});
