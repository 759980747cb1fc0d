import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { drawHelms, seeded } from './draw.ts';
import { Place, webInputs } from './release.ts';
import { type HelmName, ROOT, Step } from './step.ts';

const CHART = path.join(ROOT, '__tests__/e2e/charts/web');
const image = (tag: string): string => `registry.example.com/web:${tag}`;
const cleanups: (() => void)[] = [];
afterAll(() => {
  for (const cleanup of cleanups.reverse()) cleanup();
});

const { seed, random } = seeded();
process.stderr.write(`Helms of the deploy options drawn with HELM_ROLLOUT_SEED=${seed}\n`);

function sceneWith(helm: HelmName) {
  const place = (name: string): Place => {
    const made = new Place(name, helm);
    cleanups.push(() => made.remove());
    return made;
  };
  const deploy = (where: Place, set: string[], inputs: Record<string, string> = {}): Step => {
    const made = new Step({ helm, inputs: webInputs(where, set, inputs) });
    cleanups.push(() => made.remove());
    return made;
  };
  return { place, deploy };
}

describe('deploy', () => {
  it.each(
    drawHelms(random),
  )('does not run Helm when nothing changes: not after drift, not for hooks, and not with force, with %s', async (helm) => {
    const { place, deploy } = sceneWith(helm);
    const where = place('same');
    const first = ['image.tag=1.0.0', 'replicas=1'];
    await deploy(where, first).mainAs('deployed');
    const same = await deploy(where, first).mainAs('unchanged');
    expect({ code: same.code, revision: same.outputs.revision, changed: same.outputs.changed }).toEqual({
      code: 0,
      revision: '1',
      changed: 'false',
    });
    expect(same.summary).toContain('unchanged ✅');
    expect(same.report?.workloads).toEqual([expect.objectContaining({ ready: 1, desired: 1, done: true })]);
    expect(where.history()).toHaveLength(1);

    // What a person changed is put right by the same deploy.
    where.k('set', 'image', 'deployment/web', `web=${image('1.7.0')}`);
    where.k('rollout', 'status', 'deployment/web', '--timeout=60s');
    await deploy(where, first, { 'helm-args': '' }).mainAs('deployed');
    expect(where.liveImage()).toBe(image('1.0.0'));
    where.k('delete', 'service', 'web');
    await deploy(where, first).mainAs('deployed');
    await deploy(where, first, { force: 'true' }).mainAs('deployed');
    expect(where.history()).toHaveLength(4);

    // A chart with upgrade hooks runs, and without them it need not.
    const hooked = [...first, 'hook=1.0.0'];
    await deploy(where, hooked).mainAs('deployed');
    await deploy(where, hooked).mainAs('deployed');
    await deploy(where, hooked, { 'helm-args': '--no-hooks' }).mainAs('unchanged');
    expect(where.history()).toHaveLength(6);
  });

  it.each(
    drawHelms(random),
  )('after a failed deploy: the bad input is red again, the good one is unchanged, with %s', async (helm) => {
    const { place, deploy } = sceneWith(helm);
    const where = place('again');
    const set = (tag: string): string[] => [`image.tag=${tag}`, 'replicas=1'];
    await deploy(where, set('1.0.0')).mainAs('deployed');
    await deploy(where, set('missing')).mainAs('rolled-back');
    expect((await deploy(where, set('missing')).mainAs('rolled-back')).code).toBe(1);
    expect((await deploy(where, set('1.0.0')).mainAs('unchanged')).code).toBe(0);
    // A bad revision that Helm calls deployed is no reason to do nothing.
    await deploy(where, set('missing'), { atomic: 'false' }).mainAs('failed');
    await deploy(where, set('1.0.0')).mainAs('deployed');
    expect(where.liveImage()).toBe(image('1.0.0'));
  });

  it.each(
    drawHelms(random),
  )('test: a failing test is a failed deploy with the log of its pod, a good one is none, with %s', async (helm) => {
    const { place, deploy } = sceneWith(helm);
    const where = place('tested');
    const set = (tag: string, test: string): string[] => [`image.tag=${tag}`, 'replicas=1', `test=${test}`];
    const good = await deploy(where, set('1.0.0', '1.0.0'), { test: 'true' }).mainAs('deployed');
    expect(good.log).toContain('helm test web: Pod/web-test');
    const bad = await deploy(where, set('1.1.0', 'crash'), { test: 'true' }).mainAs('rolled-back');
    expect(bad.code).toBe(1);
    expect(bad.outputs.reason).toMatch(
      /^helm test failed: Pod\/web-test failed .*container `smoke` ended with exit code 1/,
    );
    expect(bad.report?.evidence).toMatchObject({ container: 'smoke', object: { kind: 'Pod', name: 'web-test' } });
    expect(bad.report?.evidence?.log?.length).toBeGreaterThan(0);
    expect(bad.report?.rollback).toMatchObject({ to: 1, verified: true });
    expect(where.liveImage()).toBe(image('1.0.0'));
    // Without the input the test is not run, and so what it would find is not known.
    await deploy(where, set('1.1.0', 'crash')).mainAs('deployed');
    const none = await deploy(where, ['image.tag=1.2.0', 'replicas=1'], { test: 'true' }).mainAs('deployed');
    expect(none.log).toContain('The chart has no test');
  });

  it.each(
    drawHelms(random),
  )('history-max and helm-args reach Helm; what is pruned is replaced by a revision that says the same, with %s', async (helm) => {
    const { place, deploy } = sceneWith(helm);
    const where = place('pruned');
    const set = (tag: string): string[] => [`image.tag=${tag}`, 'replicas=1'];
    await deploy(where, set('1.0.0')).mainAs('deployed');
    // The same manifest once more, on a record that counts as failed; then a bad one that Helm calls deployed.
    const values = ['--reuse-values', '--set', 'image.tag=1.0.0'];
    expect(() => where.h('upgrade', 'web', CHART, ...values, '--set', 'hook=crash', '--timeout', '15s')).toThrow();
    where.h('upgrade', 'web', CHART, '--reuse-values', '--set', 'image.tag=crash,hook=');
    const run = await deploy(where, ['image.tag=missing'], {
      'history-max': '3',
      'helm-args': '--reuse-values\n--skip-schema-validation',
    }).main();
    expect(run.log).toContain('Revision 1 was pruned from the history; revision 2 says the same');
    expect(run.outputs.status).toBe('rolled-back');
    expect(run.report?.rollback).toMatchObject({ to: 2, verified: true });
    expect(where.history().map(({ revision }) => revision)).toEqual([2, 3, 4, 5]);
    expect(where.liveImage()).toBe(image('1.0.0'));
    // replicas came from the last release's values, and a diff takes them over just so.
    expect(where.ready()).toBe('1/1/1');
    const diff = { command: 'diff', 'helm-args': '--reuse-values' };
    await deploy(where, ['image.tag=1.0.0'], diff).mainAs('clean');
    await deploy(where, [], { command: 'diff' }).mainAs('clean');
    await deploy(where, [], { command: 'diff', 'helm-args': '--reset-values' }).mainAs('changed');
  });

  it.each(
    drawHelms(random),
  )('wait-for-jobs waits for a Job of the chart that takes its time, with %s', async (helm) => {
    const { place, deploy } = sceneWith(helm);
    const where = place('jobs');
    const run = await deploy(where, ['image.tag=1.0.0', 'replicas=1', 'job=slow-4'], {
      'wait-for-jobs': 'true',
    }).main();
    expect(run.outputs.status).toBe('deployed');
    expect(where.k('get', 'job', 'web-import', '--output', 'jsonpath={.status.succeeded}')).toBe('1');
    const failed = await deploy(where, ['image.tag=1.1.0', 'replicas=1'], { 'wait-for-jobs': 'true' }).main();
    expect(failed.outputs.status).toBe('deployed');
  });
});
