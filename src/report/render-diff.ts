import { clip, code, escapeText, fenced, htmlText } from './markdown.ts';
import type { DiffObject, DiffReport, Report } from './report.ts';
import type { Part, Section } from './sections.ts';

/** A line of a chart can be a megabyte long; the full text is in the output `diff`. In UTF-16 units. */
const LONGEST_LINE = 2_000;

/** So many lines are shown of an object when there is no room for all. */
const SHORT_LINES = 40;

/** The line of the headline: how much changes. */
export function diffHeadline({ diff, status }: Report): string {
  if (status === 'clean' || !diff) return 'no changes ✅';
  const touched = diff.objects.length;
  return `changes ${touched} ${touched === 1 ? 'object' : 'objects'}${diff.offline ? ' · not compared with the cluster' : ''}`;
}

/** What an upgrade would do, in two halves between which the warnings stand: what it means, and its text. */
export function diffSections({ diff }: Report): { means: Section[]; text: Section[] } {
  if (!diff) return { means: [], text: [] };
  const telling = diff.objects.filter((object) => !object.noise);
  const noise = diff.objects.length - telling.length;
  const means: (Section | undefined)[] = [
    diff.offline
      ? {
          name: 'why the cluster was not asked',
          rank: 1,
          parts: [],
          line: `> [!NOTE]\n> **Not compared with the cluster:** ${escapeText(diff.offline)}.`,
        }
      : undefined,
    { name: 'what it means', rank: 1, parts: [[meaning(diff, 4_000), meaning(diff, 400)]], line: '' },
  ];
  const text: (Section | undefined)[] = [
    telling.length > 0
      ? {
          name: 'the diff',
          rank: 5,
          noun: 'object',
          parts: telling.map((object, at) => objectPart(object, at === 0)),
          line: '',
        }
      : undefined,
    noise > 0
      ? {
          name: 'the noise',
          rank: 6,
          parts: [],
          line: `${noise} ${noise === 1 ? 'object differs' : 'objects differ'} only in chart labels or checksums.`,
        }
      : undefined,
    diff.notChecked.length > 0
      ? {
          name: 'what was not checked',
          rank: 2,
          parts: [[notChecked(diff, 2_000), notChecked(diff, 200)]],
          line: '',
        }
      : undefined,
  ];
  const present = (section: Section | undefined): section is Section => section !== undefined;
  return { means: means.filter(present), text: text.filter(present) };
}

/** What it was compared with, for the last line. */
export function diffFooter({ against, unchanged }: DiffReport): string {
  const stay = unchanged === 1 ? '1 object stays as it is' : `${unchanged} objects stay as they are`;
  return `Against ${escapeText(clip(against, 300))} · ${stay}`;
}

function meaning({ meaning: parts }: DiffReport, length: number): string {
  const said = parts.map(
    ({ label, value }) => `**${escapeText(label)}**${value ? ` ${code(clip(value, length))}` : ''}`,
  );
  return said.join(' · ');
}

function notChecked({ notChecked: all }: DiffReport, length: number): string {
  return `<sub>Not checked: ${all.map((what) => escapeText(clip(what, length))).join('; ')}.</sub>`;
}

function objectPart({ title, change, lines }: DiffObject, open: boolean): Part {
  const marks = { added: '➕', removed: '➖', changed: '' };
  const summary = `${marks[change]} <b>${htmlText(clip(title, 300))}</b>`.trim();
  const shown = lines.map((line) => clip(line, LONGEST_LINE));
  const body = (some: readonly string[]): string =>
    `<details${open ? ' open' : ''}><summary>${summary}</summary>\n\n${fenced(some.join('\n'), 'diff')}\n\n</details>`;
  const rest = lines.length - SHORT_LINES;
  const short = [...shown.slice(0, SHORT_LINES), `… ${rest} more lines`];
  const line = `- ${escapeText(clip(title, 300))}`;
  return rest > 0 ? [body(shown), body(short), line] : [body(shown), line];
}

/** The whole diff as plain text, for the file that the output `diff` names. */
export function diffText({ objects }: DiffReport): string {
  return objects.map(({ title, lines }) => `${title}:\n${lines.join('\n')}\n`).join('\n');
}
