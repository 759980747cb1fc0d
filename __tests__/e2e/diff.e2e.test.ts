import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GitHubStandIn, startGitHub } from '../../testbed/github/server.ts';
import { until } from './processes.ts';
import { Place, webInputs } from './release.ts';
import { HELMS, ROOT, Step } from './step.ts';

const HEAD = 'feedfacefeedfacefeedfacefeedfacefeedface';
const cleanups: (() => void)[] = [];
let github: GitHubStandIn;

beforeAll(async () => {
  github = await startGitHub();
  const permissions = { contents: 'read', 'pull-requests': 'write' } as const;
  github.seedToken({ token: 'ghs_job', repository: 'acme/shop', permissions });
  github.seedPull({ owner: 'acme', repo: 'shop', number: 7, head: HEAD });
  github.seedPull({ owner: 'acme', repo: 'shop', number: 8, head: HEAD });
});
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) cleanup();
  await github.close();
});

function event(number: number, repo = 'acme/shop'): unknown {
  return { number, pull_request: { number, head: { sha: HEAD, repo: { full_name: repo } }, base: { sha: 'ba5e' } } };
}

describe.each(HELMS)('diff with %s', (helm) => {
  const place = (name: string): Place => {
    const made = new Place(name, helm);
    cleanups.push(() => made.remove());
    return made;
  };
  function step(
    where: Place,
    set: string[],
    number: number,
    more: { inputs?: Record<string, string>; env?: Record<string, string>; event?: unknown } = {},
  ): Step {
    const inputs = webInputs(where, set, { command: 'diff', 'github-token': 'ghs_job', ...more.inputs });
    const env = { GITHUB_EVENT_NAME: 'pull_request', ...more.env };
    const made = new Step({ helm, inputs, env, event: more.event ?? event(number), githubApiUrl: github.url });
    cleanups.push(() => made.remove());
    return made;
  }

  it('shows what an upgrade would do, changes nothing, and the deploy takes over the comment', async () => {
    const where = place('diff');
    await step(where, ['image.tag=1.0.0'], 7, { inputs: { command: 'deploy', comment: 'never' } }).mainAs('deployed');
    where.k('set', 'image', 'deployment/web', 'web=registry.example.com/web:1.0.9');
    const before = where.k('get', 'deployment', 'web', '--output', 'jsonpath={.metadata.generation}');

    const run = await step(where, ['image.tag=1.1.0', 'replicas=4'], 7).main();
    expect({ code: run.code, status: run.outputs.status, changed: run.outputs.changed }).toEqual({
      code: 0,
      status: 'changed',
      changed: 'true',
    });
    expect(readFileSync(run.outputs.diff ?? '', 'utf8')).toMatch(/^\+\s+image: registry\.example\.com\/web:1\.1\.0$/m);
    expect(run.report?.drift).toHaveLength(1);
    expect(where.history()).toHaveLength(1);
    expect(where.k('get', 'deployment', 'web', '--output', 'jsonpath={.metadata.generation}')).toBe(before);

    const mine = (): string[] =>
      github
        .comments('acme', 'shop', 7)
        .map(({ body }) => body)
        .filter((body) => body.includes(where.namespace));
    expect(mine()).toHaveLength(1);
    expect(mine()[0]).toContain('changes 2 objects');
    expect(mine()[0]).toContain('Drift: ');
    expect(mine()[0]).toContain('**replicas** `3 → 4`');

    const clean = await step(where, ['image.tag=1.0.0'], 7).main();
    expect(clean.outputs).toMatchObject({ status: 'clean', changed: 'false' });
    expect(mine()).toHaveLength(1);
    expect(github.violations).toEqual([]);
  });

  it('works while a deploy is in progress, and says so', async () => {
    const where = place('busy');
    await step(where, ['image.tag=1.0.0'], 7, { inputs: { command: 'deploy', comment: 'never' } }).mainAs('deployed');
    const busy = step(where, ['image.tag=slow-4'], 7, { inputs: { command: 'deploy', comment: 'never' } }).startMain();
    await until('the deploy is under way', 60_000, () => where.history().at(-1)?.status === 'pending-upgrade');
    const run = await step(where, ['image.tag=1.2.0'], 7).main();
    expect(run.outputs.status).toBe('changed');
    expect(run.summary).toContain('A deploy is in progress: revision 2 is pending-upgrade');
    expect((await busy.ended).outputs.status).toBe('deployed');
  });

  it('never shows a value of a Secret', async () => {
    const where = place('secret');
    const set = ['image.tag=1.0.0', 'password=correct-horse-battery', 'env.API_TOKEN=staple-in-the-open'];
    const run = await step(where, set, 8).main();
    expect(run.outputs.status).toBe('changed');
    const everything = [
      run.shown,
      run.summary,
      JSON.stringify(run.report),
      readFileSync(run.outputs.diff ?? '', 'utf8'),
      ...github.comments('acme', 'shop', 8).map(({ body }) => body),
    ].join('\n');
    expect(everything).toContain('Secret');
    expect(everything).toMatch(/^\+\s+value: ['"]?\*\*\*/m);
    expect(everything).not.toContain('staple-in-the-open');
    expect(everything).not.toContain('correct-horse-battery');
    expect(everything).not.toContain(Buffer.from('correct-horse-battery').toString('base64'));
  });

  it("a fork's pull request is compared base against head, without the cluster", async () => {
    const repo = mkdtempSync(path.join(tmpdir(), 'fork-'));
    cleanups.push(() => rmSync(repo, { recursive: true, force: true }));
    const git = (...args: string[]): string =>
      execFileSync('git', ['-C', repo, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
        encoding: 'utf8',
      });
    cpSync(path.join(ROOT, '__tests__/e2e/charts'), path.join(repo, 'charts'), { recursive: true });
    git('init', '--quiet', '-b', 'main');
    git('add', '.');
    git('commit', '--quiet', '-m', 'base');
    const values = path.join(repo, 'charts/web/values.yaml');
    writeFileSync(values, readFileSync(values, 'utf8').replace('replicas: 3', 'replicas: 5'));
    git('commit', '--quiet', '-am', 'head');
    const where = place('fork');
    const env = { GITHUB_WORKSPACE: repo, KUBECONFIG: '/nowhere' };
    const run = await step(where, [], 8, { env, event: event(8, 'mallory/shop') }).main();
    expect({ code: run.code, status: run.outputs.status }).toEqual({ code: 0, status: 'changed' });
    expect(run.summary).toContain('Not compared with the cluster');
    expect(run.summary).toContain('comes from a fork');
    expect(run.report?.diff?.objects.map(({ title }) => title)).toEqual([expect.stringContaining('Deployment')]);
    expect(run.report?.diff?.meaning).toEqual(expect.arrayContaining([{ label: 'replicas', value: '3 → 5' }]));
    expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);

    const deploy = await step(where, [], 8, {
      env,
      event: event(8, 'mallory/shop'),
      inputs: { command: 'deploy' },
    }).main();
    expect({ code: deploy.code, status: deploy.outputs.status }).toEqual({ code: 1, status: 'refused' });
  });
});
