import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { parseInputs } from '../../src/inputs/parse.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** The contract with users, as the design has it: every input, and the default that it names. */
const DESIGNED: Record<string, string> = {
  command: 'deploy',
  release: '',
  namespace: '',
  chart: '',
  'chart-version': '',
  repo: '',
  'repo-username': '',
  'repo-password': '',
  values: '',
  'value-files': '',
  set: '',
  'set-string': '',
  timeout: '10m',
  atomic: 'true',
  'fail-fast': 'true',
  'wait-for-jobs': '',
  test: '',
  'history-max': '',
  'create-namespace': '',
  'dependency-update': '',
  'helm-args': '',
  'on-drift': 'overwrite',
  'drift-ignore': '',
  adopt: '',
  'fail-on-drift': '',
  audit: 'warn',
  'audit-profile': 'essential',
  revision: '',
  'dry-run': '',
  confirm: '',
  force: '',
  'diff-engine': 'builtin',
  render: 'client',
  'helm-version': '',
  'kubectl-version': '',
  'tool-mirror': '',
  kubeconfig: '',
  'kube-context': '',
  'eks-cluster': '',
  'aws-region': '',
  'github-token': ['$', '{{ github.token }}'].join(''),
  comment: '',
  'pull-request': '',
};

const OUTPUTS = [
  'status',
  'revision',
  'previous-revision',
  'changed',
  'drifted',
  'reason',
  'report',
  'diff',
  'comment-url',
  'audit-failures',
];

const STATUSES = [
  'deployed',
  'unchanged',
  'rolled-back',
  'rollback-failed',
  'uninstalled',
  'failed',
  'refused',
  'unknown',
  'changed',
  'clean',
  'drifted',
  'findings',
];

interface ActionFile {
  inputs: Record<string, { default?: string }>;
  outputs: Record<string, { description: string }>;
}

const action = parse(read('action.yml')) as ActionFile;
const promised = Object.keys(DESIGNED);
const sorted = (names: Iterable<string>): string[] => [...names].sort();

/** The names in the first column of the table below a heading of the README. */
function tableOf(page: string, heading: string): string[] {
  const part = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...part.matchAll(/^\| `([^`]+)` \|/gm)].map((row) => row[1] ?? '');
}

describe('the contract with users', () => {
  it.each([
    ['action.yml', Object.keys(action.inputs)],
    ['the parser', Object.keys(parseInputs((name) => ({ command: 'rollback', release: 'web' })[name] ?? '', ROOT))],
    ['README.md', tableOf(read('README.md'), 'Inputs')],
  ])('has the designed inputs in %s', (_place, names) => {
    expect(sorted(names)).toEqual(sorted(promised));
  });

  it('has the designed defaults', () => {
    const named = promised.filter((name) => DESIGNED[name] !== '');
    const given = named.map((name) => [name, action.inputs[name]?.default]);
    expect(given).toEqual(named.map((name) => [name, DESIGNED[name]]));
  });

  it.each([
    ['action.yml', Object.keys(action.outputs)],
    ['README.md', tableOf(read('README.md'), 'Outputs')],
  ])('has the designed outputs in %s', (_place, names) => {
    expect(sorted(names)).toEqual(sorted(OUTPUTS));
  });

  it('has the designed statuses in the schema of the report and in the description of the output', () => {
    const schema = JSON.parse(read('docs/report.schema.json')) as { properties: { status: { enum: string[] } } };
    const told = [...(action.outputs.status?.description.split('. `')[0] ?? '').matchAll(/`([a-z-]+)`/g)];
    expect(sorted(schema.properties.status.enum)).toEqual(sorted(STATUSES));
    expect(sorted(new Set(told.map((word) => word[1] ?? '')))).toEqual(sorted(STATUSES));
  });

  it('would not pass with an input or an output that the README does not have', () => {
    const page = read('README.md');
    const without = (name: string): string => page.replace(new RegExp(`^\\| \`${name}\` .*\\n`, 'm'), '');
    expect(tableOf(without('timeout'), 'Inputs')).not.toContain('timeout');
    expect(tableOf(page, 'Inputs')).toContain('timeout');
    expect(tableOf(without('reason'), 'Outputs')).not.toContain('reason');
  });
});
