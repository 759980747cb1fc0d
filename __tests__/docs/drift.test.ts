import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { driftedTable, PAGE, quietTable, withTables } from '../../scripts/drift-tables.ts';
import { REASONS } from '../../src/drift/finding.ts';
import { ignoreRule } from '../../src/drift/ignore.ts';
import { DRIFTED, QUIET } from '../e2e/drift-cases.ts';
import { readDriftResults } from '../long/drift-results.ts';

const page = readFileSync(PAGE, 'utf8');

describe('docs/drift.md', () => {
  it('has the tables that the results give (else: node scripts/start.mjs scripts/drift-tables.ts)', () => {
    expect(page).toBe(withTables(page));
  });

  it('notices a table that was changed by hand', () => {
    const changed = page.replace(
      '| drift | `kubectl set image` | overwrites it |',
      '| drift | nobody | overwrites it |',
    );
    expect(changed).not.toBe(page);
    expect(withTables(changed)).toBe(page);
    expect(() => withTables(page.replace('<!-- end of quiet -->', ''))).toThrow(/no markers for the table "quiet"/);
  });

  it('has a row for every case of both kinds, seen with both Helms', () => {
    const results = readDriftResults();
    for (const helm of ['helm3', 'helm4'] as const) {
      expect(results.helms[helm].cases.map(({ name }) => name)).toEqual([...DRIFTED, ...QUIET].map(({ name }) => name));
    }
    expect(driftedTable(results).split('\n')).toHaveLength(DRIFTED.length + 2);
    expect(quietTable(results).split('\n')).toHaveLength(QUIET.length + 2);
    expect(() =>
      driftedTable({ ...results, helms: { ...results.helms, helm4: { helmVersion: '', cases: [] } } }),
    ).toThrow(/no case/);
  });

  it('says what an upgrade did, as the report foretold it', () => {
    for (const { cases } of Object.values(readDriftResults().helms)) {
      for (const { next, after } of cases.filter(({ next: said }) => said !== undefined)) {
        const did = { overwrite: 'overwritten', conflict: 'refused, overwritten by force', keep: 'kept', same: '' }[
          next ?? 'same'
        ];
        expect(after).toBe(did);
      }
    }
  });

  it('shows lines of drift-ignore that are some', () => {
    const block = /```yaml\ndrift-ignore: \|\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const lines = block
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(ignoreRule(line)).toBeDefined();
  });

  it('names reasons that all have words, and a page that links only to what is there', () => {
    expect(new Set(QUIET.map(({ reason }) => reason)).size).toBeGreaterThan(5);
    for (const { reason } of QUIET) expect(page).toContain(REASONS[reason]);
    for (const [, target = ''] of page.matchAll(/\]\(([^)#]+)\)/g)) {
      if (!target.startsWith('https://')) expect(existsSync(path.join(path.dirname(PAGE), target))).toBe(true);
    }
  });
});
