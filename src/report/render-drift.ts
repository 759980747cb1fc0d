import { shortPath } from '../drift/path.ts';
import { titleOf } from '../kubernetes/object.ts';
import type { AdoptReport, DriftReport, DriftRow } from './drift-report.ts';
import { clip, code, escapeText, fenced, LONGEST_TEXT, moment, sentence, tableHead, tableRow } from './markdown.ts';
import type { Report } from './report.ts';
import type { Section } from './sections.ts';

/** The headline of a drift report; undefined when its status says it all. */
export function driftHeadline({ status, driftCheck }: Report): string | undefined {
  if (!driftCheck) return undefined;
  if (status === 'clean') return 'no drift ✅';
  if (status !== 'drifted') return undefined;
  const { length } = driftCheck.rows;
  return `drifted ⚠️ ${length} ${length === 1 ? 'difference' : 'differences'} to the release`;
}

/** What was changed by hand: in the open where that is the report, folded beside a diff and in a deploy. */
export function driftSections({ command, status, driftCheck }: Report): Section[] {
  if (!driftCheck) return [];
  if (command === 'drift') {
    const { adopt } = driftCheck;
    return [tableSection(driftCheck), ...adoptSections(adopt), ...waySection(driftCheck), footSection(driftCheck)];
  }
  return driftCheck.rows.length === 0 && driftCheck.unread.length === 0 ? [] : [foldedSection(driftCheck, status)];
}

const NEXT: Record<DriftRow['next'], string> = {
  overwrite: 'overwrites it',
  conflict: 'conflicts ⛔',
  keep: 'keeps it',
  same: 'says the same ✅',
};

/** What a deploy that succeeded did to it. */
const DONE: Record<DriftRow['next'], string> = {
  overwrite: 'overwrote it',
  conflict: 'overwrote it',
  keep: 'left it',
  same: 'says the same ✅',
};

/** The words of the last column; undefined where a rollback has been over it and nobody looked again. */
type Fate = { head: string; words: Record<DriftRow['next'], string>; missing: string } | undefined;

const COMING: Fate = { head: 'next upgrade', words: NEXT, missing: 'makes it again' };
const PAST: Fate = { head: 'this deploy', words: DONE, missing: 'made it again' };

function columns(fate: Fate): string[] {
  return ['what', 'release → cluster', 'changed by', ...(fate ? [fate.head] : [])];
}

function tableRows({ rows, unread }: DriftReport, fate: Fate): Section['parts'] {
  const blank = fate ? [''] : [];
  const hidden = unread.map(({ object, reason }) => unreadRow(titleOf(object), reason, blank));
  return [...rows.map((row) => [rowText(row, LONGEST_TEXT, fate), rowText(row, 120, fate)] as const), ...hidden];
}

function tableSection(drift: DriftReport): Section {
  const parts = tableRows(drift, COMING);
  const { length } = drift.rows;
  return {
    name: 'the drift',
    rank: 2,
    ...(parts.length > 0 ? { head: `${tableHead(columns(COMING))}\n` } : {}),
    joint: '\n',
    parts,
    line: length > 0 ? `**Drift:** ${length} differences to the release.` : 'The cluster agrees with the release.',
    noun: 'difference',
    note: (text) => tableRow([text, '', '', '']),
  };
}

/** Beside a diff it is what will happen; in a deploy it is what was there before. */
function foldedSection(drift: DriftReport, status: Report['status']): Section {
  const isAhead = status === 'changed' || status === 'clean' || status === 'refused' || status === 'unchanged';
  const fate = isAhead ? COMING : status === 'deployed' ? PAST : undefined;
  const { length } = drift.rows;
  const fields = length === 1 ? '1 difference to the release' : `${length} differences to the release`;
  const title = isAhead ? `Drift: ${fields}` : `Drift before this deploy: ${fields}`;
  const ways = isAhead ? waySection(drift).map(({ line }) => `${line}\n\n`) : [];
  return {
    name: 'the drift',
    rank: 3,
    head: `<details><summary><b>${title}</b></summary>\n\n${tableHead(columns(fate))}\n`,
    joint: '\n',
    foot: `\n\n${ways.join('')}${footSection(drift).line}\n\n</details>`,
    parts: tableRows(drift, fate),
    line: `**${title}.**`,
    noun: 'difference',
    note: (text) => tableRow([text, '', '', ...(fate ? [''] : [])]),
  };
}

