import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { withTables } from '../../scripts/readme-tables.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const action = parse(readFileSync(path.join(ROOT, 'action.yml'), 'utf8')) as {
  inputs: Record<string, { description: string; required?: boolean; default?: string }>;
  outputs: Record<string, { description: string }>;
};

describe('README.md', () => {
  it('has exactly the inputs and outputs of action.yml (else: node scripts/start.mjs scripts/readme-tables.ts)', () => {
    expect(readme).toBe(withTables(readme));
  });

  it('would not pass with an input that is missing or told otherwise', () => {
    expect(withTables(readme.replace(/^\| `timeout` .*\n/m, ''))).toBe(readme);
    expect(withTables(readme.replace('| `timeout` | `10m` |', '| `timeout` | `5m` |'))).toBe(readme);
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
