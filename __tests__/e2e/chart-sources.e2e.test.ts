import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChartServer, helmCall, PASSWORD, startChartServer, USERNAME } from './chart-server.ts';
import { LOGIN, sourceInputs, TROUBLES, troubleInputs } from './chart-troubles.ts';
import { seeded } from './draw.ts';
import { Place, webInputs } from './release.ts';
import { HELMS, type HelmName, ROOT, Step, type StepResult, theBed } from './step.ts';
import { witness } from './witness.ts';

const cleanups: (() => void)[] = [];
let server: ChartServer;
beforeAll(async () => {
  server = await startChartServer();
});
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) cleanup();
  await server.close();
});

const BASIC = Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64');

function step(helm: HelmName, inputs: Record<string, string>, env: Record<string, string> = {}, event?: unknown): Step {
  const made = new Step({ helm, inputs, env, event });
  cleanups.push(() => made.remove());
  return made;
}

function place(name: string, helm: HelmName): Place {
  const made = new Place(name, helm);
  cleanups.push(() => made.remove());
  return made;
}

/** Everything that a run let out. */
function letOut(run: StepResult): string {
  return [run.shown, run.summary, JSON.stringify(run.report), JSON.stringify(run.outputs)].join('\n');
}

function privateFolders(step: Step): string[] {
  return readdirSync(step.temp, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

function privateFiles(step: Step): string[] {
  const [folder] = privateFolders(step);
  const home = path.join(step.temp, folder ?? 'none', 'helm');
  return readdirSync(home).map((name) => path.join(home, name));
}

const { seed, random } = seeded();
/** The same list in the order of the seed. */
function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((value) => ({ value, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
const kinds = shuffled(['repository', 'registry'] as const);
const deploys = HELMS.map((helm, index) => ({ helm, kind: kinds[index] ?? 'registry' }));
const verbs = shuffled(['build', 'update'] as const);
const verbOf = (helm: HelmName): 'build' | 'update' => verbs[HELMS.indexOf(helm)] ?? 'build';
console.log(`HELM_ROLLOUT_SEED=${seed}`);

describe('a chart that is not in the workspace', () => {
  it.each(deploys)('is pulled once from a $kind and deployed with $helm', async ({ helm, kind }) => {
    const where = place(kind, helm);
    server.asked.length = 0;
    const given = { ...sourceInputs(kind, server), ...LOGIN, 'chart-version': '0.1.0' };
    const made = step(helm, webInputs(where, ['image.tag=1.0.0'], given));
    const seen = witness(made, 'helm', helm);
    const run = await made.mainAs('deployed');
    expect(where.ready()).toBe('3/3/3');
    expect(run.log).toMatch(/Pulled chart web 0\.1\.0 from \S+ \(sha256 [0-9a-f]{64}\)/);
    // Diff, render and upgrade ran on one download.
    const downloads = server.asked.filter((each) => /^GET .*(\.tgz|\/blobs\/sha256:\w+)$/.test(each));
    expect(new Set(downloads).size).toBe(downloads.length);
    expect(downloads.length).toBeGreaterThan(0);

    expect(seen()).toContain(`--username ${USERNAME} --password-stdin`);
    expect(letOut(run)).toContain('web');
    for (const secret of [PASSWORD, BASIC]) {
      expect(seen()).not.toContain(secret);
      expect(letOut(run)).not.toContain(secret);
    }
    expect(run.log).toContain(`::add-mask::${PASSWORD}`);
    const holders = privateFiles(made).filter((file) => /\.(yaml|json)$/.test(file));
    expect(holders.map((file) => path.basename(file))).toEqual([
      kind === 'repository' ? 'repositories.yaml' : 'registry.json',
    ]);
    for (const file of holders) expect(statSync(file).mode & 0o777).toBe(0o600);
    await made.post();
    expect(privateFolders(made)).toEqual([]);
  });
});

describe('what a source refuses', () => {
  it.each(
    shuffled(HELMS.flatMap((helm) => TROUBLES.map((trouble) => ({ helm, ...trouble })))).slice(0, 6),
  )('$helm $kind $given: $sentence', async ({ helm, ...trouble }) => {
    const run = await step(helm, troubleInputs(trouble, server)).main();
    expect(run.outputs).toEqual({ status: 'refused', reason: expect.stringContaining(trouble.sentence) });
    expect(run.outputs.reason).not.toContain('wrong-horse');
    expect(run.code).toBe(1);
  });
});

describe.each(HELMS)('a pull request without the cluster, with %s', (helm) => {
  const HEAD = 'feedfacefeedfacefeedfacefeedfacefeedface';
  const fork = { number: 8, pull_request: { number: 8, head: { sha: HEAD, repo: { full_name: 'mallory/shop' } } } };

  /** A checkout whose base and head differ by one edit. */
  async function checkout(
    write: (repo: string) => void | Promise<void>,
    edit: (repo: string) => void,
  ): Promise<string> {
    const repo = mkdtempSync(path.join(tmpdir(), 'checkout-'));
    cleanups.push(() => rmSync(repo, { recursive: true, force: true }));
    const git = (...args: string[]): string =>
      execFileSync('git', ['-C', repo, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
        encoding: 'utf8',
      });
    await write(repo);
    git('init', '--quiet', '-b', 'main');
    git('add', '.');
    git('commit', '--quiet', '-m', 'base');
    edit(repo);
    git('commit', '--quiet', '-am', 'head');
    return repo;
  }

  async function offline(repo: string, given: Record<string, string>): Promise<StepResult> {
    const env = { GITHUB_WORKSPACE: repo, GITHUB_EVENT_NAME: 'pull_request', KUBECONFIG: '/nowhere' };
    const inputs = { release: 'web', namespace: 'web', command: 'diff', comment: 'never', ...LOGIN, ...given };
    return step(helm, inputs, env, fork).main();
  }

  it('compares the values of base and head on the same pulled chart', async () => {
    const values = (repo: string, replicas: number): void =>
      writeFileSync(path.join(repo, 'values.yaml'), `replicas: ${replicas}\n`);
    const repo = await checkout(
      (folder) => values(folder, 3),
      (folder) => values(folder, 5),
    );
    const run = await offline(repo, { repo: server.repository, chart: 'web', 'value-files': 'values.yaml' });
    expect(run.outputs.status).toBe('changed');
    expect(run.summary).toContain('with the same chart, web 0.1.0,');
    expect(run.report?.diff?.meaning).toEqual(expect.arrayContaining([{ label: 'replicas', value: '3 → 5' }]));
  });

  it(`fetches the dependencies of both sides (${verbOf(helm)})`, async () => {
    const verb = verbOf(helm);
    // One of the two from a registry.
    const host = `oci://${server.registry}`;
    const [repository, repoInput] =
      verb === 'build' ? [server.repository, server.repository] : [`${host}/charts`, host];
    const repo = await checkout(
      async (folder) => {
        mkdirSync(path.join(folder, 'chart'));
        const dependency = { name: 'web', version: '0.1.0', repository };
        const chart = { apiVersion: 'v2', name: 'shop', version: '1.0.0', dependencies: [dependency] };
        writeFileSync(path.join(folder, 'chart/Chart.yaml'), JSON.stringify(chart));
        writeFileSync(path.join(folder, 'chart/values.yaml'), 'web:\n  replicas: 3\n');
        writeFileSync(path.join(folder, '.gitignore'), 'chart/charts\n');
        if (verb === 'build') await lock(helm, path.join(folder, 'chart'));
      },
      (folder) => writeFileSync(path.join(folder, 'chart/values.yaml'), 'web:\n  replicas: 4\n'),
    );
    const run = await offline(repo, { repo: repoInput, chart: 'chart', 'dependency-update': 'true' });
    expect(run.log).toContain(`Fetched the dependencies of chart (helm dependency ${verb})`);
    if (run.outputs.status !== 'changed') throw new Error(`${run.code} ${run.signal} ${run.log}`);
    expect(run.report?.diff?.objects.map(({ title }) => title)).toEqual([expect.stringContaining('Deployment')]);
    expect(run.report?.diff?.meaning).toEqual(expect.arrayContaining([{ label: 'replicas', value: '3 → 4' }]));

    const refused = await offline(repo, {
      chart: 'chart',
      'dependency-update': 'true',
      'repo-username': '',
      'repo-password': '',
    });
    expect(refused.outputs.reason).toMatch(/a dependency of "chart" needs a user name and password .*: give "repo"/);
  });

  /** Chart.lock as a developer commits it. */
  async function lock(name: HelmName, chart: string): Promise<void> {
    const home = mkdtempSync(path.join(tmpdir(), 'lock-'));
    const env = { HELM_REPOSITORY_CONFIG: `${home}/r.yaml`, HELM_REPOSITORY_CACHE: `${home}/c` };
    const program = path.join(theBed().bin, name);
    await helmCall(
      program,
      ['repo', 'add', 'shop', server.repository, '--username', USERNAME, '--password-stdin'],
      env,
    );
    await helmCall(program, ['dependency', 'update', chart], env);
    rmSync(path.join(chart, 'charts'), { recursive: true });
    rmSync(home, { recursive: true });
    expect(readFileSync(path.join(chart, 'Chart.lock'), 'utf8')).toContain('digest: ');
  }

  it('refuses a dependency that stands outside the workspace', async () => {
    const repo = await checkout(
      (folder) => {
        cpSync(path.join(ROOT, '__tests__/e2e/charts/web'), path.join(folder, 'chart'), { recursive: true });
        const dependency = { name: 'x', version: '1.0.0', repository: 'file://../../etc' };
        const chart = { apiVersion: 'v2', name: 'web', version: '1.0.0', dependencies: [dependency] };
        writeFileSync(path.join(folder, 'chart/Chart.yaml'), JSON.stringify(chart));
      },
      (folder) => writeFileSync(path.join(folder, 'chart/values.yaml'), 'replicas: 1\n'),
    );
    const given = { chart: 'chart', 'dependency-update': 'true', 'repo-username': '', 'repo-password': '' };
    const run = await offline(repo, given);
    expect(run.outputs.reason).toBe(
      'input "chart": the dependency "file://../../etc" of the chart is outside the workspace',
    );
  });
});
