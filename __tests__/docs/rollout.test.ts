import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { casesTable, finalWords, PAGE, rulesTable, withTables } from '../../scripts/rollout-tables.ts';
import type { Report } from '../../src/report/report.ts';
import { RULES, ruleOf } from '../../src/rollout/rules.ts';
import type { StepResult } from '../e2e/step.ts';
import { CALLED, TIMED_OUT, TOLERATED } from '../e2e/verdict-cases.ts';
import { type CaseResults, caseResult, ResultsFile, readResults } from '../long/results.ts';

const page = readFileSync(PAGE, 'utf8');
const ROWS = [...CALLED, ...TIMED_OUT, ...TOLERATED];
const folder = mkdtempSync(path.join(tmpdir(), 'results-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (report: Partial<Report> | undefined): StepResult => ({
  code: 1,
  signal: null,
  log: '',
  shown: '',
  outputs: {},
  summary: '',
  report: report as Report | undefined,
});
const FAILED = {
  status: 'rolled-back',
  tookMs: 3200,
  helmVersion: '3.22.0',
  cause: { rule: 'image-not-found', seenAfterMs: 1000, finalAfterMs: 1100 },
  rollback: { tookMs: 900 },
} as Partial<Report>;

describe('docs/rollout.md', () => {
  it('has the tables that the rules and the results give (else: node scripts/start.mjs scripts/rollout-tables.ts)', () => {
    expect(page).toBe(withTables(page));
  });

  it('notices a table that was changed by hand', () => {
    const changed = page.replace('| `image-not-found` | never-recovers |', '| `image-not-found` | transient |');
    expect(changed).not.toBe(page);
    expect(withTables(changed)).toBe(page);
    expect(() => withTables(page.replace('<!-- end of rules -->', ''))).toThrow(/no markers for the table "rules"/);
  });

  it('has a row for every rule and every case', () => {
    const lines = rulesTable().split('\n').slice(2);
    expect(lines.map((line) => /^\| `([^`]+)`/.exec(line)?.[1])).toEqual(RULES.map(({ id }) => id));
    for (const { name } of ROWS) expect(page).toContain(`| ${name} |`);
  });

  it('says in words when a rule is final', () => {
    expect(finalWords(ruleOf('image-not-found'))).toBe('at once');
    expect(finalWords(ruleOf('image-denied'))).toBe(
      'at failing attempt 2, on the container or on another new pod, or after 20 s',
    );
    expect(finalWords(ruleOf('crash-loop'))).toMatch(/^at once, when all new pods .* one is enough$/);
    expect(finalWords(ruleOf('pods-refused'))).toBe('after 30 s');
    expect(finalWords(ruleOf('not-ready'))).toBe('never before the deadline');
  });

  it('links only to files that are there', () => {
    const targets = [...page.matchAll(/\]\(([^)#]+)\)/g)].map(([, target = '']) => target);
    const local = targets.filter((target) => !target.startsWith('https://') && target !== 'bench.md');
    expect(local).toContain('../README.md');
    for (const target of local) expect(() => readFileSync(path.join(path.dirname(PAGE), target))).not.toThrow();
  });
});

describe('the results of the cases', () => {
  it('keep what the report says, and refuse a run without one', () => {
    expect(caseResult({ name: 'missing image' }, run(FAILED))).toEqual({
      name: 'missing image',
      status: 'rolled-back',
      rule: 'image-not-found',
      seenAfterMs: 1000,
      finalAfterMs: 1100,
      rollbackMs: 900,
      tookMs: 3200,
    });
    expect(() => caseResult({ name: 'missing image' }, run(undefined))).toThrow(/left no report/);
  });

  it('are written when every row is there, and not before', () => {
    const file = new ResultsFile('helm3', 42);
    const rows = [{ name: 'one' }, { name: 'two' }];
    file.note({ name: 'one' }, run(FAILED));
    expect(file.write(rows, folder)).toBeUndefined();
    expect(readResults('helm3', folder)).toBeUndefined();
    file.note({ name: 'two' }, run({ ...FAILED, status: 'deployed' }));
    expect(file.write(rows, folder)).toBe(path.join(folder, 'rollout-helm3.json'));
    const written = readResults('helm3', folder);
    expect(written).toMatchObject({ schemaVersion: 1, helm: 'helm3', helmVersion: '3.22.0', seed: 42 });
    expect(written?.cases.map(({ name }) => name)).toEqual(['one', 'two']);
  });

  it('stand in the table, per Helm', () => {
    const results: CaseResults = {
      schemaVersion: 1,
      helm: 'helm3',
      helmVersion: '3.22.0',
      date: '2026-11-23T21:00:00.000Z',
      seed: 42,
      commit: 'c0ffee',
      cases: [caseResult({ name: 'missing image' }, run(FAILED))],
    };
    const table = casesTable({ helm3: results });
    expect(table).toContain(
      '| missing image | `image-not-found` | 90s | certain after 1.1 s, back 0.9 s later | not measured |',
    );
    expect(table).toContain('Helm 3.22.0: measured 2026-11-23, commit c0ffee, seed 42.');
  });
});
