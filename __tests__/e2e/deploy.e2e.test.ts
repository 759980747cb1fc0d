import { afterAll, describe, expect, it } from '@jest/globals';
import { type GitHubStandIn, startGitHub } from '../../testbed/github/server.ts';
import { Place, webInputs } from './release.ts';
import { HELMS, Step } from './step.ts';

const cleanups: (() => void | Promise<void>)[] = [];
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

async function standIn(): Promise<GitHubStandIn> {
  const github = await startGitHub();
  cleanups.push(() => github.close());
  return github;
}

describe.each(HELMS)('deploy with %s', (helm) => {
  const place = (name: string): Place => {
    const made = new Place(name, helm);
    cleanups.push(() => made.remove());
    return made;
  };
  const deploy = (where: Place, tag: string, inputs: Record<string, string> = {}, more: object = {}): Step => {
    const step = new Step({ helm, inputs: webInputs(where, [`image.tag=${tag}`], inputs), ...more });
    cleanups.push(() => step.remove());
    return step;
  };

  it('installs, upgrades, and brings a missing image back to the last healthy revision', async () => {
    const where = place('story');
    const first = await deploy(where, '1.0.0').mainAs('deployed');
    expect({ code: first.code, status: first.outputs.status }).toEqual({ code: 0, status: 'deployed' });
    expect(first.outputs.revision).toBe('1');

    const second = await deploy(where, '1.1.0').main();
    expect(second.outputs).toMatchObject({ status: 'deployed', revision: '2', 'previous-revision': '1' });
    expect(second.report?.images).toEqual([
      expect.objectContaining({ from: expect.stringMatching(/:1\.0\.0$/), to: expect.stringMatching(/:1\.1\.0$/) }),
    ]);

    const bad = await deploy(where, 'missing').main();
    expect({ code: bad.code, status: bad.outputs.status }).toEqual({ code: 1, status: 'rolled-back' });
    expect(bad.report?.cause?.rule).toBe('image-not-found');
    expect(bad.report?.rollback).toMatchObject({ to: 2, proof: 'observed', verified: true, problems: [] });
    expect(bad.summary).toContain('rolled back to revision 2, verified');

    expect(where.liveImage()).toBe('registry.example.com/web:1.1.0');
    expect(where.ready()).toBe('3/3/3');
    expect(where.history().at(-1)).toMatchObject({ revision: 4, status: 'deployed', description: 'Rollback to 2' });
  });

  it('uninstalls a first install that fails, with its evidence kept', async () => {
    const where = place('first');
    const run = await deploy(where, 'missing').main();
    expect({ code: run.code, status: run.outputs.status }).toEqual({ code: 1, status: 'uninstalled' });
    expect(run.report?.evidence?.events.map((event) => event.reason)).toContain('Failed');
    expect(where.k('get', 'secrets', '--selector', 'owner=helm', '--output', 'name')).toBe('');
  });

  it.each([
    'StatefulSet',
    'DaemonSet',
  ])('says of a %s that is only replaced by hand how many pods are old', async (kind) => {
    const where = place('ondelete');
    const set = ['replicas=2', `kind=${kind}`, 'updateStrategy.type=OnDelete'];
    const run = (tag: string): Step => deploy(where, tag, { set: [...set, `image.tag=${tag}`].join('\n') });
    expect((await run('1.0.0').mainAs('deployed')).report?.warnings).toEqual([]);
    const old = /^`(StatefulSet|DaemonSet)\/web`: (\d+) of \2 pods still run an older revision/;
    const second = await run('1.1.0').mainAs('deployed');
    // Helm 4 would wait for pods that nobody replaces until the time-out of 90 s.
    expect(second.report?.tookMs).toBeLessThan(45_000);
    expect(second.report?.warnings).toEqual([expect.stringMatching(old)]);
    expect(second.summary).toContain('pods still run an older revision');
    expect((await run('1.1.0').mainAs('unchanged')).report?.warnings).toEqual([expect.stringMatching(old)]);
  });

  it('leaves a failed upgrade for inspection with atomic: false', async () => {
    const where = place('loose');
    await deploy(where, '1.0.0').mainAs('deployed');
    const run = await deploy(where, 'missing', { atomic: 'false' }).main();
    expect({ code: run.code, status: run.outputs.status }).toEqual({ code: 1, status: 'failed' });
    expect(where.liveImage()).toBe('registry.example.com/web:missing');
    expect(where.history().at(-1)).toMatchObject({ revision: 2, status: 'failed' });
  });

  it('brings a hot-fixed image back that the release does not know', async () => {
    const where = place('hotfix');
    await deploy(where, '1.0.0').mainAs('deployed');
    where.k('set', 'image', 'deployment/web', 'web=registry.example.com/web:1.7.0');
    where.k('rollout', 'status', 'deployment/web', '--timeout=60s');
    const run = await deploy(where, 'missing').main();
    expect(run.outputs.status).toBe('rolled-back');
    expect(where.liveImage()).toBe('registry.example.com/web:1.7.0');
    expect(where.ready()).toBe('3/3/3');
    expect(run.summary).toContain('1.7.0` although the release said');
  });

  it('comments on the pull request whose merge brought the commit, once and in place', async () => {
    const github = await standIn();
    const sha = 'c0ffee0123456789c0ffee0123456789c0ffee01';
    github.seedToken({
      token: 'ghs_job',
      repository: 'acme/shop',
      permissions: { 'pull-requests': 'write', contents: 'read' },
    });
    github.seedPull({ owner: 'acme', repo: 'shop', number: 7, merged: true, mergeCommitSha: sha });
    const where = place('comment');
    const inputs = { 'github-token': 'ghs_job' };
    const good = await deploy(where, '1.0.0', inputs, { githubApiUrl: github.url }).main();
    expect(good.outputs['comment-url']).toMatch(/^https?:\/\/.*7#issuecomment-\d+$/);
    await deploy(where, 'missing', inputs, { githubApiUrl: github.url }).main();

    const comments = github.comments('acme', 'shop', 7);
    expect(comments).toHaveLength(1);
    expect(comments[0]?.body).toContain('failed ❌ rolled back to revision 1, verified');
    expect(github.violations).toEqual([]);
  });

  it('says which permission is missing and keeps the result when it may not comment', async () => {
    const github = await standIn();
    github.seedToken({ token: 'ghs_poor', repository: 'acme/shop', permissions: { contents: 'read' } });
    github.seedPull({
      owner: 'acme',
      repo: 'shop',
      number: 7,
      merged: true,
      mergeCommitSha: 'c0ffee0123456789c0ffee0123456789c0ffee01',
    });
    const where = place('forbidden');
    const run = await deploy(where, '1.0.0', { 'github-token': 'ghs_poor' }, { githubApiUrl: github.url }).main();
    expect({ code: run.code, status: run.outputs.status }).toEqual({ code: 0, status: 'deployed' });
    expect(run.log).toContain('pull-requests: write');
  });
});
