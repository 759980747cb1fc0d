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

/** What was changed by hand: the table, the ways on, and what was found and is none. */
export function driftSections({ command, driftCheck }: Report): Section[] {
  if (!driftCheck) return [];
  const own = command === 'drift';
  if (!own && driftCheck.rows.length === 0 && driftCheck.unread.length === 0) return [];
  return [
    tableSection(driftCheck, own),
    ...adoptSections(driftCheck.adopt),
    ...waySection(driftCheck),
    footSection(driftCheck),
  ];
}

const NEXT: Record<DriftRow['next'], string> = {
  overwrite: 'overwrites it',
  conflict: 'conflicts ⛔',
  keep: 'keeps it',
  same: 'says the same ✅',
};

function tableSection({ rows, against, unread }: DriftReport, own: boolean): Section {
  const title = own
    ? ''
    : `**Drift:** changed in the cluster, not in the release (${escapeText(clip(against, 200))})\n\n`;
  const hidden = unread.map(({ object, reason }) => unreadRow(titleOf(object), reason));
  const all = [...rows.map((row) => [rowText(row, LONGEST_TEXT), rowText(row, 120)] as const), ...hidden];
  return {
    name: 'the drift',
    rank: 2,
    ...(all.length > 0
      ? { head: `${title}${tableHead(['what', 'release → cluster', 'changed by', 'next upgrade'])}\n` }
      : {}),
    joint: '\n',
    parts: all.map(([full, short]) => [full, short]),
    line:
      rows.length > 0
        ? `**Drift:** ${rows.length} differences to the release.`
        : 'The cluster agrees with the release.',
    noun: 'difference',
    note: (text) => tableRow([text, '', '', '']),
  };
}

function rowText({ object, path, wanted, live, verdict, who, when, next }: DriftRow, length: number): string {
  const side = (text: string | undefined): string => (text === undefined ? '–' : code(clip(text, length)) || '(empty)');
  const became = {
    drift: `${side(wanted)}<br>→ ${side(live)}`,
    missing: '**missing**',
    foreign: live ? `of release ${code(clip(live, length))}` : 'of no release, made by hand',
  }[verdict];
  const what = [code(clip(titleOf(object), length)), code(clip(shortPath(path), length))].filter(Boolean).join('<br>');
  const by = [sentence(clip(who, length)), when === undefined ? '' : moment(when)].filter(Boolean).join('<br>');
  return tableRow([what, became, by, verdict === 'missing' ? 'makes it again' : NEXT[next]]);
}

function unreadRow(title: string, reason: string): [string, string] {
  const text = (length: number): string =>
    tableRow([
      code(clip(title, length)),
      `**unknown:** could not be read: ${escapeText(clip(reason, length))}`,
      '',
      '',
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
