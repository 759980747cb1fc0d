import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from '../e2e/step.ts';
import { type Job, jobsOf, NEEDED, type Workflow, workflowsIn } from './workflow-files.ts';

// The rules of zizmor (https://docs.zizmor.sh/audits) and OpenSSF Scorecard that a workflow can break, as tests.
const workflows = workflowsIn('.github/workflows', 'examples/workflows');
const jobs = workflows.flatMap(({ file }) => jobsOf(path.dirname(file), path.basename(file)));
const rows = <T extends { file: string; name?: string }>(all: T[]) =>
  all.map((one): [string, T] => [one.name ? `${one.file}: ${one.name}` : one.file, one]);

/** Permissions that carry no reason and are not what the job's command asks GitHub for. */
function unexplained({ permissions = {}, permissionLines, jobsComment, command }: Job): string[] {
  return Object.entries(permissions)
    .map(([scope, level]) => `${scope}: ${level}`)
    .filter((permission) => !(NEEDED[command] ?? []).includes(permission))
    .filter((permission) => {
      const scope = permission.split(':')[0] ?? '';
      const own = permissionLines.some((line) => new RegExp(`^\\s*${permission} # \\S`).test(line));
      return !own && !jobsComment.includes(`${scope}: `);
    });
}

/** `${{ }}` inside a script: an attacker's text would become part of the program. */
function injections({ text }: Workflow): string[] {
  const scripts = [...text.matchAll(/^( *)(?:- )?run: (?:[|>]-?\n((?:\1 +.*\n|\n)*)|(.*)\n)/gm)];
  return scripts.flatMap((match) => `${match[2] ?? ''}${match[3] ?? ''}`.match(/\$\{\{.*?\}\}/g) ?? []);
}

describe('every workflow', () => {
  it.each(rows(workflows))('%s gives no permission to all jobs', (_name, { body }) => {
    expect(body.permissions).toEqual({});
  });

  it.each(rows(workflows))('%s puts no expression into a script', (_name, one) => {
    expect(injections(one)).toEqual([]);
  });

  it.each(rows(workflows))('%s hands no secrets on wholesale and is not started by pull_request_target', (_name, {
    text,
  }) => {
    expect(text).not.toMatch(/secrets:\s*inherit|toJSON\(secrets\)|pull_request_target/);
  });

  it.each(rows(workflows))('%s says the version of each pinned action, and pins what the list of pins says', (_name, {
    text,
  }) => {
    const pins = [...text.matchAll(/uses: ([\w-]+\/[\w-]+)@([0-9a-f]{40})(.*)$/gm)];
    expect(pins.filter((pin) => !/^ # v\d+\.\d+\.\d+$/.test(pin[3] ?? '')).map((pin) => pin[0])).toEqual([]);
    const versions = pins.map(([, name, commit]) => `${name}@${commit}`);
    expect(versions.filter((one) => !known.has(one))).toEqual([]);
  });
});

// The same action in two workflows is the same commit; a new pin is added here with the look at its tag.
const known = new Set([
  'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1',
  'actions/setup-node@820762786026740c76f36085b0efc47a31fe5020',
  'actions/setup-go@b7ad1dad31e06c5925ef5d2fc7ad053ef454303e',
  'actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a',
  'actions/cache@55cc8345863c7cc4c66a329aec7e433d2d1c52a9',
  'actions/attest@1e69f48acb82d1966a394da916b4c1698aa569d6',
  'aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c',
]);

describe('every job', () => {
  it.each(rows(jobs))('%s declares its permissions', (_name, { permissions }) => {
    expect(Object.keys(permissions ?? {})).not.toEqual([]);
  });

  it.each(
    rows(jobs.filter(({ command }) => command !== '')),
  )('%s has what its command asks GitHub for', (_name, job) => {
    const declared = Object.entries(job.permissions ?? {}).map(([scope, level]) => `${scope}: ${level}`);
    const silent = job.body.uses === undefined && JSON.stringify(job.body).includes('"comment":"never"');
    expect(silent ? [] : (NEEDED[job.command] ?? ['?']).filter((one) => !declared.includes(one))).toEqual([]);
  });

  it.each(rows(jobs))('%s gives a reason for every permission that GitHub’s API does not ask for', (_name, job) => {
    expect(unexplained(job)).toEqual([]);
  });

  it.each(
    rows(jobs.filter(({ body }) => body.uses === undefined)),
  )('%s ends by itself, and keeps no credentials', (_name, { body }) => {
    expect(body['timeout-minutes']).toEqual(expect.any(Number));
    const steps = (body.steps ?? []) as { uses?: string; with?: Record<string, unknown> }[];
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.map((step) => step.with?.['persist-credentials'])).toEqual(checkouts.map(() => false));
  });

  const writers = jobs.filter(
    ({ body, command }) => body.uses === undefined && ['deploy', 'rollback'].includes(command),
  );
  it.each(rows(writers))('%s is not cut off by the next run', (_name, { body }) => {
    expect(body.concurrency).toMatchObject({ 'cancel-in-progress': false });
  });
});

describe('what is copied', () => {
  it.each(rows(workflowsIn('examples/workflows')))('%s has under 30 lines', (_name, { text }) => {
    expect(text.trimEnd().split('\n').length).toBeLessThan(30);
  });

  it('service.yml names the release, its namespace and its chart, and nothing else of the service', () => {
    const text = readFileSync(path.join(ROOT, 'examples/workflows/service.yml'), 'utf8');
    const own = text.replaceAll(/release: interface|namespace: pearl|chart: deploy\/chart/g, '');
    expect(own).not.toMatch(/interface|pearl|deploy\/chart/);
  });
});

describe('the rules themselves', () => {
  const job = (permissions: Record<string, string>, lines: string[]): Job => ({
    file: 'x.yml',
    name: 'x',
    command: 'deploy',
    permissions,
    permissionLines: lines,
    jobsComment: 'jobs:',
    body: {},
  });

  it('see a permission without a reason', () => {
    expect(unexplained(job({ contents: 'read' }, ['contents: read']))).toEqual(['contents: read']);
    expect(unexplained(job({ contents: 'read' }, ['contents: read # the checkout']))).toEqual([]);
  });

  it('see an expression in a script of one line and of many', () => {
    const expression = (name: string): string => ['$', `{{ inputs.${name} }}`].join('');
    const text = [
      'steps:',
      `  - run: echo ${expression('a')}`,
      '  - run: |',
      '      x',
      `      echo ${expression('b')}`,
      '  - uses: y',
      `    with: { z: "${expression('c')}" }`,
      '',
    ].join('\n');
    expect(injections({ file: '', text, body: {} })).toEqual([expression('a'), expression('b')]);
  });
});
