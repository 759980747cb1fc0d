import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { inputsOfWorkflow, inputsSetIn, withHelpers } from './exercised.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const TESTS = path.join(ROOT, '__tests__');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const { inputs } = parse(read('action.yml')) as { inputs: Record<string, unknown> };
const names = new Set(Object.keys(inputs));

/** Every step of it is refused for its inputs: none of them is at work there. */
const REFUSALS = '__tests__/e2e/inputs.e2e.test.ts';

const tests = globSync('__tests__/**/*.{e2e,long}.test.ts', { cwd: ROOT }).filter((file) => file !== REFUSALS);
const sources = new Set(tests.flatMap((file) => [...withHelpers(path.join(ROOT, file), TESTS)]));

/** The workflows to copy that a test runs in a real workflow runner. */
const runners = globSync('__tests__/workflows/*.e2e.test.ts', { cwd: ROOT }).map(read).join('\n');
const workflows = globSync('examples/workflows/*.yml', { cwd: ROOT }).filter((file) =>
  runners.includes(`'${path.basename(file)}'`),
);

describe('the inputs of action.yml', () => {
  it('are each set by a test on the bed', () => {
    const used = new Set([
      ...[...sources].flatMap((file) => [...inputsSetIn(readFileSync(file, 'utf8'), names)]),
      ...workflows.flatMap((file) => [...inputsOfWorkflow(read(file))]),
    ]);
    expect([...names].filter((name) => !used.has(name))).toEqual([]);
  });

  it('are looked for in tests, their helpers and the workflows that are run', () => {
    const found = [...sources].map((file) => path.relative(ROOT, file));
    expect(found).toEqual(expect.arrayContaining(['__tests__/e2e/deploy.e2e.test.ts', '__tests__/e2e/drift-place.ts']));
    expect(found).not.toContain(REFUSALS);
    expect(workflows).toContain('examples/workflows/service.yml');
  });
});

describe('what counts as set', () => {
  const set = (source: string): string[] => [
    ...inputsSetIn(source, new Set(['test', 'timeout', 'revision', 'dry-run'])),
  ];

  it.each([
    ["step({ test: 'true', 'dry-run': dry })", ['test', 'dry-run']],
    ["const inputs = { ...common, timeout: '9s' };", ['timeout']],
    ["f({ inputs: { test: on ? 'true' : 'false' } })", ['test']],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source to be read
    ['f({ timeout: `${seconds}s` })', ['timeout']],
    ['f({ timeout })', ['timeout']],
  ])('%s', (source, expected) => {
    expect(set(source)).toEqual(expected);
  });

  it.each([
    ['an expectation', "expect(run.outputs).toMatchObject({ revision: '2' })"],
    ['one within another', "expect(rows).toEqual([expect.objectContaining({ revision: '2' })])"],
    ['an object of something else', "report({ revision: '2', status: 'failed' })"],
    ['a number', 'wait({ timeout: 90 })'],
    ['a comment', "// step({ test: 'true' })"],
    ['a text', 'f("{ test: true }")'],
  ])('not %s', (_name, source) => {
    expect(set(source)).toEqual([]);
  });

  it('is what a workflow gives to the action, and to nothing else', () => {
    const text = [
      'jobs:',
      '  a:',
      '    uses: helm-rollout/helm-rollout/.github/workflows/deploy.yml@v1',
      '    with: &same { release: web }',
      '    secrets: { kubeconfig: x }',
      '  b:',
      '    steps:',
      '      - uses: helm-rollout/helm-rollout@v1',
      '        with: { revision: 3 }',
      '      - uses: actions/checkout@v7',
      '        with: { ref: main }',
    ].join('\n');
    expect([...inputsOfWorkflow(text)]).toEqual(['release', 'kubeconfig', 'revision']);
  });
});
