import { describe, expect, it } from '@jest/globals';
import { renderMarkdown } from '../../src/report/render.ts';
import { isRed, type Report, type Status } from '../../src/report/report.ts';
import { sheetsOf } from '../../src/report/sheets.ts';
import { fullReport } from './redact-cases.ts';

const { removal, undo, ...base } = fullReport();
const rollback = { ...base.rollback, to: 7, verified: true, problems: [], restoredImages: [] };
const text = (more: Partial<Report>): string =>
  renderMarkdown({ ...base, cause: undefined, evidence: undefined, ...more });
const headline = (more: Partial<Report>): string => text(more).split('\n')[0]?.split(' · ')[1] ?? '';

describe('the headline of a rollback and of an uninstall', () => {
  it.each<[string, Partial<Report>]>([
    ['rolled back ✅ to revision 7, verified', { command: 'rollback', status: 'rolled-back', rollback, undo }],
    ['rollback to revision 7 failed ❌ 🔥', { command: 'rollback', status: 'rollback-failed', undo }],
    [
      'rollback to revision 7 failed ❌, back on revision 9, verified',
      { command: 'rollback', status: 'rollback-failed', rollback: { ...rollback, to: 9 }, undo },
    ],
    [
      'dry run of a rollback from revision 9 to revision 7',
      { command: 'rollback', status: 'changed', undo: { ...undo, dryRun: true } },
    ],
    ['refused ⛔ nothing was changed', { command: 'rollback', status: 'refused' }],
    ['uninstalled ✅', { command: 'uninstall', status: 'uninstalled', removal }],
    ['dry run of an uninstall', { command: 'uninstall', status: 'changed', removal: { ...removal, dryRun: true } }],
    ['unchanged ✅', { command: 'uninstall', status: 'unchanged' }],
    // The same words of a deploy mean that it failed.
    ['failed ❌ rolled back to revision 7, verified', { command: 'deploy', status: 'rolled-back', rollback }],
    ['first install failed ❌ uninstalled', { command: 'deploy', status: 'uninstalled' }],
  ])('%s', (expected, more) => expect(headline(more)).toBe(expected));
});

describe('the colour', () => {
  it('depends on what was asked for', () => {
    const all: Status[] = [
      'deployed',
      'unchanged',
      'rolled-back',
      'rollback-failed',
      'uninstalled',
      'failed',
      'refused',
      'unknown',
    ];
    const green = (command: Report['command']): Status[] => all.filter((status) => !isRed(status, command));
    expect(green('deploy')).toEqual(['deployed', 'unchanged']);
    expect(green('rollback')).toEqual(['deployed', 'unchanged', 'rolled-back']);
    expect(green('uninstall')).toEqual(['deployed', 'unchanged', 'uninstalled']);
  });

  it('and the annotation says once where the release is', () => {
    const reason = 'revision 7 does not come up; rolled back to revision 9, verified';
    const report = { ...base, command: 'rollback', status: 'rollback-failed', rollback, undo, reason } as const;
    expect(sheetsOf(report, (line) => line).annotation.match(/olled back to revision/g)).toHaveLength(1);
  });
});

describe('the parts', () => {
  it('of a rollback: the images that change, the diff, and the table that it was chosen by', () => {
    const markdown = text({ command: 'rollback', status: 'rolled-back', rollback, undo, next: 'revert `abc`' });
    expect(markdown).toContain('**image** `1.5` → `1.6`');
    expect(markdown).toContain('**Next:** revert `abc`.');
    expect(markdown).toContain('| revision | time | status | chart | images | commit | who | healthy |  |');
    expect(markdown).toMatch(/\| 9 \| .* \| `acme\/web:1\.6` \| `0123456789ab` \| ada \| {2}\| failed \|/);
  });

  it('of an uninstall: what went, and what stays and why, harmless whatever it is called', () => {
    const stays = [{ title: 'Secret/kept', why: 'annotated "x" <b>' }];
    const markdown = text({ command: 'uninstall', status: 'uninstalled', removal: { ...removal, stays } });
    expect(markdown).toContain('**Stays** in the cluster:\n\n- `Secret/kept` – annotated "x" &lt;b&gt;');
    expect(markdown).toContain('<summary>Deleted: 1 object</summary>');
    const dry = text({ command: 'uninstall', status: 'changed', removal: { ...removal, dryRun: true } });
    expect(dry).toContain('**Would stay** in the cluster:');
    expect(dry).toContain('<summary>Would be deleted: 1 object</summary>');
  });
});
