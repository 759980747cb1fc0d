import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { permissionsFromWorkflow } from '../../testbed/github/permissions.ts';
import { type GitHubStandIn, startGitHub } from '../../testbed/github/server.ts';
import { seeded } from '../e2e/draw.ts';
import { startEksFront } from '../e2e/eks-front.ts';
import { Place } from '../e2e/release.ts';
import { HELMS, ROOT, theBed } from '../e2e/step.ts';
import { type ActEvent, type ActResult, ServiceRepository } from './act.ts';
import { jobsOf } from './workflow-files.ts';

const { seed, random } = seeded();
process.stdout.write(`workflows: HELM_ROLLOUT_SEED=${seed}\n`);
const helm = HELMS[Math.floor(random() * HELMS.length)] ?? 'helm3';
const REPOSITORY = { owner: 'acme', repo: 'shop' };
const PEARL = path.join(ROOT, 'examples/pearl');
const cleanups: (() => void | Promise<void>)[] = [];

let github: GitHubStandIn;
let runId = 9000;

beforeAll(async () => {
  github = await startGitHub();
});
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
  await github.close();
});

interface Scene {
  place: Place;
  service: ServiceRepository;
  run: (event: string, payload: object, job?: string, more?: Partial<ActEvent>) => Promise<ActResult>;
  /** What is said of this place on a pull request. */
  comments: (number: number) => string[];
}

/** A repository that copied one of the examples, with what a newcomer changes in it. */
function scene(name: string, workflow: string, changes: (namespace: string) => [string, string][]): Scene {
  const place = new Place(name, helm);
  const service = new ServiceRepository([workflow], changes(place.namespace));
  cleanups.push(
    () => place.remove(),
    () => service.remove(),
  );
  const kubeconfig = readFileSync(theBed().kubeconfig).toString('base64');
  const names = ['', '_CANARY', '_EU', '_US', '_PREVIEWS'].map((suffix) => `KUBECONFIG${suffix}`);
  const secrets = Object.fromEntries(names.map((secret) => [secret, kubeconfig]));
  return {
    place,
    service,
    comments: (number) =>
      github.comments('acme', 'shop', number).flatMap(({ body }) => (body.includes(place.namespace) ? [body] : [])),
    async run(event, payload, job, more = {}) {
      runId += 1;
      const jobs = jobsOf('examples/workflows', workflow);
      const { permissions } = jobs.find((one) => job === undefined || one.name === job) ?? {};
      const token = `ghs_${runId}`;
      github.seedToken({ token, repository: 'acme/shop', permissions: permissionsFromWorkflow(permissions) });
      github.clearRecords();
      const base = { name: event, payload, workflow, runId, githubApiUrl: github.url, token, helm, secrets };
      const result = await service.run({ ...base, ...(job ? { job } : {}), ...more });
      expect(github.violations).toEqual([]);
      return result;
    },
  };
}

let pulls = 20;

/** Opens a pull request with what is in the checkout; `fork`: its head stands in another repository. */
function open(service: ServiceRepository, fork = false): { number: number; payload: (action?: string) => object } {
  pulls += 1;
  const number = pulls;
  const sha = service.commit(`Change ${number}`);
  github.seedPull({ ...REPOSITORY, number, head: { ref: `change-${number}`, sha }, fork });
  const full_name = fork ? 'contributor/shop' : 'acme/shop';
  const head = { sha, ref: `change-${number}`, repo: { full_name } };
  const pull_request = { number, head, base: { ref: 'main' } };
  return { number, payload: (action = 'opened') => ({ action, number, pull_request }) };
}

const statuses = ({ log }: ActResult): string[] =>
  [...log.matchAll(/set-output:: status=(\S+)/g)].map(([, one]) => one ?? '');

