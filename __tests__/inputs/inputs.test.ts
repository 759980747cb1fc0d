import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { builtIn } from '../../src/audit/profiles.ts';
import { InputError } from '../../src/inputs/input-error.ts';
import type { Inputs } from '../../src/inputs/inputs.ts';
import { parseInputs } from '../../src/inputs/parse.ts';

type Name = keyof Inputs;
type Given = Partial<Record<Name, string>>;

let workspace = '';
const REQUIRED: Given = { release: 'web', chart: 'charts/web' };
const inputs = (given: Given = {}): Inputs =>
  parseInputs((name) => ({ ...REQUIRED, ...given })[name as Name] ?? '', workspace);

beforeAll(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'inputs-'));
  mkdirSync(path.join(workspace, 'charts/web'), { recursive: true });
  mkdirSync(path.join(workspace, 'charts/api'), { recursive: true });
  for (const file of ['charts/web/Chart.yaml', 'charts/web-1.0.0.tgz', 'values.yaml', 'a b,c.yaml']) {
    writeFileSync(path.join(workspace, file), '');
  }
  writeFileSync(path.join(workspace, 'profile.yaml'), 'extends: production\n');
  writeFileSync(path.join(workspace, 'wrong.yaml'), 'extends: all\n');
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

describe('action.yml', () => {
  const file = parse(readFileSync('action.yml', 'utf8')) as {
    inputs: Record<string, { default?: string; required?: boolean }>;
  };
  const names = Object.keys(file.inputs) as Name[];

  it('has the inputs of the parser, in its order', () => {
    expect(names).toEqual(Object.keys(inputs()));
  });

  it('has defaults that are what an absent input means', () => {
    const defaults = names
      .filter((name) => name !== 'github-token')
      .map((name) => [name, file.inputs[name]?.default ?? ''] as const);
    const given = Object.fromEntries(defaults.filter(([, text]) => text !== ''));
    expect(inputs(given)).toEqual(inputs());
    expect(Object.keys(given)).toEqual([
      'command',
      'dependency-update',
      'namespace',
      'timeout',
      'atomic',
      'fail-fast',
      'wait-for-jobs',
      'test',
      'create-namespace',
      'audit',
      'audit-profile',
      'force',
      'dry-run',
      'on-drift',
      'fail-on-drift',
      'adopt',
      'comment',
      'diff-engine',
      'render',
    ]);
    expect(file.inputs['github-token']?.default).toMatch(/^\$\{\{ github\.token \}\}$/);
  });

  it('requires what the parser requires of every command', () => {
    expect(names.filter((name) => file.inputs[name]?.required)).toEqual(['release']);
  });
});

describe('absent inputs', () => {
  it('have these values', () => {
    expect(inputs()).toEqual({
      command: 'deploy',
      release: 'web',
      chart: path.join(workspace, 'charts/web'),
      'chart-version': undefined,
      repo: undefined,
      'repo-username': undefined,
      'repo-password': undefined,
      'dependency-update': false,
      namespace: 'default',
      values: undefined,
      'value-files': [],
      set: [],
      'set-string': [],
      timeout: { text: '10m', ms: 600_000 },
      atomic: 'ours',
      'fail-fast': true,
      'wait-for-jobs': false,
      test: false,
      'history-max': undefined,
      'create-namespace': false,
      audit: 'warn',
      'audit-profile': builtIn('essential'),
      'helm-args': [],
      force: false,
      revision: undefined,
      'dry-run': false,
      confirm: undefined,
      'on-drift': 'overwrite',
      'drift-ignore': [],
      'fail-on-drift': false,
      adopt: false,
      kubeconfig: undefined,
      'kube-context': undefined,
      'eks-cluster': undefined,
      'aws-region': undefined,
      'helm-version': undefined,
      'kubectl-version': undefined,
      'tool-mirror': undefined,
      'github-token': undefined,
      comment: 'auto',
      'diff-engine': 'builtin',
      render: 'client',
      'pull-request': undefined,
    });
  });
});

