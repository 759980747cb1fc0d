import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Bed, down, startPart, stopPart, up } from '../../testbed/bed.ts';
import { type GitHubStandIn, startGitHub } from '../../testbed/github/server.ts';
import { drawHelms, seeded } from './draw.ts';
import { helmOf, killAll, processesOf, until } from './processes.ts';
import { Place, webInputs } from './release.ts';
import { Step } from './step.ts';

const GOOD = 'registry.example.com/web:1.0.0';
/** A bed of its own: its API server is killed. */
const NAME = `outage-${process.pid}`;
const quiet = (): void => {};
const cleanups: (() => void | Promise<void>)[] = [];
let bed: Bed;
let github: GitHubStandIn;

beforeAll(async () => {
  bed = await up(NAME, quiet);
  github = await startGitHub();
  github.seedToken({ token: 'ghs_job', repository: 'acme/shop', permissions: { contents: 'read', actions: 'read' } });
  github.seedRun({ owner: 'acme', repo: 'shop', id: 2, status: 'completed', conclusion: 'failure' });
});
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
  await github.close();
  await down(NAME);
});

const { seed, random } = seeded();
process.stderr.write(`trouble with the API server: HELM_ROLLOUT_SEED=${seed}\n`);

describe.each(drawHelms(random))('trouble with the API server, with %s', (helm) => {
  function step(place: Place, tag: string, inputs: Record<string, string> = {}, runId = '2'): Step {
    const all = webInputs(place, [`image.tag=${tag}`], { 'github-token': 'ghs_job', comment: 'never', ...inputs });
    const env = { KUBECONFIG: bed.kubeconfig, GITHUB_RUN_ID: runId };
    const made = new Step({ helm, inputs: all, env, githubApiUrl: github.url });
    cleanups.push(() => made.remove());
    return made;
  }

  async function released(name: string): Promise<Place> {
    const place = new Place(name, helm, bed.kubeconfig);
    await step(place, '1.0.0', {}, '1').mainAs('deployed');
    return place;
  }

  it('the proxy is killed: the watch goes on with a new one', async () => {
    const place = await released('proxy');
    const run = step(place, 'slow-4');
    const main = run.startMain();
    await until('helm is at work', 60_000, () => helmOf(run) !== undefined && place.liveImage() !== GOOD);
    killAll(processesOf(run).filter(({ args }) => args[0]?.endsWith('/bin/kubectl') && args[1] === 'proxy'));
    const ended = await main.ended;
    expect({ code: ended.code, status: ended.outputs.status }).toEqual({ code: 0, status: 'deployed' });
  });

  it('killed and restarted during the wait: no false verdict', async () => {
    const place = await released('restart');
    const run = step(place, 'slow-5');
    const main = run.startMain();
    await until('the new image is applied', 60_000, () => place.liveImage() !== GOOD);
    await stopPart(NAME, 'kube-apiserver');
    await sleep(3_000);
    await startPart(NAME, 'kube-apiserver');
    const ended = await main.ended;
    if (ended.outputs.status !== 'deployed') throw new Error(ended.log);
    expect(place.liveImage()).toBe('registry.example.com/web:slow-5');
    expect(place.history().at(-1)?.status).toBe('deployed');
  });

  it('gone to the end: unknown, nothing rolled back by us, and the next run settles', async () => {
    const place = await released('gone');
    const run = step(place, 'unready', { timeout: '8s' });
    const main = run.startMain();
    await until('the new image is applied', 60_000, () => place.liveImage() !== GOOD);
    await stopPart(NAME, 'kube-apiserver');
    const ended = await main.ended;
    await startPart(NAME, 'kube-apiserver');
    expect({ code: ended.code, status: ended.outputs.status }).toEqual({ code: 1, status: 'unknown' });
    expect(ended.log).toContain('re-run this job');
    const next = await step(place, '1.2.0', {}, '3').main();
    if (next.outputs.status !== 'deployed') throw new Error(next.log);
    expect(place.liveImage()).toBe('registry.example.com/web:1.2.0');
  });

  it('a controller that is away is not read as ready', async () => {
    const place = await released('backlog');
    await stopPart(NAME, 'kube-controller-manager');
    const run = await step(place, '1.3.0', { timeout: '5s' }).main();
    await startPart(NAME, 'kube-controller-manager');
    expect(run.code).toBe(1);
    expect(['rollback-failed', 'unknown']).toContain(run.outputs.status);
    expect(run.outputs.reason).toContain('its controller has not seen the new spec yet');
  });
});