describe(`the examples, in act with ${helm}`, () => {
  it('matrix.yml: several releases, each with a comment of its own', async () => {
    const { service, run, comments } = scene('matrix', 'matrix.yml', (namespace) => [
      ['release: [interface, mesh, dashboard]', 'release: [interface, mesh]'],
      ['namespace: pearl', `namespace: ${namespace}`],
    ]);
    service.copy(path.join(PEARL, 'charts/service'), 'deploy/chart');
    for (const name of ['interface', 'mesh'])
      service.copy(path.join(PEARL, name, 'observed.yaml'), `deploy/${name}.yaml`);
    const { number, payload } = open(service);
    const preview = await run('pull_request', payload(), 'preview');
    expect({ code: preview.code, statuses: statuses(preview) }).toEqual({ code: 0, statuses: ['changed', 'changed'] });
    const titles = comments(number).map((body) => /^### ⎈ (\w+)/m.exec(body)?.[1]);
    expect(titles.sort()).toEqual(['interface', 'mesh']);
  });

  it('canary-cluster.yml: the other clusters only when the first is healthy', async () => {
    const { place, service, run } = scene('clusters', 'canary-cluster.yml', (namespace) => [
      ['release: interface', 'release: web'],
      ['namespace: pearl', `namespace: ${namespace}`],
    ]);
    const push = { ref: 'refs/heads/main', after: service.commit('A change') };
    const good = await run('push', push);
    expect({ code: good.code, first: statuses(good)[0], all: statuses(good).length }).toEqual({
      code: 0,
      first: 'deployed',
      all: 3,
    });
    service.edit('deploy/chart/values.yaml', 'second: ""', 'second: missing');
    const bad = await run('push', { ...push, after: service.commit('A bad change') });
    expect({ code: bad.code, statuses: statuses(bad) }).toEqual({ code: 1, statuses: ['rolled-back'] });
    expect(place.ready()).toBe('3/3/3');
  });

  it('preview-environment.yml: a release of its own, taken away when the pull request is closed', async () => {
    const { place, service, run, comments } = scene('preview', 'preview-environment.yml', (namespace) => [
      ['namespace: pearl-previews', `namespace: ${namespace}`],
    ]);
    const { number, payload } = open(service);
    const opened = await run('pull_request', payload());
    expect({ code: opened.code, statuses: statuses(opened) }).toEqual({ code: 0, statuses: ['deployed'] });
    expect(place.h('list', '--short').trim()).toBe(`interface-pr-${number}`);
    const closed = await run('pull_request', payload('closed'));
    expect({ code: closed.code, statuses: statuses(closed) }).toEqual({ code: 0, statuses: ['uninstalled'] });
    expect(place.h('list', '--short').trim()).toBe('');
    expect(comments(number)).toEqual([expect.stringContaining('uninstalled')]);
  });

  it('eks.yml: the cluster by its name, with the AWS CLI of the runner', async () => {
    const { place, service, run } = scene('eks', 'eks.yml', (namespace) => [
      ['release: interface', 'release: web'],
      ['namespace: pearl', `namespace: ${namespace}`],
    ]);
    const front = await startEksFront(60);
    cleanups.push(() => front.close());
    const account = {
      account: '111122223333',
      role: 'arn:aws:sts::111122223333:assumed-role/deploy/run',
      key: 'AKIAEXAMPLE',
    };
    const files = { calls: path.join(service.folder, 'aws.calls'), holds: path.join(service.folder, 'aws.json') };
    const cluster = { cluster: 'pearl', region: 'eu-central-1', server: front.url, ca: front.ca, ttlSeconds: 60 };
    writeFileSync(files.holds, JSON.stringify({ ...cluster, ...account, calls: files.calls }));
    const aws = `#!/bin/sh\nexec '${process.execPath}' '${path.join(ROOT, '__tests__/e2e/fake-aws.mjs')}' "$@"\n`;
    const env = { FAKE_AWS: files.holds, AWS_ACCESS_KEY_ID: account.key, KUBECONFIG: '/nowhere' };
    const push = { ref: 'refs/heads/main', after: service.commit('A change') };
    const result = await run('push', push, undefined, { env, programs: { aws } });
    expect({ code: result.code, statuses: statuses(result) }).toEqual({ code: 0, statuses: ['deployed'] });
    expect(place.ready()).toBe('3/3/3');
  });

  it('fork-diff.yml and forks.yml: base against head without the cluster, and the run that would post it', async () => {
    const { service, run } = scene('forks', 'fork-diff.yml', () => []);
    service.commit('The base');
    service.edit('deploy/chart/values.yaml', 'replicas: 3', 'replicas: 5');
    const { payload } = open(service, true);
    const { code, log } = await run('pull_request', payload());
    expect({ code, statuses: statuses({ code, log }) }).toEqual({ code: 0, statuses: ['changed'] });
    expect(log).toContain('Not compared with the cluster');
    const posting = scene('posting', 'forks.yml', () => []);
    const head = { head_repository: { owner: { login: 'contributor' } }, head_branch: 'change' };
    const posted = await posting.run('workflow_run', { workflow_run: { id: 1, event: 'pull_request', ...head } });
    expect(posted.code).toBe(0);
  });
});
