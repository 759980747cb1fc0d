import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type GitHubStandIn, startGitHub } from '../../testbed/github/server.ts';
import { helmOf, killAll, processesOf, until } from './processes.ts';
import { Place, webInputs } from './release.ts';
import { HELMS, ROOT, Step } from './step.ts';

const GOOD = 'registry.example.com/web:1.0.0';
const SHA = 'c0ffee0123456789c0ffee0123456789c0ffee01';
const cleanups: (() => void | Promise<void>)[] = [];
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

describe.each(HELMS)('a run that does not get to its end, with %s', (helm) => {
  interface Scene {
    place: Place;
    github: GitHubStandIn;
    step: (tag: string, runId: string, inputs?: Record<string, string>) => Step;
  }

  /** A healthy release and a job that may read runs and comment. */
  async function scene(name: string): Promise<Scene> {
    const place = new Place(name, helm);
    const github = await startGitHub();
    cleanups.push(
      () => github.close(),
      () => place.remove(),
    );
    const permissions = { contents: 'read', 'pull-requests': 'write', actions: 'read' } as const;
    github.seedToken({ token: 'ghs_job', repository: 'acme/shop', permissions });
    github.seedPull({ owner: 'acme', repo: 'shop', number: 7, merged: true, mergeCommitSha: SHA });
    const step = (tag: string, runId: string, inputs: Record<string, string> = {}): Step => {
      const made = new Step({
        helm,
        inputs: webInputs(place, [`image.tag=${tag}`], { 'github-token': 'ghs_job', ...inputs }),
        env: { GITHUB_RUN_ID: runId },
        githubApiUrl: github.url,
      });
      cleanups.push(() => made.remove());
      return made;
    };
    await step('1.0.0', '1').mainAs('deployed');
    return { place, github, step };
  }

  function expectGood(place: Place): void {
    expect(place.liveImage()).toBe(GOOD);
    expect(place.ready()).toBe('3/3/3');
    expect(place.history().at(-1)?.status).toBe('deployed');
  }

  it('kill -9 of the action: nothing outlives it, and post settles the release', async () => {
    const { place, github, step } = await scene('kill');
    const run = step('unready', '2');
    const main = run.startMain();
    await until('helm is at work', 60_000, () => helmOf(run) !== undefined && place.liveImage() !== GOOD);
    const comment = (): string => github.comments('acme', 'shop', 7)[0]?.body ?? '';
    await until('the comment says deploying', 60_000, () => comment().includes('deploying ⏳ revision 2'));
    main.child.kill('SIGKILL');
    await until('helm, kubectl and their guards are gone', 20_000, () => processesOf(run).length === 0);
    expect(comment()).toContain('deploying ⏳ revision 2');

    const after = await run.post();
    expect(after.log).toContain('The run ended in the middle of an upgrade');
    expect(after.outputs.status).toBe('rolled-back');
    expectGood(place);
    expect(comment()).toContain('rolled back to revision 1, verified');
    expect(github.violations).toEqual([]);
  });

  it('a cancel: helm is asked once, main ends at once, post settles', async () => {
    const { place, step } = await scene('cancel');
    const run = step('unready', '2');
    const main = run.startMain();
    await until('helm is at work', 60_000, () => helmOf(run) !== undefined && place.liveImage() !== GOOD);
    main.child.kill('SIGINT');
    const ended = await main.ended;
    expect({ code: ended.code, status: ended.outputs.status }).toEqual({ code: 1, status: 'unknown' });
    expect(processesOf(run)).toEqual([]);
    const after = await run.post();
    expect(after.outputs.status).toBe('rolled-back');
    expectGood(place);
  });

  it('the whole runner lost: the next run sees that its holder has ended, settles, and deploys', async () => {
    const { place, github, step } = await scene('lost');
    github.seedRun({ owner: 'acme', repo: 'shop', id: 2, status: 'in_progress' });
    const run = step('unready', '2');
    const main = run.startMain();
    await until('helm is at work', 60_000, () => helmOf(run) !== undefined && place.liveImage() !== GOOD);
    killAll([{ pid: main.child.pid ?? 0, args: [] }, ...processesOf(run)]);
    await main.ended;
    expect(place.history().at(-1)?.status).toBe('pending-upgrade');

    const refused = await step('1.2.0', '3').main();
    expect({ code: refused.code, status: refused.outputs.status }).toEqual({ code: 1, status: 'refused' });
    expect(refused.outputs.reason).toContain('run 2 (attempt 1) is at work on it');
    expect(place.history().at(-1)?.status).toBe('pending-upgrade');

    github.seedRun({ owner: 'acme', repo: 'shop', id: 2, status: 'completed', conclusion: 'cancelled' });
    const next = await step('1.2.0', '4').mainAs('deployed');
    expect(next.log).toContain('The release is stuck in pending-upgrade');
    expect(next.log).toContain('Settled: rolled back to revision 1, verified');
    expect(place.liveImage()).toBe('registry.example.com/web:1.2.0');
  });

  it('the whole runner lost, with a hot-fix running: the next run puts the hot-fix back, not the older image', async () => {
    const { place, github, step } = await scene('lostfix');
    place.k('set', 'image', 'deployment/web', 'web=registry.example.com/web:1.0.7');
    place.k('rollout', 'status', 'deployment/web', '--timeout=60s');
    github.seedRun({ owner: 'acme', repo: 'shop', id: 2, status: 'in_progress' });
    const run = step('unready', '2');
    const main = run.startMain();
    await until('helm is at work', 60_000, () => place.liveImage().endsWith(':unready'));
    killAll([{ pid: main.child.pid ?? 0, args: [] }, ...processesOf(run)]);
    await main.ended;
    github.seedRun({ owner: 'acme', repo: 'shop', id: 2, status: 'completed', conclusion: 'failure' });
    // It fails as well: what it goes back to is what really ran.
    const next = await step('missing', '3').mainAs('rolled-back');
    expect(next.log).toContain('Putting the hot-fixed images of Deployment/web back: registry.example.com/web:1.0.7');
    expect(place.liveImage()).toBe('registry.example.com/web:1.0.7');
    expect(place.ready()).toBe('3/3/3');
  });

  it('a pending release of somebody who is no run of ours is left alone, with the command to run', async () => {
    const { place, step } = await scene('foreign');
    const args = [
      'upgrade',
      'web',
      path.join(ROOT, '__tests__/e2e/charts/web'),
      '--set',
      'image.tag=unready',
      '--wait',
    ];
    const person = place.start(...args);
    await until('their upgrade is under way', 60_000, () => place.history().at(-1)?.status === 'pending-upgrade');
    person.kill('SIGKILL');
    const run = await step('1.2.0', '3').main();
    expect({ code: run.code, status: run.outputs.status }).toEqual({ code: 1, status: 'refused' });
    expect(run.outputs.reason).toContain('somebody who is not a run of this action holds it as pending-upgrade');
    expect(run.log).toContain(`helm rollback web 1 --namespace ${place.namespace} --wait`);
    expect(place.history().at(-1)?.status).toBe('pending-upgrade');
  });

  it('kill -9 of helm alone is a failed upgrade, rolled back', async () => {
    const { place, step } = await scene('helmkill');
    const run = step('unready', '2');
    const main = run.startMain();
    await until('helm is at work', 60_000, () => helmOf(run) !== undefined && place.liveImage() !== GOOD);
    const found = helmOf(run);
    killAll(found ? [found] : []);
    const ended = await main.ended;
    expect(ended.outputs.status).toBe('rolled-back');
    expect(ended.outputs.reason).toContain('helm was killed');
    expectGood(place);
  });

  it('two runs at once: one wins, the other is refused and says who holds the release', async () => {
    const { place, github, step } = await scene('race');
    for (const id of [2, 3]) github.seedRun({ owner: 'acme', repo: 'shop', id, status: 'in_progress' });
    const first = step('slow-3', '2').startMain();
    await until('the first run holds the release', 60_000, () => place.history().at(-1)?.status === 'pending-upgrade');
    const second = await step('1.2.0', '3').main();
    expect({ code: second.code, status: second.outputs.status }).toEqual({ code: 1, status: 'refused' });
    expect(second.outputs.reason).toContain('run 2');
    const won = await first.ended;
    expect(won.outputs.status).toBe('deployed');
    expect(place.liveImage()).toBe('registry.example.com/web:slow-3');
  });
});
