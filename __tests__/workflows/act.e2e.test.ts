import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { permissionsFromWorkflow } from '../../testbed/github/permissions.ts';
import { type GitHubStandIn, startGitHub } from '../../testbed/github/server.ts';
import { seeded } from '../e2e/draw.ts';
import { killAll, processesOf, until } from '../e2e/processes.ts';
import { Place } from '../e2e/release.ts';
import { HELMS, theBed } from '../e2e/step.ts';
import { type ActResult, ServiceRepository } from './act.ts';
import { jobsOf, NEEDED } from './workflow-files.ts';

const { seed, random } = seeded();
process.stdout.write(`workflows: HELM_ROLLOUT_SEED=${seed}\n`);
const helm = HELMS[Math.floor(random() * HELMS.length)] ?? 'helm3';
const kubeconfig = readFileSync(theBed().kubeconfig).toString('base64');
const REPOSITORY = { owner: 'acme', repo: 'shop' };

let github: GitHubStandIn;
let place: Place;
let service: ServiceRepository;
/** What was asked of GitHub with the permissions of each command. */
const used = new Map<string, Set<string>>();

beforeAll(async () => {
  github = await startGitHub();
  place = new Place('act', helm);
  service = new ServiceRepository(
    ['service.yml', 'drift.yml'],
    [
      ['release: interface', 'release: web'],
      ['release: [interface, mesh, dashboard]', 'release: [web]'],
      ['namespace: pearl', `namespace: ${place.namespace}`],
      [`, value-files: 'deploy/\${{ matrix.release }}.yaml'`, ''],
    ],
  );
});
afterAll(async () => {
  service.remove();
  place.remove();
  await github.close();
});

let runId = 5000;

/** Runs one job of a workflow on an event, with the permissions that its file gives it and no others. */
async function run(event: string, job: string, payload: object, workflow = 'service.yml'): Promise<ActResult> {
  runId += 1;
  const found = jobsOf('examples/workflows', workflow).find(({ name }) => name === job);
  const token = `ghs_${runId}`;
  github.seedToken({ token, repository: 'acme/shop', permissions: permissionsFromWorkflow(found?.permissions) });
  github.seedRun({ ...REPOSITORY, id: runId });
  github.clearRecords();
  const base = { name: event, payload, workflow, job, runId, githubApiUrl: github.url, token, helm };
  const result = await service.run({ ...base, secrets: { KUBECONFIG: kubeconfig } });
  github.seedRun({ ...REPOSITORY, id: runId, status: 'completed' });
  const asked = used.get(found?.command ?? '') ?? new Set();
  used.set(found?.command ?? '', asked);
  for (const permission of github.usedPermissions()) asked.add(permission);
  expect(github.violations).toEqual([]);
  return result;
}

let pulls = 6;

/** Opens a pull request with what is in the checkout now. */
function open(): { number: number; payload: object } {
  pulls += 1;
  const sha = service.commit(`Change ${pulls}`);
  const head = { sha, ref: `change-${pulls}` };
  github.seedPull({ ...REPOSITORY, number: pulls, head });
  const pull_request = { number: pulls, head: { ...head, repo: { full_name: 'acme/shop' } }, base: { ref: 'main' } };
  return { number: pulls, payload: { action: 'opened', number: pulls, pull_request } };
}

/** Merges it; returns the event of the push. */
function merge(number: number): object {
  const sha = service.commit(`Change ${number} (#${number})`);
  github.mergePull({ ...REPOSITORY, number, sha });
  return { ref: 'refs/heads/main', after: sha, head_commit: { id: sha, message: `Change ${number} (#${number})` } };
}

const comments = (number: number): string[] => github.comments('acme', 'shop', number).map(({ body }) => body);
const status = ({ log }: ActResult): string | undefined => /set-output:: status=(\S+)/.exec(log)?.[1];

