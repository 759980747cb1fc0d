import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type GitHubStandIn, startGitHub } from '../../testbed/github/server.ts';
import { seeded } from './draw.ts';
import { Place } from './release.ts';
import { HELMS, ROOT, Step, type StepResult } from './step.ts';

const { seed, random } = seeded();
const helm = HELMS[Math.floor(random() * HELMS.length)] ?? 'helm3';
process.stderr.write(`the drift story: ${helm} drawn with HELM_ROLLOUT_SEED=${seed}\n`);

const cleanups: (() => void | Promise<void>)[] = [];
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

/** A service repository: examples/pearl as it would be checked out. */
function checkout(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'repo-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(path.join(ROOT, 'examples/pearl'), folder, { recursive: true });
  return folder;
}

class Service {
  readonly place = new Place('story', helm);
  readonly repo = checkout();
  readonly github: GitHubStandIn;

  constructor(github: GitHubStandIn) {
    this.github = github;
    cleanups.push(() => this.place.remove());
  }

  get values(): string {
    return readFileSync(path.join(this.repo, 'interface/production.yaml'), 'utf8');
  }

  async run(
    command: string,
    inputs: Record<string, string> = {},
    env: Record<string, string> = {},
  ): Promise<StepResult> {
    const step = new Step({
      helm,
      inputs: {
        command,
        release: 'interface',
        namespace: this.place.namespace,
        chart: 'charts/service',
        'value-files': 'interface/production.yaml',
        timeout: '90s',
        'github-token': 'ghs_job',
        ...inputs,
      },
      githubApiUrl: this.github.url,
      env: { GITHUB_WORKSPACE: this.repo, GITHUB_EVENT_NAME: 'schedule', ...env },
    });
    cleanups.push(() => step.remove());
    return step.main();
  }

  image(): string {
    return this.place.k(
      'get',
      'deployment',
      'interface-pearl',
      '--output',
      'jsonpath={.spec.template.spec.containers[0].image}',
    );
  }

  issues(): ReturnType<GitHubStandIn['issues']> {
    return this.github.issues('acme', 'shop');
  }
}

async function standIn(
  permissions: Record<string, 'read' | 'write'> = { contents: 'read', issues: 'write', 'pull-requests': 'write' },
): Promise<GitHubStandIn> {
  const github = await startGitHub();
  cleanups.push(() => github.close());
  github.seedRepo({ owner: 'acme', repo: 'shop' });
  github.seedToken({ token: 'ghs_job', repository: 'acme/shop', permissions });
  return github;
}

const HOT = 'registry.example.com/pearl/interface:1.9.3';

