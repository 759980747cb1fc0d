import { describe, expect, it } from '@jest/globals';
import type { AuditLine, AuditObject, AuditReport } from '../../src/audit/summary.ts';
import { renderMarkdown, renderWithin } from '../../src/report/render.ts';
import type { Report } from '../../src/report/report.ts';
import { fullAudit, fullDiff, fullReport } from './redact-cases.ts';

const line = (more: Partial<AuditLine> = {}): AuditLine => ({
  check: 'non-root',
  severity: 'high',
  verdict: 'fail',
  read: 'securityContext.runAsNonRoot: not set',
  reason: 'the container may run as root',
  remedy: 'runAsNonRoot: true',
  worse: false,
  ...more,
});
const object = (name: string, lines: AuditLine[]): AuditObject => ({
  ref: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'pearl', name },
  worse: lines.some(({ worse }) => worse),
  lines,
});
const audit = (objects: AuditObject[], more: Partial<AuditReport> = {}): AuditReport => {
  const all = objects.flatMap(({ lines }) => lines);
  const fail = all.filter(({ verdict }) => verdict === 'fail').length;
  return {
    ...fullAudit('x'),
    counts: { fail, warn: all.length - fail, unknown: 0, pass: 4, skip: 1, exempted: 0 },
    worse: all.filter(({ worse }) => worse).length,
    better: 0,
    refused: [],
    red: false,
    objects,
    mended: [],
    exempted: [],
    rest: [{ check: 'image-pin', object: 'Deployment/web', verdict: 'pass', read: 'image: a:1', reason: 'r' }],
    ...more,
  };
};
const shown = (found: AuditReport, report: Report = fullDiff([])): string =>
  renderMarkdown({ ...report, workloads: [], warnings: [], history: [], evidence: undefined, audit: found });
const deployed = (found: AuditReport): string => shown(found, { ...fullReport(), status: 'deployed' });

describe('the readiness in a comment', () => {
  it('is one folded line when all is well', () => {
    expect(shown(audit([]))).toContain(
      '<details><summary>Readiness (production) ✅ 4 passed · 1 not applicable</summary>',
    );
    expect(shown(audit([]))).not.toContain('**Readiness**');
  });

  it('is one folded line when nothing is new, and says so', () => {
    const text = deployed(audit([object('web', [line()])]));
    expect(text).toContain('<summary>Readiness (production): 1 failing check, none of it new · 4 passed');
    expect(text).not.toContain('**Readiness**');
    expect(text).toContain('| ❌ | `non-root` | high |');
  });

  it('shows what is new in the open, and folds what is not', () => {
    const text = shown(audit([object('new', [line({ worse: true })]), object('old', [line({ verdict: 'warn' })])]));
    const [open = '', folded = ''] = text.split('<details><summary>Readiness: 1 object with findings that are not new');
    expect(open).toContain(
      '**Readiness** (production): 1 failing check, 1 warning. This pull request makes it **worse** than revision 9: 1 new.',
    );
    expect(open).toContain('<details open><summary>❌ <b>Deployment/new</b> 1 failing check, 1 new</summary>');
    expect(open).toContain('| ❌ | `non-root` **new** | high |');
    expect(open).not.toContain('Deployment/old');
    expect(folded).toContain('<details><summary>⚠️ <b>Deployment/old</b> 1 warning</summary>');
  });

  it('says when it gets better', () => {
    const mended = [
      { check: 'image-pin', object: 'Deployment/web', verdict: 'fail' as const, read: 'image: nginx', reason: 'r' },
    ];
    const text = shown(audit([], { better: 1, mended }));
    expect(text).toContain('This pull request makes it **better** than revision 9: 1 is mended.');
    expect(text).toContain('| `image-pin` | `Deployment/web` | image: nginx |');
  });

  it('says what enforce would refuse, also without a release', () => {
    const refused = Array.from({ length: 7 }, (_, at) => `\`c-${at}\` of \`Deployment/web\``);
    const found = audit([object('web', [line()])], { refused, red: true, against: '' });
    expect(shown(found)).toMatch(/\*\*A deploy would be refused:\*\* `c-0` of `Deployment\/web`, .* and 2 more\./);
    expect(shown(audit([object('web', [line()])], { refused }))).not.toContain('would be refused');
  });

  it('keeps exempted rows visible with their reason', () => {
    const exempted = [
      { check: 'non-root', object: 'Deployment/web', verdict: 'fail' as const, read: 'r', reason: 'vendor @image' },
    ];
    const text = shown(audit([], { exempted, counts: { ...audit([]).counts, exempted: 1 } }));
    expect(text).toContain('1 exempted');
    expect(text).toContain('| `non-root` | `Deployment/web` | vendor @\u200bimage |');
  });

  it('of the command: all objects in the open, what was audited below the title', () => {
    const found = audit([object('web', [line()])], { against: '', of: 'revision 3 as it runs' });
    const text = shown(found, { ...fullReport(), command: 'audit', status: 'findings' });
    expect(text).toMatch(
      /^### ⎈ web → pearl · readiness: 1 failing check\n\nProfile production, on revision 3 as it runs\.\n\n<details open>/,
    );
    const clean = shown(audit([], { against: '' }), { ...fullReport(), command: 'audit', status: 'clean' });
    expect(clean).toMatch(/^### ⎈ web → pearl · readiness: nothing to mend ✅\n/);
  });

  it('escapes what charts say, and shortens before it is cut', () => {
    const hostile = line({
      read: '`|<details>\n@ada',
      reason: '@ada </details>',
      container: '<b>',
      worse: true,
      remedy: '```\n@ada',
    });
    const text = shown(audit([object('<i>@ada', [hostile])]));
    expect(text).toContain('&lt;i>@\u200bada'.replace('>', '&gt;'));
    expect(text.match(/<\/details>/g)?.length).toBe(text.match(/^<details/gm)?.length);
    const many = audit(Array.from({ length: 300 }, (_, at) => object(`web-${at}`, [line({ worse: true }), line()])));
    const fitted = renderWithin({ ...fullDiff([]), audit: many }, 20_000, 'the summary');
    expect(Buffer.byteLength(fitted.text)).toBeLessThanOrEqual(20_000);
    expect(fitted.shortened.join()).toContain('the readiness audit');
  });
});
