import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

const ROOT = path.resolve(import.meta.dirname, '../..');
const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const action = parse(readFileSync(path.join(ROOT, 'action.yml'), 'utf8')) as {
  inputs: Record<string, { description: string; required?: boolean; default?: string }>;
  outputs: Record<string, { description: string }>;
};

/** The rows of the table below a heading of the README. */
function rowsBelow(heading: string): string[] {
  const section = readme.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return section.split('\n').filter((line) => line.startsWith('| `'));
}

const cell = (text: string): string => text.replace(/\s+/g, ' ').trim().replaceAll('|', '\\|');

describe('README.md', () => {
  it('has exactly the inputs of action.yml', () => {
    const rows = Object.entries(action.inputs).map(([name, { description, required, default: given }]) => {
      return `| \`${name}\` | ${required ? '**required**' : given ? `\`${given}\`` : ''} | ${cell(description)} |`;
    });
    expect(rowsBelow('Inputs')).toEqual(rows);
  });

  it('has exactly the outputs of action.yml', () => {
    const rows = Object.entries(action.outputs).map(
      ([name, { description }]) => `| \`${name}\` | ${cell(description)} |`,
    );
    expect(rowsBelow('Outputs')).toEqual(rows);
  });

  it('shows a workflow that uses only inputs that exist, and all that are required', () => {
    const workflow = parse(/```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? '') as {
      jobs: { deploy: { permissions: object; steps: { uses: string; with?: Record<string, string> }[] } };
    };
    const { permissions, steps } = workflow.jobs.deploy;
    const used = Object.keys(steps.at(-1)?.with ?? {});
    const required = Object.keys(action.inputs).filter((name) => action.inputs[name]?.required);
    expect(used.filter((name) => !(name in action.inputs))).toEqual([]);
    expect(required.filter((name) => !used.includes(name))).toEqual([]);
    expect(permissions).toEqual({ contents: 'read', 'pull-requests': 'write' });
    expect(steps[0]?.uses).toMatch(/^actions\/checkout@[0-9a-f]{40}$/);
  });
});
