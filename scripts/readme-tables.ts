// Writes README.md's tables of inputs and outputs from action.yml: node scripts/start.mjs scripts/readme-tables.ts
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

const ROOT = path.join(import.meta.dirname, '..');
export const PAGE = path.join(ROOT, 'README.md');

interface ActionFile {
  inputs: Record<string, { description: string; required?: boolean; default?: string }>;
  outputs: Record<string, { description: string }>;
}

const cell = (text: string): string => text.replace(/\s+/g, ' ').trim().replaceAll('|', '\\|');

/** The rows of both tables, in the order of action.yml. */
export function rows(): { inputs: string[]; outputs: string[] } {
  const { inputs, outputs } = parse(readFileSync(path.join(ROOT, 'action.yml'), 'utf8')) as ActionFile;
  return {
    inputs: Object.entries(inputs).map(([name, { description, required, default: given }]) => {
      return `| \`${name}\` | ${required ? '**required**' : given ? `\`${given}\`` : ''} | ${cell(description)} |`;
    }),
    outputs: Object.entries(outputs).map(([name, { description }]) => `| \`${name}\` | ${cell(description)} |`),
  };
}

/** The page with both tables as action.yml gives them. Throws when it has no table below a heading. */
export function withTables(page: string): string {
  const { inputs, outputs } = rows();
  return put(put(page, 'Inputs', inputs), 'Outputs', outputs);
}

function put(page: string, heading: string, lines: readonly string[]): string {
  const pattern = new RegExp(`(\n## ${heading}\n(?:(?!\n## )[\\s\\S])*?\n\\|(?:---\\|)+\n)(?:\\| \`.*\n)*`);
  if (!pattern.test(page)) throw new Error(`README.md has no table below "## ${heading}"`);
  return page.replace(pattern, (_, begin: string) => `${begin}${lines.join('\n')}\n`);
}

if (import.meta.main) writeFileSync(PAGE, withTables(readFileSync(PAGE, 'utf8')));
