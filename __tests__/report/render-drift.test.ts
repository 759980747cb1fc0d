import { describe, expect, it } from '@jest/globals';
import type { DriftReport, DriftRow } from '../../src/report/drift-report.ts';
import { redactor } from '../../src/report/redact.ts';
import { renderMarkdown, renderWithin } from '../../src/report/render.ts';
import type { Report } from '../../src/report/report.ts';
import { sheetsOf } from '../../src/report/sheets.ts';
import { fullDrift, fullReport } from './redact-cases.ts';

function report(check: Partial<DriftReport>, more: Partial<Report> = {}): Report {
  const { cause: _cause, evidence: _evidence, rollback: _rollback, ...rest } = fullReport();
  const driftCheck = { ...fullDrift(), unread: [], notes: [], ...check };
  return {
    ...rest,
    warnings: [],
    workloads: [],
    history: [],
    command: 'drift',
    status: 'drifted',
    driftCheck,
    ...more,
  };
}

const [ROW] = fullDrift().rows as [DriftRow];

describe('a drift report', () => {
  it('shows what, by whom, when, and what comes next', () => {
    const text = renderMarkdown(report({}));
    expect(text).toContain('drifted ⚠️ 1 difference to the release');
    expect(text).toContain(
      '| `Deployment/web`<br>`…containers[app].image` | `acme/web:1.5`<br>→ `acme/web:1.6` | `kubectl set image`<br>2026-11-23 12:00 UTC | conflicts ⛔ |',
    );
    expect(text).toContain('**Conflicts:** a plain `helm upgrade` fails on 1 of them');
    expect(text).toContain('**Put it back:** `command: rollback` with `revision: "9"`');
    expect(text).toContain('25 defaults that the API server filled in');
    expect(text).toContain('```diff\n--- a/values.yaml');
    expect(text).toContain('**Not adopted:**');
  });

  it('says that it is clean, and what it does not know', () => {
    const clean = renderMarkdown(report({ rows: [], restore: '', adopt: undefined }, { status: 'clean' }));
    expect(clean).toContain('no drift ✅');
    expect(clean).not.toContain('Put it back');
    const unread = [{ object: ROW.object, reason: 'forbidden' }];
    const unknown = renderMarkdown(
      report(
        { rows: [], restore: '', adopt: undefined, unread },
        { status: 'unknown', reason: '1 of 9 could not be read' },
      ),
    );
    expect(unknown).toContain('unknown ❓');
    expect(unknown).toContain('**unknown:** could not be read: forbidden');
  });

  it('marks what is missing, foreign, and made by hand', () => {
    const rows: DriftRow[] = [
      { ...ROW, path: '', verdict: 'missing', who: 'not recorded', next: 'overwrite' },
      { ...ROW, path: '', verdict: 'foreign', live: 'pearl/other' },
      { ...ROW, path: '', verdict: 'foreign', live: '' },
    ];
    const text = renderMarkdown(report({ rows }));
    for (const part of ['**missing**', 'makes it again', 'of release `pearl/other`', 'of no release, made by hand'])
      expect(text).toContain(part);
  });

  it('stands beside the diff, and not where there is nothing to say', () => {
    const diff: Report['diff'] = {
      against: 'revision 9',
      offline: '',
      meaning: [],
      objects: [],
      unchanged: 3,
      notChecked: [],
    };
    const beside = renderMarkdown(report({}, { command: 'diff', status: 'changed', diff }));
    expect(beside).toContain('<details><summary><b>Drift: 1 difference to the release</b></summary>');
    expect(beside).toContain('| what | release → cluster | changed by | next upgrade |');
    expect(beside).toContain('**Keep it:**');
    const none = report({ rows: [], restore: '' }, { command: 'diff', status: 'changed', diff });
    expect(renderMarkdown(none)).not.toContain('Drift');
  });

  it('is told of a deploy as what was there before it, with no advice that comes too late', () => {
    const done = renderMarkdown(report({}, { command: 'deploy', status: 'deployed' }));
    expect(done).toContain('<b>Drift before this deploy: 1 difference to the release</b>');
    expect(done).toContain('| what | release → cluster | changed by | this deploy |');
    expect(done).toContain('| overwrote it |');
    const back = renderMarkdown(report({}, { command: 'deploy', status: 'rolled-back' }));
    expect(back).toContain('| what | release → cluster | changed by |\n');
    for (const text of [done, back]) expect(text).not.toMatch(/Keep it|Put it back|next upgrade/);
    expect(renderMarkdown(report({}, { command: 'deploy', status: 'refused' }))).toContain('**Keep it:**');
  });

  it('keeps its first rows in a comment that is too small for all', () => {
    const rows = Array.from({ length: 400 }, (_, at) => ({ ...ROW, path: `data.key-${at}`, live: 'x'.repeat(200) }));
    const { text, shortened } = renderWithin(report({ rows }), 20_000, 'the summary');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(20_000);
    expect(text).toContain('data.key-0`');
    expect(shortened).toContain('the drift');
  });

  it('says drifted as output: true, false, or nothing when that is not known', () => {
    const output = (one: Report): string | undefined => sheetsOf(one, redactor([])).outputs.drifted;
    expect(output(report({}))).toBe('true');
    expect(output(report({ rows: [] }))).toBe('false');
    expect(output(report({ rows: [], unread: [{ object: ROW.object, reason: 'forbidden' }] }))).toBe('');
    expect(output({ ...report({}), driftCheck: undefined })).toBe('');
    // A secret that is called like a word of ours takes nothing of it away.
    const hidden = sheetsOf(report({}), redactor(['conflict', 'drifted', 'default'])).report.driftCheck;
    expect(hidden?.rows[0]).toMatchObject({ verdict: 'drift', next: 'conflict' });
    expect(hidden?.ignored[0]?.reason).toBe('default');
  });
});
