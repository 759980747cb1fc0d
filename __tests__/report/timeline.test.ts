import { describe, expect, it } from '@jest/globals';
import type { Report } from '../../src/report/report.ts';
import { sheetsOf } from '../../src/report/sheets.ts';
import { HOSTILE } from './hostile.ts';
import { fullDiff, fullReport } from './redact-cases.ts';

const row = (kind: string, name: string, more: Partial<Report['workloads'][number]> = {}) => ({
  ref: { apiVersion: 'apps/v1', kind, namespace: 'pearl', name },
  ready: 3,
  desired: 3,
  done: true,
  missing: '',
  tookMs: 4_200,
  ...more,
});
const same = (text: string) => text;
const diagram = (report: Report): string | undefined =>
  /^```mermaid\n([\s\S]*?)\n```$/m.exec(sheetsOf(report, same).summary)?.[1];
const { rollback: _rollback, cause: _cause, ...plain } = fullReport({ status: 'deployed' });

describe('the timeline', () => {
  it('shows each workload with its state and time, the unfinished to the end', () => {
    const db = row('StatefulSet', 'db', { ready: 0, desired: 1, done: false, tookMs: undefined });
    expect(
      diagram({ ...plain, tookMs: 12_000, workloads: [row('Deployment', 'web'), db] })
        ?.split('\n')
        .slice(2),
    ).toEqual([
      'dateFormat x',
      'axisFormat %s s',
      'tickInterval 1second',
      'section Upgrade to revision 9',
      '✓ Deployment/web 3/3 in 4.2 s :done, 0, 4200ms',
      '✗ StatefulSet/db 0/1 :crit, 0, 12000ms',
    ]);
  });

  it('shows when a failure was seen, when it was certain, and the way back', () => {
    const workloads = [row('Deployment', 'web', { tookMs: undefined })];
    const report = fullReport({ workloads });
    expect(diagram(report)?.split('\n').slice(5)).toEqual([
      'section Upgrade',
      '✗ upgrade :crit, 0, 2000ms',
      '◆ crash-loop seen after 0.9 s :milestone, crit, 900, 0ms',
      '◆ certain :milestone, crit, 1900, 0ms',
      'section Rollback to revision 7',
      '✓ Deployment/web 3/3 :done, 2000, 2000ms',
    ]);
    expect(diagram({ ...report, workloads: [] })).toContain('✗ back on revision 7 :crit, 2000, 2000ms');
  });

  it('stands in the summary above the footer, and never in the comment', () => {
    const sheets = sheetsOf(fullReport(), same);
    expect(sheets.summary).toMatch(/\n```\n\n<sub>.*<\/sub>\n$/);
    expect(sheets.comment(60_000)).not.toContain('mermaid');
  });

  it('is not there when nothing of it is known, or for a diff', () => {
    expect(diagram({ ...plain, workloads: [] })).toBeUndefined();
    expect(diagram(fullDiff(['+ a']))).toBeUndefined();
  });

  it('shows thirty of many workloads and says how many more there are', () => {
    const workloads = Array.from({ length: 1_000 }, (_, n) => row('Deployment', `web-${n}`));
    const report = { ...plain, workloads };
    expect(diagram(report)?.match(/:done/g)).toHaveLength(30);
    expect(sheetsOf(report, same).summary).toContain('970 more are in the table.');
  });

  // A line of Mermaid's language: https://mermaid.js.org/syntax/gantt.html
  const BAR = /^[✓✗◆] [\p{L}\p{N} ./_()…-]+ :(?:done|crit|milestone, crit), \d+, \d+ms$/u;

  it.each([
    ...HOSTILE,
    'a: b',
    'x;y',
    '%%{init: {}}%%',
    'section s',
    'click a call b()',
    'n'.repeat(10_000),
  ])('takes no statement from a name like %j', (name) => {
    const rule = { ...fullReport().cause, rule: name };
    const report = fullReport({ workloads: [row(name, name), row('section x\n', name)], cause: rule });
    const lines = diagram(report)?.split('\n').slice(5) ?? [];
    expect(
      lines.filter((line) => !BAR.test(line) && !/^section (?:Upgrade|Rollback to revision 7)$/.test(line)),
    ).toEqual([]);
    expect(lines).toHaveLength(7);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(200);
  });

  it('would take one from a name that is not made plain', () => {
    expect(BAR.test('✓ Deployment/a: b 3/3 :done, 0, 1ms')).toBe(false);
  });
});