/** What some inputs cannot stand without. */
const ALONG: Partial<Record<Name, Given>> = {
  'chart-version': { repo: 'https://charts.example.com', chart: 'web' },
  repo: { chart: 'web' },
  'repo-username': { repo: 'https://charts.example.com', chart: 'web', 'repo-password': 'p' },
  'repo-password': { repo: 'https://charts.example.com', chart: 'web', 'repo-username': 'u' },
  'aws-region': { 'eks-cluster': 'production' },
};

const ACCEPTED: [Name, string, unknown][] = [
  ['chart-version', '1.4.2', '1.4.2'],
  ['chart-version', '>=1.4.0 <2.0.0 || ~3.1-0', '>=1.4.0 <2.0.0 || ~3.1-0'],
  ['chart-version', '1.0.0+build.7', '1.0.0+build.7'],
  ['repo', 'https://charts.example.com/stable/', 'https://charts.example.com/stable'],
  ['repo', 'http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['repo-username', 'deploy', 'deploy'],
  ['repo-password', 'p$w d', 'p$w d'],
  ['dependency-update', 'true', true],
  ['eks-cluster', 'production_1', 'production_1'],
  ['aws-region', 'eu-central-1', 'eu-central-1'],
  ['aws-region', 'us-gov-west-1', 'us-gov-west-1'],
  ['helm-version', '4.3.0', '4.3.0'],
  ['helm-version', 'v3.22.0', '3.22.0'],
  ['kubectl-version', '1.32.13', '1.32.13'],
  ['tool-mirror', 'https://mirror.example.com/tools/', 'https://mirror.example.com/tools'],
  ['command', 'deploy', 'deploy'],
  ['command', 'diff', 'diff'],
  ['command', 'audit', 'audit'],
  ['command', 'rollback', 'rollback'],
  ['command', 'drift', 'drift'],
  ['on-drift', 'fail', 'fail'],
  [
    'drift-ignore',
    'Deployment/web spec.replicas\n\n ConfigMap/x ',
    ['Deployment/web spec.replicas', 'ConfigMap/x'].map((line) => ({ line, matches: expect.any(Function) })),
  ],
  ['fail-on-drift', 'true', true],
  ['adopt', 'true', true],
  ['release', 'a', 'a'],
  ['release', ' web-1.api ', 'web-1.api'],
  ['release', 'a'.repeat(53), 'a'.repeat(53)],
  ['namespace', 'team-1', 'team-1'],
  ['namespace', 'a'.repeat(63), 'a'.repeat(63)],
  ['values', 'image:\n  tag: "1"\n', 'image:\n  tag: "1"'],
  ['values', '{a: 1}', '{a: 1}'],
  ['set', '\n image.tag=1.5,replicas=2 \n\n a.b={x,y}\n', ['image.tag=1.5,replicas=2', 'a.b={x,y}']],
  ['set', 'a=', ['a=']],
  ['set-string', 'build=007\r\nb=x=y', ['build=007', 'b=x=y']],
  ['timeout', '90s', { text: '90s', ms: 90_000 }],
  ['timeout', '1h30m', { text: '1h30m', ms: 5_400_000 }],
  ['timeout', '1.5m', { text: '1.5m', ms: 90_000 }],
  ['timeout', '1s', { text: '1s', ms: 1_000 }],
  ['timeout', '1000ms', { text: '1000ms', ms: 1_000 }],
  ['timeout', '24h', { text: '24h', ms: 86_400_000 }],
  ['atomic', 'true', 'ours'],
  ['atomic', 'helm', 'helm'],
  ['atomic', 'false', 'off'],
  ['fail-fast', 'false', false],
  ['wait-for-jobs', 'true', true],
  ['test', 'true', true],
  ['history-max', '0', 0],
  ['history-max', '99999', 99_999],
  ['create-namespace', 'true', true],
  ['audit', 'off', 'off'],
  ['audit', 'enforce', 'enforce'],
  ['audit-profile', 'production', builtIn('production')],
  ['audit-profile', 'profile.yaml', { ...builtIn('production'), name: 'profile.yaml', exemptions: [] }],
  ['helm-args', ' --no-hooks \n\n--reuse-values', ['--no-hooks', '--reuse-values']],
  ['force', 'true', true],
  ['revision', ' 3 ', '3'],
  ['revision', '3; rm', '3; rm'],
  ['dry-run', 'true', true],
  ['confirm', 'web', 'web'],
  ['kubeconfig', 'apiVersion: v1', 'apiVersion: v1'],
  ['kube-context', 'prod', 'prod'],
  ['github-token', 'ghs_x', 'ghs_x'],
  ['comment', 'never', 'never'],
  ['comment', 'always', 'always'],
  ['diff-engine', 'helm-diff', 'helm-diff'],
  ['render', 'server', 'server'],
  ['pull-request', '12', 12],
];

const RELEASE =
  'it must be at most 53 lower-case letters, digits, "-" and ".", and starts and ends with a letter or digit';
const EXAMPLE = 'write a duration with its unit, such as 10m, 90s or 1h30m';
const NO_MAPPING = 'is not a YAML mapping (write key: value, as in a values file)';
const NO_EQUALS = 'a line without "=" (write one key=value per line, in Helm\'s own syntax)';
const NO_NAMESPACE = 'is no namespace: at most 63 lower-case letters, digits and "-"';

const OUTSIDE = 'is outside the workspace: charts and values files come from the checkout';
const URLS = 'is no address that starts with';

const REFUSED: [Name, string, string][] = [
  ['chart', '../web', `"../web" ${OUTSIDE}`],
  ['chart', '/etc', `"/etc" ${OUTSIDE}`],
  ['chart', 'oci://', `"oci://" ${URLS} oci://`],
  ['chart', 'oci://u:hunter2@registry.example.com/web', 'holds a user name or password: they have inputs of their own'],
  ['value-files', '/etc/passwd', `"/etc/passwd" ${OUTSIDE}`],
  ['value-files', 'charts/../../values.yaml', `"charts/../../values.yaml" ${OUTSIDE}`],
  ...['--devel', '1.0;rm', '$(id)', '1\n2'].map((text): [Name, string, string] => [
    'chart-version',
    text,
    `"${text}" is no version: write one such as 1.4.2, or a range such as ^1.4`,
  ]),
  ...['charts.example.com', 'file:///etc', 'git+ssh://example.com', 'https://', 'https://a b'].map(
    (text): [Name, string, string] => ['repo', text, `"${text}" ${URLS} https://, http://, oci://`],
  ),
  ['repo', 'https://u:p@charts.example.com', 'holds a user name or password: they have inputs of their own'],
  ['dependency-update', 'yes', '"yes" is not a boolean: write true or false'],
  ...['prod/1', '--name', 'a'.repeat(101)].map((text): [Name, string, string] => [
    'eks-cluster',
    text,
    `"${text}" is no EKS cluster's name: at most 100 letters, digits, "-" and "_"`,
  ]),
  ['aws-region', 'Frankfurt', '"Frankfurt" is no AWS region: write one such as eu-central-1'],
  ...(['helm-version', 'kubectl-version'] as const).flatMap((name) =>
    ['latest', '4', '4.3', '^4.3.0', '4.3.0-rc.1', '../4.3.0'].map((text): [Name, string, string] => [
      name,
      text,
      `"${text}" is no exact version: write one such as 4.3.0`,
    ]),
  ),
  ['tool-mirror', 'ftp://mirror', `"ftp://mirror" ${URLS} https://, http://`],
  ['tool-mirror', 'https://u:p@mirror', 'holds a user name or password: they have inputs of their own'],
  ['command', 'destroy', '"destroy" is not one of deploy, diff, drift, audit, rollback, uninstall'],
  ['on-drift', 'ignore', '"ignore" is not one of overwrite, fail'],
  [
    'drift-ignore',
    'Deployment/web\nspec.replicas',
    '"spec.replicas" is not Kind/name or Kind/name path, such as Deployment/web spec.replicas',
  ],
  ['fail-on-drift', 'yes', '"yes" is not a boolean: write true or false'],
  ['adopt', '1', '"1" is not a boolean: write true or false'],
  ['release', '', 'is required and was not given'],
  ['release', '  ', 'is required and was not given'],
  ...['Web', 'web_1', '-web', 'web.', 'a..b', 'a'.repeat(54), 'web\nx', '--help'].map(
    (name): [Name, string, string] => ['release', name, `Helm refuses the name "${name}": ${RELEASE}`],
  ),
  ['namespace', 'Team', `"Team" ${NO_NAMESPACE}`],
  ['namespace', 'a.b', `"a.b" ${NO_NAMESPACE}`],
  ['namespace', 'a'.repeat(64), `"${'a'.repeat(64)}" ${NO_NAMESPACE}`],
  ['chart', '', 'is required and was not given'],
  ['chart', 'charts/none', '"charts/none" does not exist in the workspace (is there a checkout step?)'],
  ['chart', 'charts/api', 'the folder "charts/api" holds no Chart.yaml'],
  ['values', 'a: [1', 'is not valid YAML'],
  ['values', '- a', NO_MAPPING],
  ['values', 'just text', NO_MAPPING],
  ['values', '~', NO_MAPPING],
  ['value-files', 'values.yaml\nnone.yaml', 'the file "none.yaml" does not exist in the workspace (one path per line)'],
  ['value-files', 'charts', 'the file "charts" does not exist in the workspace (one path per line)'],
  [
    'value-files',
    'values.yaml,values.yaml',
    'the file "values.yaml,values.yaml" does not exist in the workspace (one path per line)',
  ],
  ['set', 'a=1\nreplicas', NO_EQUALS],
  ['set', '=1', NO_EQUALS],
  ['set-string', 'secret-value', NO_EQUALS],
  ['timeout', '600', `"600" has no unit: ${EXAMPLE}`],
  ['timeout', '1.5', `"1.5" has no unit: ${EXAMPLE}`],
  ...['ten', '10 m', '10min', '1d', '-5m', '5m!', 'm'].map((text): [Name, string, string] => [
    'timeout',
    text,
    `"${text}" is not a duration: ${EXAMPLE}`,
  ]),
  ['timeout', '999ms', '"999ms" is not between 1s and 24h'],
  ['timeout', '0s', '"0s" is not between 1s and 24h'],
  ['timeout', '24h1s', '"24h1s" is not between 1s and 24h'],
  ['atomic', 'yes', '"yes" is not one of true, helm, false'],
  ['atomic', 'constructor', '"constructor" is not one of true, helm, false'],
  ...(['fail-fast', 'wait-for-jobs', 'test', 'create-namespace', 'force', 'dry-run'] as const).flatMap((name) =>
    ['yes', 'True', '1'].map((text): [Name, string, string] => [
      name,
      text,
      `"${text}" is not a boolean: write true or false`,
    ]),
  ),
  ['audit', 'true', '"true" is not one of off, warn, enforce'],
  [
    'audit-profile',
    'Production',
    '"Production" is neither essential nor production, and no such file is in the workspace',
  ],
  ['audit-profile', 'charts', '"charts" is neither essential nor production, and no such file is in the workspace'],
  ['audit-profile', 'wrong.yaml', 'in wrong.yaml: extends holds "all": write one of essential, production'],
  ...['-1', '1.5', 'all', '100000', '007'].map((text): [Name, string, string] => [
    'history-max',
    text,
    `"${text}" is not a number of revisions: write 0 (no limit) to 99999`,
  ]),
  ['helm-args', '--no-hooks\n--no-hooks', '"--no-hooks" is given twice'],
  ['comment', 'sometimes', '"sometimes" is not one of auto, always, never'],
  ['diff-engine', 'dyff', '"dyff" is not one of builtin, helm-diff'],
  ['render', 'cluster', '"cluster" is not one of client, server'],
  ...['0', '-1', '1.5', '#12', '01', '12345678901'].map((text): [Name, string, string] => [
    'pull-request',
    text,
    `"${text}" is not the number of a pull request`,
  ]),
];

describe('an accepted input', () => {
  it.each(ACCEPTED)('%s: %j', (name, text, value) => {
    expect(inputs({ ...ALONG[name], [name]: text })[name]).toEqual(value);
  });

  it('chart: a folder, a package, an absolute path', () => {
    expect(inputs({ chart: './charts/web' }).chart).toBe(path.join(workspace, 'charts/web'));
    expect(inputs({ chart: 'charts/web-1.0.0.tgz' }).chart).toBe(path.join(workspace, 'charts/web-1.0.0.tgz'));
    const absolute = path.join(workspace, 'charts/web');
    expect(inputs({ chart: absolute }).chart).toBe(absolute);
  });

  it('value-files: one path per line, blanks and commas belong to a name', () => {
    expect(inputs({ 'value-files': 'values.yaml\n\n  a b,c.yaml  ' })['value-files']).toEqual(
      ['values.yaml', 'a b,c.yaml'].map((name) => path.join(workspace, name)),
    );
  });
});

describe('chart', () => {
  it.each(['rollback', 'uninstall'])('is not needed to %s', (command) => {
    const given = { command, chart: '', confirm: 'web' };
    expect(inputs(given).chart).toBe('');
    expect(() => inputs({ ...given, chart: 'charts/none' })).toThrow('input "chart": "charts/none" does not exist');
  });
});

describe('confirm', () => {
  const uninstall = (given: Given): Inputs => inputs({ command: 'uninstall', ...given });

  it.each<[Given, string]>([
    [{}, 'input "confirm": is empty: to delete the release, repeat its name here (web)'],
    [{ confirm: 'Web' }, 'input "confirm": "Web" is not the release\'s name: to delete'],
    [{ confirm: 'true' }, 'input "confirm": "true" is not'],
    [{ confirm: 'we', 'dry-run': 'false' }, 'input "confirm": "we" is not'],
  ])('has to repeat the name of a release that is uninstalled: %j', (given, problem) => {
    expect(() => uninstall(given)).toThrow(problem);
  });

  it('is not needed for a dry run, nor for other commands', () => {
    expect(uninstall({ 'dry-run': 'true' }).confirm).toBeUndefined();
    expect(uninstall({ confirm: 'web' }).confirm).toBe('web');
    expect(inputs({ confirm: 'other' }).confirm).toBe('other');
  });
});

describe('a refused input', () => {
  it.each(REFUSED)('%s: %j', (name, text, problem) => {
    let error: unknown;
    try {
      inputs({ ...ALONG[name], [name]: text });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toBe(`input "${name}": ${problem}`);
  });

  it('covers every input that can be refused, and every one that can be accepted', () => {
    const free: Name[] = [
      'kubeconfig',
      'kube-context',
      'github-token',
      'repo-username',
      'repo-password',
      'revision',
      'confirm',
    ];
    const all = Object.keys(inputs()) as Name[];
    expect([...new Set(REFUSED.map(([name]) => name)), ...free].sort()).toEqual([...all].sort());
    expect([...new Set(ACCEPTED.map(([name]) => name)), 'chart', 'value-files'].sort()).toEqual([...all].sort());
  });

  it('never quotes what may be a secret', () => {
    for (const values of ['password: [hunter22', 'hunter22'])
      expect(() => inputs({ values })).toThrow(/^(?!.*hunter22)/);
    expect(() => inputs({ set: 'hunter22' })).toThrow(/^(?!.*hunter22)/);
  });

  it('is the first one that is wrong', () => {
    expect(() => inputs({ release: 'X', timeout: '1' })).toThrow('input "release"');
  });
});
