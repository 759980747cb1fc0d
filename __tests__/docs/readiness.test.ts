import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { checksTable, DONE, GAPS, PAGE, withTables } from '../../scripts/readiness-tables.ts';
import { CHECKS } from '../../src/audit/checks.ts';
import { parseProfile } from '../../src/audit/profile-file.ts';

const page = readFileSync(PAGE, 'utf8');

describe('docs/readiness.md', () => {
  it('has the tables that the registry gives (else: node scripts/start.mjs scripts/readiness-tables.ts)', () => {
    expect(page).toBe(withTables(page));
  });

  it('notices a table that was changed by hand', () => {
    const changed = page.replace('| `non-root` |', '| `no-root` |');
    expect(changed).not.toBe(page);
    expect(withTables(changed)).toBe(page);
    expect(() => withTables(page.replace('<!-- end of gaps -->', ''))).toThrow(/no markers for the table "gaps"/);
  });

  it('has a row for every check, and names no check in the plan that there is not', () => {
    const lines = checksTable().split('\n').slice(2);
    expect(lines.map((line) => /^\| `([^`]+)`/.exec(line)?.[1])).toEqual(CHECKS.map(({ id }) => id));
    const known = new Set(CHECKS.map(({ id }) => id));
    const named = [...GAPS, ...DONE].flatMap(({ checks }) => checks);
    expect(named.filter((id) => !known.has(id))).toEqual([]);
  });

  it('has every row of the gap table and every line of the definition of done, each with checks', () => {
    expect([GAPS.length, DONE.length]).toEqual([6, 8]);
    expect([...GAPS, ...DONE].filter(({ checks }) => checks.length === 0)).toEqual([]);
  });

  it('shows a profile that is one', () => {
    const [, example] = /```yaml\n(extends: [\s\S]*?)```/.exec(page) ?? [];
    expect(parseProfile(example ?? '', 'example').numbers.minReplicas).toBe(2);
  });
});
