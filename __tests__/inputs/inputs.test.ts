import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { InputError, type Inputs, parseInputs } from '../../src/inputs.ts';

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
      'namespace',
      'timeout',
      'atomic',
      'fail-fast',
      'wait-for-jobs',
      'create-namespace',
      'on-drift',
      'fail-on-drift',
      'adopt',
      'comment',
    ]);
    expect(file.inputs['github-token']?.default).toMatch(/^\$\{\{ github\.token \}\}$/);
  });

  it('requires what the parser requires', () => {
    expect(names.filter((name) => file.inputs[name]?.required)).toEqual(['release', 'chart']);
  });
});

describe('absent inputs', () => {
  it('have these values', () => {
    expect(inputs()).toEqual({
      command: 'deploy',
      release: 'web',
      chart: path.join(workspace, 'charts/web'),
      namespace: 'default',
      values: undefined,
      'value-files': [],
      set: [],
      'set-string': [],
      timeout: { text: '10m', ms: 600_000 },
      atomic: 'ours',
      'fail-fast': true,
      'wait-for-jobs': false,
      'create-namespace': false,
      'on-drift': 'overwrite',
      'drift-ignore': [],
      'fail-on-drift': false,
      adopt: false,
      kubeconfig: undefined,
      'kube-context': undefined,
      'github-token': undefined,
      comment: 'auto',
      'pull-request': undefined,
    });
  });
});

const ACCEPTED: [Name, string, unknown][] = [
  ['command', 'deploy', 'deploy'],
  ['command', 'diff', 'diff'],
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
  ['create-namespace', 'true', true],
  ['kubeconfig', 'apiVersion: v1', 'apiVersion: v1'],
  ['kube-context', 'prod', 'prod'],
  ['github-token', 'ghs_x', 'ghs_x'],
  ['comment', 'never', 'never'],
  ['comment', 'always', 'always'],
  ['pull-request', '12', 12],
];

const RELEASE =
  'it must be at most 53 lower-case letters, digits, "-" and ".", and starts and ends with a letter or digit';
const EXAMPLE = 'write a duration with its unit, such as 10m, 90s or 1h30m';
const NO_MAPPING = 'is not a YAML mapping (write key: value, as in a values file)';
const NO_EQUALS = 'a line without "=" (write one key=value per line, in Helm\'s own syntax)';
const NO_NAMESPACE = 'is no namespace: at most 63 lower-case letters, digits and "-"';

const REFUSED: [Name, string, string][] = [
  ['command', 'rollback', '"rollback" is not one of deploy, diff, drift'],
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
  ...(['fail-fast', 'wait-for-jobs', 'create-namespace'] as const).flatMap((name) =>
    ['yes', 'True', '1'].map((text): [Name, string, string] => [
      name,
      text,
      `"${text}" is not a boolean: write true or false`,
    ]),
  ),
  ['comment', 'sometimes', '"sometimes" is not one of auto, always, never'],
  ...['0', '-1', '1.5', '#12', '01', '12345678901'].map((text): [Name, string, string] => [
    'pull-request',
    text,
    `"${text}" is not the number of a pull request`,
  ]),
];

describe('an accepted input', () => {
  it.each(ACCEPTED)('%s: %j', (name, text, value) => {
    expect(inputs({ [name]: text })[name]).toEqual(value);
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

describe('a refused input', () => {
  it.each(REFUSED)('%s: %j', (name, text, problem) => {
    let error: unknown;
    try {
      inputs({ [name]: text });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toBe(`input "${name}": ${problem}`);
  });

  it('covers every input that can be refused, and every one that can be accepted', () => {
    const free: Name[] = ['kubeconfig', 'kube-context', 'github-token'];
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