describe(`a service that copied the examples, in act with ${helm}`, () => {
  it('pull request → comment; merge → deploy → the same comment', async () => {
    const { number, payload } = open();
    const preview = await run('pull_request', 'preview', payload);
    expect({ code: preview.code, status: status(preview) }).toEqual({ code: 0, status: 'changed' });
    expect(comments(number)).toEqual([expect.stringContaining('· changes ')]);

    const push = merge(number);
    const deploy = await run('push', 'deploy', push);
    expect({ code: deploy.code, status: status(deploy) }).toEqual({ code: 0, status: 'deployed' });
    expect(comments(number)).toEqual([expect.stringContaining('deployed ✅ revision 1')]);
    expect(place.liveImage()).toBe(`registry.example.com/web:${(push as { after: string }).after}`);
  });

  it('a bad merge → red, rolled back, said on its pull request', async () => {
    const good = place.liveImage();
    service.write('deploy/chart/values.yaml', VALUES.replace('second: ""', 'second: missing'));
    const { number } = open();
    const deploy = await run('push', 'deploy', merge(number));
    expect({ code: deploy.code, status: status(deploy) }).toEqual({ code: 1, status: 'rolled-back' });
    expect(comments(number)).toEqual([expect.stringContaining('rolled back to revision 1, verified')]);
    expect(place.liveImage()).toBe(good);
    service.write('deploy/chart/values.yaml', VALUES);
  });

  it('kill -9 in the middle → post settles', async () => {
    const good = place.liveImage();
    service.write('deploy/chart/values.yaml', VALUES.replace('second: ""', 'second: unready'));
    const { number } = open();
    const running = run('push', 'deploy', merge(number));
    await until('the upgrade is under way', 60_000, () => place.liveImage() !== good);
    killAll(processesOf(service).filter(({ args }) => args.some((arg) => arg.endsWith('dist/index.cjs'))));
    const { code, log } = await running;
    expect(code).toBe(1);
    expect(log).toContain('The run ended in the middle of an upgrade');
    expect(comments(number)).toEqual([expect.stringContaining('rolled back to revision')]);
    expect(place.liveImage()).toBe(good);
  });

  /** A deploy that hangs, and a runner that goes away with all that it ran. */
  async function loseTheRunner(): Promise<void> {
    service.write('deploy/chart/values.yaml', VALUES.replace('second: ""', 'second: unready'));
    const { number } = open();
    const running = run('push', 'deploy', merge(number));
    await until('the upgrade is under way', 60_000, () => place.history().at(-1)?.status === 'pending-upgrade');
    killAll(processesOf(service));
    await running;
    service.write('deploy/chart/values.yaml', VALUES);
  }

  it('the runner is lost → the next run settles first', async () => {
    await loseTheRunner();
    const next = open();
    const deploy = await run('push', 'deploy', merge(next.number));
    expect(deploy.log).toContain('has ended. Settling it first.');
    expect({ code: deploy.code, status: status(deploy) }).toEqual({ code: 0, status: 'deployed' });
  });

  it('workflow_dispatch → rollback', async () => {
    const bad = place.liveImage();
    const rollback = await run('workflow_dispatch', 'rollback', { inputs: { revision: '' } });
    expect({ code: rollback.code, status: status(rollback) }).toEqual({ code: 0, status: 'rolled-back' });
    expect(place.liveImage()).not.toBe(bad);
    expect(place.ready()).toBe('3/3/3');
    expect(comments(pulls)).toEqual([expect.stringContaining('rolled back')]);
  });

  it('the runner is lost → a rollback settles first as well', async () => {
    await loseTheRunner();
    const rollback = await run('workflow_dispatch', 'rollback', { inputs: { revision: '' } });
    expect(rollback.log).toContain('has ended. Settling it first.');
    expect({ code: rollback.code, status: status(rollback) }).toEqual({ code: 0, status: 'rolled-back' });
    expect(place.ready()).toBe('3/3/3');
  });

  it('schedule → drift issue, which closes itself', async () => {
    const image = place.liveImage();
    place.k('set', 'image', 'deployment/web', 'web=registry.example.com/web:hotfix');
    const drifted = await run('schedule', 'drift', {}, 'drift.yml');
    expect({ code: drifted.code, status: status(drifted) }).toEqual({ code: 0, status: 'drifted' });
    const issues = (): { state: string; body: string | null }[] => github.issues('acme', 'shop').filter(isTracking);
    expect(issues()).toEqual([expect.objectContaining({ state: 'open', body: expect.stringContaining('web:hotfix') })]);
    place.k('set', 'image', 'deployment/web', `web=${image}`);
    const clean = await run('schedule', 'drift', {}, 'drift.yml');
    expect(status(clean)).toBe('clean');
    expect(issues()).toEqual([expect.objectContaining({ state: 'closed' })]);
  });

  it('asked for every permission that the jobs declare, so that none is too much', () => {
    const asked = [...used].map(([command, permissions]) => [
      command,
      NEEDED[command]?.filter((p) => !permissions.has(p)),
    ]);
    expect(Object.fromEntries(asked)).toEqual({ diff: [], deploy: [], rollback: [], drift: [] });
  });
});

const VALUES = readFileSync(new URL('../e2e/charts/web/values.yaml', import.meta.url), 'utf8');

function isTracking({ labels, body }: { labels: string[]; body: string | null }): boolean {
  return labels.length > 0 || (body ?? '').includes('helm-rollout');
}