function rowText(row: DriftRow, length: number, fate: Fate): string {
  const { object, path, wanted, live, verdict, who, when, next } = row;
  const side = (text: string | undefined): string => (text === undefined ? '–' : code(clip(text, length)) || '(empty)');
  const became = {
    drift: `${side(wanted)}<br>→ ${side(live)}`,
    missing: '**missing**',
    foreign: live ? `of release ${code(clip(live, length))}` : 'of no release, made by hand',
  }[verdict];
  const what = [code(clip(titleOf(object), length)), code(clip(shortPath(path), length))].filter(Boolean).join('<br>');
  const by = [sentence(clip(who, length)), when === undefined ? '' : moment(when)].filter(Boolean).join('<br>');
  return tableRow([what, became, by, ...(fate ? [verdict === 'missing' ? fate.missing : fate.words[next]] : [])]);
}

function unreadRow(title: string, reason: string, blank: string[]): [string, string] {
  const text = (length: number): string =>
    tableRow([
      code(clip(title, length)),
      `**unknown:** could not be read: ${escapeText(clip(reason, length))}`,
      '',
      ...blank,
    ]);
  return [text(LONGEST_TEXT), text(120)];
}

function waySection({ rows, restore, adopt }: DriftReport): Section[] {
  if (rows.length === 0) return [];
  const conflicts = rows.filter(({ next }) => next === 'conflict').length;
  const lines = [
    conflicts > 0
      ? `**Conflicts:** a plain \`helm upgrade\` fails on ${conflicts} of them; this action's deploy overwrites them, or with \`on-drift: fail\` refuses.`
      : '',
    `**Keep it:** ${adopt && adopt.patches.length > 0 ? 'merge the patch above' : "write it into the chart's values"}, then deploy.`,
    restore ? `**Put it back:** ${sentence(restore)}.` : '',
  ];
  return [{ name: 'the ways on', rank: 3, parts: [], line: lines.filter(Boolean).join('\n') }];
}

function footSection({ ignored, notes, against }: DriftReport): Section {
  const total = ignored.reduce((sum, { count }) => sum + count, 0);
  const counts = ignored.map(({ words, count }) => `${count} ${sentence(words)}`).join(', ');
  const none = total > 0 ? ` Differs and is no drift: ${counts}.` : '';
  const said = notes.map((note) => `\n\n<sub>${sentence(clip(note, 1_000))}.</sub>`).join('');
  return {
    name: 'what is no drift',
    rank: 4,
    parts: [],
    line: `<sub>Compared with ${escapeText(clip(against, 200))}.${none}</sub>${said}`,
  };
}

function adoptSections(adopt: AdoptReport | undefined): Section[] {
  if (!adopt) return [];
  const { patches, written, notes } = adopt;
  const patch = (text: string): string => fenced(text, 'diff');
  const shown = patches.map(({ text }) => patch(clip(text, LONGEST_TEXT)));
  const title = written ? 'written to the working tree' : 'ready to apply';
  return [
    ...(shown.length > 0
      ? [
          {
            name: 'the patch',
            rank: 3,
            head: `**Adopt:** the values that make Helm agree with the cluster, ${title}:\n\n`,
            parts: shown.map((text) => [text] as [string]),
            line: 'The values that make Helm agree with the cluster are in the JSON report.',
            noun: 'file',
          },
        ]
      : []),
    ...(notes.length > 0
      ? [
          {
            name: 'what cannot be adopted',
            rank: 4,
            parts: [],
            line: `**Not adopted:**\n\n${notes.map((note) => `- ${sentence(clip(note, 600))}`).join('\n')}`,
          },
        ]
      : []),
  ];
}

/** The patches as one text that `git apply` takes. */
export function patchText({ patches }: AdoptReport): string {
  return patches.map(({ text }) => text).join('');
}
