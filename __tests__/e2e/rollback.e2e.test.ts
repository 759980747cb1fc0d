import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GitHubStandIn, startGitHub } from '../../testbed/github/server.ts';
import { drawHelms, seeded } from './draw.ts';
import { killAll, processesOf, until } from './processes.ts';
import { Place, webInputs } from './release.ts';
import { HELMS, type HelmName, ROOT, Step } from './step.ts';

const CHART = path.join(ROOT, '__tests__/e2e/charts/web');
const image = (tag: string): string => `registry.example.com/web:${tag}`;
const shaOf = (digit: string): string => digit.repeat(40);
const cleanups: (() => void)[] = [];
let github: GitHubStandIn;

beforeAll(async () => {
  github = await startGitHub();
  const permissions = { contents: 'read', 'pull-requests': 'write', actions: 'read' } as const;
  github.seedToken({ token: 'ghs_job', repository: 'acme/shop', permissions });
  for (const [number, digit] of [
    [21, 'a'],
    [22, 'b'],
  ] as const) {
    github.seedPull({ owner: 'acme', repo: 'shop', number, merged: true, mergeCommitSha: shaOf(digit) });
  }
});
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) cleanup();
  await github.close();
});

const { seed, random } = seeded();
process.stderr.write(`refused revisions and Helms drawn with HELM_ROLLOUT_SEED=${seed}\n`);
/** Wrong revisions of a history of 2 to 5 whose last one failed; the whole table stands in the unit tests. */
const REFUSED: [string, string][] = [
  ['0', '"0" is not the number of a revision'],
  ['-1', '"-1" is not the number of a revision'],
  ['last', '"last" is not the number of a revision'],
  ['3; rm', '"3; rm" is not the number of a revision'],
  ['999', 'there is no revision 999: the newest is 5'],
  ['1', 'revision 1 is not stored any more'],
  ['5', 'revision 5 is no healthy one: it failed'],
];
const drawn = (count: number): [string, string][] =>
  REFUSED.map((row) => ({ row, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, count)
    .map(({ row }) => row);

function sceneWith(helm: HelmName) {
  const place = (name: string): Place => {
    const made = new Place(name, helm);
    cleanups.push(() => made.remove());
    return made;
  };
  const deploy = (where: Place, tag: string, sha = shaOf('c'), inputs: Record<string, string> = {}): Step => {
    const env = { GITHUB_SHA: sha };
    const made = new Step({
      helm,
      env,
      inputs: webInputs(where, [`image.tag=${tag}`], { comment: 'never', ...inputs }),
    });
    cleanups.push(() => made.remove());
    return made;
  };
  const rollback = (where: Place, inputs: Record<string, string> = {}, runId = '4712'): Step => {
    const common = { command: 'rollback', release: 'web', namespace: where.namespace, timeout: '60s' };
    const env = { GITHUB_EVENT_NAME: 'workflow_dispatch', GITHUB_ACTOR: 'ops', GITHUB_RUN_ID: runId };
    const all = { ...common, 'github-token': 'ghs_job', ...inputs };
    const made = new Step({ helm, env, inputs: all, githubApiUrl: github.url });
    cleanups.push(() => made.remove());
    return made;
  };

  return { place, deploy, rollback };
}

describe.each(HELMS)('rollback with %s', (helm) => {
  const { place, deploy, rollback } = sceneWith(helm);

  it('shows what goes back, goes back to the last healthy revision, and tells the pull request', async () => {
    const where = place('back');
    await deploy(where, '1.0.0', shaOf('a')).mainAs('deployed');
    await deploy(where, '1.1.0', shaOf('b')).mainAs('deployed');

    const dry = await rollback(where, { 'dry-run': 'true' }).main();
    expect(dry.outputs).toMatchObject({ status: 'changed', changed: 'true', revision: '2', 'comment-url': '' });
    expect(dry.summary).toContain('dry run of a rollback from revision 2 to revision 1');
    expect(where.history()).toHaveLength(2);
    expect(where.liveImage()).toBe(image('1.1.0'));

    const run = await rollback(where).main();
    expect({ code: run.code, status: run.outputs.status, revision: run.outputs.revision }).toEqual({
      code: 0,
      status: 'rolled-back',
      revision: '3',
    });
    expect(run.report?.rollback).toMatchObject({ to: 1, verified: true, problems: [] });
    expect(run.report?.undo).toMatchObject({ from: 2, to: 1, commits: [{ revision: 2, commit: 'b'.repeat(12) }] });
    expect(where.liveImage()).toBe(image('1.0.0'));
    expect(where.ready()).toBe('3/3/3');
    // The diff and the table stand in the log before anything is done.
    const [before = '', after = ''] = run.log.split('Rolling web back to revision 1');
    expect(before).toMatch(/^\+ +image: registry\.example\.com\/web:1\.0\.0$/m);
    expect(before).toMatch(/^1 .*superseded .*web:1\.0\.0 .*aaaaaaaaaaaa .*dev .*healthy$/m);
    expect(after).toContain('rolled back to revision 1, verified');
    expect(run.outputs.reason).toContain('as ops asked');
    const told = github.comments('acme', 'shop', 22).filter(({ body }) => body.includes(where.namespace));
    expect(told).toHaveLength(1);
    expect(told[0]?.body).toContain('rolled back ✅ to revision 1, verified');
    expect(told[0]?.body).toContain('revert `bbbbbbbbbbbb` first');
    expect(github.violations).toEqual([]);
    if (helm === 'helm4')
      expect(where.history().at(-1)?.description).toContain('Rollback to 1, helm-rollout: commit c0ffee');

    // The way back has been gone: there is nothing healthy before it any more, and the bad revision is no target.
    const again = await rollback(where).main();
    expect({ code: again.code, status: again.outputs.status }).toEqual({ code: 1, status: 'refused' });
    expect(where.history()).toHaveLength(3);
  });
});

describe('a rollback', () => {
  it.each(
    drawHelms(random),
  )('refuses what is no healthy stored revision, lists the ones that are, and changes nothing, with %s', async (helm) => {
    const { place, deploy, rollback } = sceneWith(helm);
    const where = place('choose');
    for (const tag of ['1.0.0', '1.1.0', '1.2.0', '1.3.0']) {
      await deploy(where, tag, shaOf('a'), { 'history-max': '4' }).mainAs('deployed');
    }
    await deploy(where, 'missing', shaOf('b'), { 'history-max': '4', atomic: 'false' }).mainAs('failed');
    const before = where.history();
    expect(before.map(({ revision }) => revision)).toEqual([2, 3, 4, 5]);
    for (const [revision, sentence] of drawn(3)) {
      const run = await rollback(where, { revision }).main();
      expect([revision, run.code, run.outputs.status]).toEqual([revision, 1, 'refused']);
      expect(run.outputs.reason).toContain(sentence);
      expect(run.report?.next).toContain('newest first: 4, 3, 2');
    }
    expect(where.history()).toEqual(before);

    // What failed lies on top: the last healthy one before it is what was deployed.
    await rollback(where).mainAs('rolled-back');
    expect(where.liveImage()).toBe(image('1.3.0'));
    await rollback(where, { revision: '3' }).mainAs('rolled-back');
    expect(where.liveImage()).toBe(image('1.2.0'));
  });

  it.each(
    drawHelms(random),
  )('goes to the current revision only when something has drifted from it, with %s', async (helm) => {
    const { place, deploy, rollback } = sceneWith(helm);
    const where = place('drift');
    await deploy(where, '1.0.0').mainAs('deployed');
    const refused = await rollback(where, { revision: '1' }).main();
    expect(refused.outputs).toMatchObject({ status: 'refused' });
    expect(refused.outputs.reason).toContain('nothing has drifted from it');
    where.k('set', 'image', 'deployment/web', `web=${image('1.7.0')}`);
    where.k('rollout', 'status', 'deployment/web', '--timeout=60s');
    await rollback(where, { revision: '1' }).mainAs('rolled-back');
    expect(where.liveImage()).toBe(image('1.0.0'));
    expect(where.ready()).toBe('3/3/3');
  });

  it.each(
    drawHelms(random),
  )('a revision that does not come up any more: says why, and brings back what was live, with %s', async (helm) => {
    const { place, deploy, rollback } = sceneWith(helm);
    const where = place('dead');
    await deploy(where, '1.0.0').mainAs('deployed');
    // A revision that was healthy once, with an image that is gone today.
    where.h('upgrade', 'web', CHART, '--set', 'image.tag=missing');
    await deploy(where, '1.2.0').mainAs('deployed');
    const run = await rollback(where, { revision: '2' }).main();
    expect({ code: run.code, status: run.outputs.status }).toEqual({ code: 1, status: 'rollback-failed' });
    expect(run.report?.cause?.rule).toBe('image-not-found');
    expect(run.report?.evidence?.events.length).toBeGreaterThan(0);
    expect(run.report?.rollback).toMatchObject({ to: 3, proof: 'observed', verified: true });
    expect(run.outputs.reason).toContain('revision 2 does not come up: the image');
    expect(run.outputs.reason).toContain('rolled back to revision 3, verified');
    expect(where.liveImage()).toBe(image('1.2.0'));
    expect(where.ready()).toBe('3/3/3');
  });

  it.each(
    drawHelms(random),
  )('a Secret that the revision only refers to is hidden where its crashing pod repeats it, with %s', async (helm) => {
    const { place, deploy, rollback } = sceneWith(helm);
    const where = place('repeats');
    // It stands in testbed/stages/logs/crash.txt.
    const address = '10.96.14.7:5432';
    where.k('create', 'secret', 'generic', 'db', `--from-literal=address=${address}`);
    where.h('install', 'web', CHART, '--set', 'image.tag=crash', '--set', 'secretRef=db', '--set', 'replicas=1');
    await deploy(where, '1.2.0').mainAs('deployed');
    const run = await rollback(where, { revision: '1' }).mainAs('rollback-failed');
    expect(run.report?.rollback).toMatchObject({ to: 2, verified: true });
    expect(JSON.stringify(run.report)).toContain('ECONNREFUSED ***');
    expect([run.summary, JSON.stringify(run.report), run.log, JSON.stringify(run.outputs)].join('\n')).not.toContain(
      address,
    );
  });

  it.each(drawHelms(random))('kill -9 in the middle: post completes the rollback, with %s', async (helm) => {
    const { place, deploy, rollback } = sceneWith(helm);
    const where = place('killed');
    await deploy(where, 'slow-3').mainAs('deployed');
    await deploy(where, '1.1.0').mainAs('deployed');
    const step = rollback(where);
    const main = step.startMain();
    await until('the rollback is under way', 60_000, () => where.liveImage() === image('slow-3'));
    main.child.kill('SIGKILL');
    await main.ended;
    const after = await step.post();
    expect({ code: after.code, status: after.outputs.status }).toEqual({ code: 0, status: 'rolled-back' });
    expect(after.report?.next).toContain('the next deploy');
    expect(where.ready()).toBe('3/3/3');
  });

  it.each(
    drawHelms(random),
  )('settles a release that a lost run left pending, and goes no step further, with %s', async (helm) => {
    const { place, deploy, rollback } = sceneWith(helm);
    const where = place('lost');
    await deploy(where, '1.0.0').mainAs('deployed');
    await deploy(where, '1.1.0').mainAs('deployed');
    const step = deploy(where, 'unready');
    const main = step.startMain();
    await until('the upgrade is under way', 60_000, () => where.history().at(-1)?.status === 'pending-upgrade');
    killAll([{ pid: main.child.pid ?? 0, args: [] }, ...processesOf(step)]);
    await main.ended;
    github.seedRun({ owner: 'acme', repo: 'shop', id: 4711, status: 'in_progress' });
    const held = await rollback(where).main();
    expect({ code: held.code, status: held.outputs.status }).toEqual({ code: 1, status: 'refused' });
    expect(held.outputs.reason).toContain('run 4711 (attempt 1) is at work on it');
    const dry = await rollback(where, { 'dry-run': 'true' }).main();
    expect(dry.summary).toContain('Revision 3 is pending-upgrade: it would be settled first');
    expect(where.history().at(-1)?.status).toBe('pending-upgrade');

    github.seedRun({ owner: 'acme', repo: 'shop', id: 4711, status: 'completed', conclusion: 'cancelled' });
    const run = await rollback(where).mainAs('rolled-back');
    expect(run.report?.undo).toMatchObject({ from: 3 });
    expect(where.liveImage()).toBe(image('1.1.0'));
    expect(where.history().at(-1)).toMatchObject({ revision: 4, status: 'deployed' });
  });
});
