import { clip, code, escapeText, LONGEST_TEXT, moment, sentence, tableHead, tableRow } from './markdown.ts';
import type { Report, RevisionRow } from './report.ts';
import type { Section } from './sections.ts';

/** The reports of what a person asked for by hand: a rollback and an uninstall. */

/** The headline's end of a rollback or uninstall; undefined for other commands, and where they say nothing of their own. */
export function manualHeadline({ command, status, undo, removal, rollback }: Report): string | undefined {
  if (undo?.dryRun) return `dry run of a rollback from revision ${undo.from} to revision ${undo.to}`;
  if (removal?.dryRun) return 'dry run of an uninstall';
  if (command === 'rollback' && status === 'rolled-back')
    return `rolled back ✅ to revision ${rollback?.to ?? '?'}, verified`;
  if (command === 'rollback' && status === 'rollback-failed') {
    const back = rollback?.verified ? `, back on revision ${rollback.to}, verified` : ' 🔥';
    return `rollback to revision ${undo?.to ?? '?'} failed ❌${back}`;
  }
  return command === 'uninstall' && status === 'uninstalled' ? 'uninstalled ✅' : undefined;
}

/** The history that a rollback is chosen by. */
export function choiceSection({ history: rows }: Report): Section | undefined {
  if (rows.length === 0) return undefined;
  return {
    name: 'the history',
    rank: 3,
    head: `<details open><summary>History</summary>\n\n${tableHead(['revision', 'time', 'status', 'chart', 'images', 'commit', 'who', 'healthy', ''])}\n`,
    joint: '\n',
    foot: '\n\n</details>',
    parts: rows.map((row) => [choiceRow(row, LONGEST_TEXT), choiceRow(row, 200)]),
    line: '',
    noun: 'revision',
    note: (text) => tableRow(['', '', text, '', '', '', '', '', '']),
  };
}

function choiceRow(row: RevisionRow, length: number): string {
  const { number, updated, status, chart, images = [], commit = '', by = '', healthy, note } = row;
  return tableRow([
    String(number),
    moment(updated),
    escapeText(clip(status, length)),
    escapeText(clip(chart, length)),
    images.map((image) => code(clip(image, length))).join(' '),
    code(clip(commit, length)),
    escapeText(clip(by, length)),
    healthy ? '✅' : '',
    sentence(clip(note, length)),
  ]);
}

/** What an uninstall deleted and what stays. */
export function removalSections({ command, removal }: Report): Section[] {
  if (!removal || command !== 'uninstall') return [];
  const { deleted, stays, dryRun } = removal;
  const objects = `${deleted.length} ${deleted.length === 1 ? 'object' : 'objects'}`;
  const item = (text: string, why = ''): string =>
    `- ${code(clip(text, 300))}${why ? ` – ${escapeText(clip(why, 300))}` : ''}`;
  const stay: Section = {
    name: 'what stays',
    rank: 2,
    head: `**${dryRun ? 'Would stay' : 'Stays'}** in the cluster:\n\n`,
    joint: '\n',
    parts: stays.map(({ title, why }) => [item(title, why)]),
    line: `${stays.length} objects stay.`,
    noun: 'object',
    note: (text) => `- ${text}`,
  };
  const gone: Section = {
    name: 'what was deleted',
    rank: 5,
    head: `<details><summary>${dryRun ? 'Would be deleted' : 'Deleted'}: ${objects}</summary>\n\n`,
    joint: '\n',
    foot: '\n\n</details>',
    parts: deleted.map((title) => [item(title)]),
    line: `${objects}.`,
    noun: 'object',
    note: (text) => `- ${text}`,
  };
  return [...(stays.length > 0 ? [stay] : []), ...(deleted.length > 0 ? [gone] : [])];
}
