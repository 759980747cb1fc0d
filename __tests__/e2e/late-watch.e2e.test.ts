import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { drawHelms, seeded } from './draw.ts';
import { helmOf, processesOf, until } from './processes.ts';
import { Place, webInputs } from './release.ts';
import { type HelmName, ROOT, type Running, Step } from './step.ts';

const CHART = path.join(ROOT, '__tests__/e2e/charts/web');
const image = (tag: string): string => `registry.example.com/web:${tag}`;
const cleanups: (() => void)[] = [];
afterAll(() => {
  for (const cleanup of cleanups.reverse()) cleanup();
});

const { seed, random } = seeded();
process.stderr.write(`a watch that lags behind: HELM_ROLLOUT_SEED=${seed}\n`);

/** The watch stands still from before Helm's first write until a while after its end. */
async function holdTheWatch(step: Step, running: Running, where: Place, tag: string): Promise<void> {
  const writes = (): boolean => helmOf(step)?.args.includes('--dry-run=server') === false;
  await until('helm is at work', 60_000, writes);
  const proxies = processesOf(step).filter(({ args }) => args[0]?.endsWith('/kubectl') && args.includes('proxy'));
  expect(proxies).toHaveLength(1);
  for (const { pid } of proxies) process.kill(pid, 'SIGSTOP');
  try {
    await until('the new image is written', 60_000, () => where.liveImage() === image(tag));
    await until('helm has ended', 60_000, () => helmOf(step) === undefined);
    await sleep(1_500);
    expect(running.child.exitCode).toBeNull();
  } finally {
    for (const { pid } of proxies) process.kill(pid, 'SIGCONT');
  }
}

describe('what a watch that lags behind still shows', () => {
  const place = (name: string, helm: HelmName): Place => {
    const made = new Place(name, helm);
    cleanups.push(() => made.remove());
    return made;
  };
  const step = ({ helm }: Place, inputs: Record<string, string>): Step => {
    const made = new Step({ helm, inputs });
    cleanups.push(() => made.remove());
    return made;
  };

  it.each(drawHelms(random))('does not verify a rollback, with %s', async (helm) => {
    const where = place('late-back', helm);
    const deploy = (tag: string): Step => step(where, webInputs(where, [`image.tag=${tag}`], { comment: 'never' }));
    await deploy('1.0.0').mainAs('deployed');
    where.h('upgrade', 'web', CHART, '--set', 'image.tag=missing');
    await deploy('1.2.0').mainAs('deployed');
    const common = { release: 'web', namespace: where.namespace, timeout: '60s', comment: 'never' };
    const back = step(where, { command: 'rollback', revision: '2', ...common });
    const running = back.startMain();
    await holdTheWatch(back, running, where, 'missing');
    const run = await running.ended;
    expect({ code: run.code, status: run.outputs.status }).toEqual({ code: 1, status: 'rollback-failed' });
    expect(run.report?.rollback).toMatchObject({ to: 3, verified: true });
    expect(where.liveImage()).toBe(image('1.2.0'));
  });

  it('does not make a deploy healthy that Helm 3 accepts', async () => {
    // Of one replica that may be unavailable Helm 3 asks for none; Helm 4 does not accept it.
    const where = place('late-deploy', 'helm3');
    const set = (tag: string): string[] => [`image.tag=${tag}`, 'replicas=1', 'maxUnavailable=1'];
    const deploy = (tag: string): Step => step(where, webInputs(where, set(tag), { comment: 'never' }));
    await deploy('1.0.0').mainAs('deployed');
    const bad = deploy('crash');
    const running = bad.startMain();
    await holdTheWatch(bad, running, where, 'crash');
    const run = await running.ended;
    expect({ code: run.code, status: run.outputs.status }).toEqual({ code: 1, status: 'rolled-back' });
    expect(run.report?.cause?.rule).toBe('crash-loop');
    expect(where.liveImage()).toBe(image('1.0.0'));
  });
});