describe(`from kubectl set image back to Helm, with ${helm}`, () => {
  it('months of hot-fixes become an issue, a patch, a deploy that changes no image, and a clean release', async () => {
    const service = new Service(await standIn());
    const { place } = service;
    expect((await service.run('deploy', { comment: 'never' })).outputs.status).toBe('deployed');
    for (const tag of ['1.5.0', '1.7.1', '1.9.3']) {
      place.k('set', 'image', 'deployment/interface-pearl', `interface=registry.example.com/pearl/interface:${tag}`);
    }
    place.k('rollout', 'status', 'deployment/interface-pearl', '--timeout=60s');

    const found = await service.run('drift');
    expect(found.outputs).toMatchObject({ status: 'drifted', drifted: 'true', changed: 'false' });
    expect(found.code).toBe(0);
    expect(found.report?.drift).toEqual([expect.objectContaining({ to: HOT })]);
    const [issue] = service.issues();
    expect(service.issues()).toHaveLength(1);
    expect(found.outputs['comment-url']).toMatch(/\/issues\/1$/);
    expect(issue?.state).toBe('open');
    expect(issue?.body).toContain('`kubectl set image`');
    expect(issue?.body).toContain('+  tag: 1.9.3 # the first step changes no image');
    const before = service.values;
    expect(found.report?.driftCheck?.adopt).toMatchObject({ written: false, notes: [] });

    const gate = await service.run('deploy', { 'on-drift': 'fail', comment: 'never' });
    expect({ code: gate.code, status: gate.outputs.status }).toEqual({ code: 1, status: 'refused' });
    expect(gate.summary).toContain(HOT);
    expect(service.image()).toBe(HOT);
    expect(place.history('interface')).toHaveLength(1);

    const adopted = await service.run('drift', { adopt: 'true' });
    expect(adopted.report?.driftCheck?.adopt).toMatchObject({ written: true });
    expect(service.values).toBe(before.replace('tag: 1.4.0 #', 'tag: 1.9.3 #'));
    expect(service.issues()).toHaveLength(1);

    const diff = await service.run('diff', { comment: 'never' });
    expect(diff.report?.driftCheck?.rows.map(({ next }) => next)).toEqual(['same']);
    expect(diff.report?.warnings).toEqual([expect.stringContaining('this chart says so too')]);
    // Even the strict gate lets it through: nothing is lost.
    const deploy = await service.run('deploy', { 'on-drift': 'fail', comment: 'never' });
    expect(deploy.outputs.status).toBe('deployed');
    expect(deploy.report?.images).toEqual([]);
    expect(deploy.log).toMatch(/Drift: Deployment\/interface-pearl .*the chart now says the same/);
    expect(deploy.summary).toContain('hot-fix adopted');
    expect(service.image()).toBe(HOT);

    expect((await service.run('diff', { comment: 'never' })).outputs.status).toBe('clean');
    const clean = await service.run('drift', { 'fail-on-drift': 'true' });
    expect({ code: clean.code, ...clean.outputs }).toMatchObject({ code: 0, status: 'clean', drifted: 'false' });
    expect(service.issues().map(({ state }) => state)).toEqual(['closed']);
    expect(service.github.comments('acme', 'shop', 1).map(({ body }) => body)).toEqual([
      expect.stringContaining('Clean again'),
    ]);

    place.k('set', 'image', 'deployment/interface-pearl', 'interface=registry.example.com/pearl/interface:2.0.0');
    const again = await service.run('drift', { 'fail-on-drift': 'true' });
    expect({ code: again.code, status: again.outputs.status }).toEqual({ code: 1, status: 'drifted' });
    expect(service.issues().map(({ state }) => state)).toEqual(['open']);
    expect(service.github.violations).toEqual([]);
  }, 300_000);

  it('variables that were set by hand go into the list that the chart offers for them', async () => {
    const service = new Service(await standIn());
    const { place } = service;
    expect((await service.run('deploy', { comment: 'never' })).outputs.status).toBe('deployed');
    place.k('set', 'env', 'deployment/interface-pearl', 'FEATURE=on', 'LIMIT=10');
    place.k('rollout', 'status', 'deployment/interface-pearl', '--timeout=60s');
    const before = service.values;
    const adopted = await service.run('drift', { adopt: 'true', comment: 'never' });
    expect(adopted.report?.driftCheck?.adopt).toMatchObject({ written: true, notes: [] });
    const added = 'env:\n  - name: FEATURE\n    value: "on"\n  - name: LIMIT\n    value: "10"\n';
    expect(service.values).toBe(`${before}${added}`);
    expect((await service.run('deploy', { 'on-drift': 'fail', comment: 'never' })).outputs.status).toBe('deployed');
    expect((await service.run('drift', { comment: 'never' })).outputs.status).toBe('clean');
    const variables = 'jsonpath={range .spec.template.spec.containers[0].env[*]}{.name}={.value} {end}';
    const live = place.k('get', 'deployment', 'interface-pearl', '--output', variables);
    expect(live.trim()).toBe('FEATURE=on LIMIT=10');
  }, 300_000);

  it('a default under a value that the release has kept is not changed in vain', async () => {
    const service = new Service(await standIn());
    const { place } = service;
    expect((await service.run('deploy', { comment: 'never' })).outputs.status).toBe('deployed');
    place.k('set', 'image', 'deployment/interface-pearl', `interface=${HOT}`);
    // Without a value of its own the next deploy goes on with the tag that the release has, whatever the chart's default says.
    const found = await service.run('drift', { adopt: 'true', comment: 'never', 'value-files': '' });
    expect(found.report?.driftCheck?.adopt).toMatchObject({
      written: false,
      patches: [],
      notes: [expect.stringContaining('no value of the chart was found that controls it')],
    });
  }, 300_000);
});
