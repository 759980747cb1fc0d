import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { withTables } from '../../scripts/readme-tables.ts';
import { NEEDED } from '../workflows/workflow-files.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const readme = read('README.md');
const blocks = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map((block) => block[1] ?? '');
const action = parse(read('action.yml')) as {
  inputs: Record<string, { description: string; required?: boolean; default?: string }>;
  outputs: Record<string, { description: string }>;
};

/** What stands between a heading and the next one of its rank. */
function part(heading: string): string {
  const rank = heading.split(' ')[0] ?? '';
  return readme.split(`\n${heading}\n`)[1]?.split(`\n${rank} `)[0] ?? '';
}

/** The cells of all rows of the tables in a text, without heads. */
function rowsOf(text: string): string[][] {
  const rows = text.split('\n').filter((line) => /^\|.*\|$/.test(line));
  const heads = rows.flatMap((line, at) => (line.startsWith('|---') ? [at - 1, at] : []));
  return rows
    .filter((_line, at) => !heads.includes(at))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

/** The words of the program: its sources as one text. */
const sources = globSync('src/**/*.ts', { cwd: ROOT })
  .map(read)
  .join('\n')
  .replaceAll('\\`', '`')
  .replaceAll("\\'", "'");

/** The parts of a message that stand in no source; `…` stands for names and numbers. */
function unsaid(message: string): string[] {
  const parts = message.replace(/^input "[\w-]+": ?/, '').split('…');
  return parts.filter((words) => words.trim() !== '' && !sources.includes(words));
}

/** The scopes of GITHUB_TOKEN that the README says a command needs. A row without a command goes on with the one above. */
function scopesOf(command: string): string[] {
  let current = '';
  return rowsOf(part('### `GITHUB_TOKEN`')).flatMap(([commands = '', scopes = '']) => {
    current = commands || current;
    const own = current.split(', ').includes(`\`${command}\``);
    return own ? [...scopes.matchAll(/`([a-z-]+: [a-z]+)`/g)].map((scope) => scope[1] ?? '') : [];
  });
}

describe('README.md', () => {
  it('has exactly the inputs and outputs of action.yml (else: node scripts/start.mjs scripts/readme-tables.ts)', () => {
    expect(readme).toBe(withTables(readme));
  });

  it('would not pass with an input that is missing or told otherwise', () => {
    expect(withTables(readme.replace(/^\| `timeout` .*\n/m, ''))).toBe(readme);
    expect(withTables(readme.replace('| `timeout` | `10m` |', '| `timeout` | `5m` |'))).toBe(readme);
  });

  it('shows the workflow to copy as it is', () => {
    expect(blocks[0]).toBe(read('examples/workflows/service.yml'));
  });

  it('shows a step that uses only inputs that exist, and all that are required, with what a deploy needs of GitHub', () => {
    const workflow = parse(blocks[1] ?? '') as {
      jobs: { deploy: { permissions: object; steps: { uses: string; with?: Record<string, string> }[] } };
    };
    const { permissions, steps } = workflow.jobs.deploy;
    const used = Object.keys(steps.at(-1)?.with ?? {});
    const required = Object.keys(action.inputs).filter((name) => action.inputs[name]?.required);
    expect(used.filter((name) => !(name in action.inputs))).toEqual([]);
    expect(required.filter((name) => !used.includes(name))).toEqual([]);
    const granted = Object.entries(permissions).map(([scope, level]) => `${scope}: ${level}`);
    expect(granted.sort()).toEqual([...(NEEDED.deploy ?? []), 'contents: read'].sort());
    expect(steps[0]?.uses).toMatch(/^actions\/checkout@[0-9a-f]{40}$/);
  });

  it.each(Object.entries(NEEDED))('names the scopes of %s', (command, needed) => {
    expect(scopesOf(command).sort()).toEqual([...new Set([...needed, 'contents: read'])].sort());
  });

  const messages = rowsOf(part('## Troubleshooting').split("Helm's and Kubernetes' own words")[0] ?? '').map(
    ([message = '']) => message.replace(/^`+|`+$/g, ''),
  );
  it('explains at least 15 messages, each in the words of the program', () => {
    expect(messages.length).toBeGreaterThanOrEqual(15);
    expect(messages.flatMap(unsaid)).toEqual([]);
  });

  it('would not pass with a message that the program does not say', () => {
    expect(unsaid('the release … is beheld: …')).toEqual([' is beheld: ']);
    expect(unsaid('input "timeout": … has no unity')).toEqual([' has no unity']);
  });

  it('is short enough to be read', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(400);
  });
});
