import type { AuditLine, AuditNote, AuditObject, AuditReport } from '../audit/summary.ts';
import { titleOf } from '../kubernetes/object.ts';
import {
  clip,
  code,
  escapeText,
  fenced,
  folded,
  htmlText,
  LONGEST_TEXT,
  sentence,
  tableHead,
  tableRow,
} from './markdown.ts';
import type { Report } from './report.ts';
import type { Part, Section } from './sections.ts';

const ICONS: Record<AuditLine['verdict'], string> = { fail: '❌', warn: '⚠️', unknown: '❔', pass: '✅', skip: '➖' };

/** So many rows of what is only listed are shown. */
const LISTED = 100;

/** `4 failing checks, 2 warnings`; `all checks pass` when there is nothing to mend. */
export function auditWords({ counts }: AuditReport): string {
  const words = [
    plural(counts.fail, 'failing check'),
    plural(counts.warn, 'warning'),
    counts.unknown > 0 ? `${counts.unknown} unknown` : '',
  ].filter(Boolean);
  return words.join(', ') || 'nothing to mend';
}

/** The readiness audit: what this change makes worse in the open, everything else folded. */
export function auditSections({ audit, command }: Report): Section[] {
  if (!audit) return [];
  const fresh = command === 'audit' ? audit.objects : audit.objects.filter(({ worse }) => worse);
  const old = audit.objects.filter((object) => !fresh.includes(object));
  const open: Section = {
    name: 'the readiness audit',
    rank: 4,
    parts: fresh.map((object, at) => objectPart(object, at === 0)),
    head: `${headline(audit, command)}\n\n`,
    line: headline(audit, command),
    noun: 'object',
  };
  const rest: Section = {
    name: 'the rest of the audit',
    rank: 7,
    head: `<details><summary>${restWords(audit, old)}</summary>\n\n`,
    parts: [...old.map((object) => objectPart(object, false)), ...lists(audit)],
    foot: '\n\n</details>',
    line: restWords(audit, old),
    noun: 'part',
  };
  if (fresh.length === 0 && audit.better === 0 && command !== 'audit' && !audit.red) return [rest];
  return [fresh.length > 0 ? open : { ...open, parts: [], head: '' }, rest];
}

function headline(audit: AuditReport, command: Report['command']): string {
  const profile = escapeText(clip(audit.profile, 200));
  const title =
    command === 'audit'
      ? `Profile ${profile}, on ${escapeText(clip(audit.of, 300))}.`
      : `**Readiness** (${profile}): ${auditWords(audit)}.`;
  return [title, comparison(audit, command), refusal(audit, command)].filter(Boolean).join(' ');
}

function comparison({ worse, better, against }: AuditReport, command: Report['command']): string {
  if (against === '') return '';
  const who = command === 'diff' ? 'This pull request' : command === 'deploy' ? 'This deploy' : 'It';
  const than = `than ${escapeText(clip(against, 200))}`;
  const mended = better > 0 ? `${better} ${better === 1 ? 'is' : 'are'} mended` : '';
  if (worse > 0) return `${who} makes it **worse** ${than}: ${worse} new${mended ? `, ${mended}` : ''}.`;
  if (better > 0) return `${who} makes it **better** ${than}: ${mended}.`;
  return 'None of it is new.';
}

function refusal({ red, refused }: AuditReport, command: Report['command']): string {
  if (!red || command === 'deploy') return '';
  const what = refused.slice(0, 5).map(sentence).join(', ');
  const more = refused.length > 5 ? ` and ${refused.length - 5} more` : '';
  return command === 'audit' ? `**Severity high:** ${what}${more}.` : `**A deploy would be refused:** ${what}${more}.`;
}

function restWords(audit: AuditReport, old: readonly AuditObject[]): string {
  const { counts, profile, against } = audit;
  const isAll = old.length === audit.objects.length && audit.better === 0;
  const title = isAll ? `Readiness (${htmlText(clip(profile, 200))})` : 'Readiness';
  const isWell = audit.objects.length === 0 && counts.fail + counts.warn + counts.unknown === 0;
  const words = [
    isAll && old.length > 0 ? `${auditWords(audit)}${against === '' ? '' : ', none of it new'}` : '',
    !isAll && old.length > 0 ? `${plural(old.length, 'object')} with findings that are not new` : '',
    audit.better > 0 ? `${audit.better} mended` : '',
    counts.exempted > 0 ? `${counts.exempted} exempted` : '',
    counts.pass > 0 ? `${counts.pass} passed` : '',
    counts.skip > 0 ? `${counts.skip} not applicable` : '',
  ].filter(Boolean);
  const said = words.join(' · ') || 'no object that the checks speak of';
  return isWell && isAll ? `${title} ✅ ${said}` : `${title}: ${said}`;
}

function objectPart({ ref, lines }: AuditObject, open: boolean): Part {
  const worst = ICONS[lines[0]?.verdict ?? 'pass'];
  const said = tally(lines);
  const summary = `${worst} <b>${htmlText(clip(titleOf(ref), 300))}</b> ${said}`;
  const body = (length: number): string => linesTable(lines, length);
  const remedies = remedyText(lines);
  const details = (text: string): string =>
    `<details${open ? ' open' : ''}><summary>${summary}</summary>\n\n${text}\n\n</details>`;
  return [
    details([body(LONGEST_TEXT), remedies].filter(Boolean).join('\n\n')),
    details(body(200)),
    `- ${worst} ${code(clip(titleOf(ref), 300))} ${said}`,
  ];
}

function tally(lines: readonly AuditLine[]): string {
  const of = (verdict: AuditLine['verdict']): number => lines.filter((line) => line.verdict === verdict).length;
  const fresh = lines.filter(({ worse }) => worse).length;
  return [
    plural(of('fail'), 'failing check'),
    plural(of('warn'), 'warning'),
    of('unknown') > 0 ? `${of('unknown')} unknown` : '',
    fresh > 0 ? `${fresh} new` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

function linesTable(lines: readonly AuditLine[], length: number): string {
  const rows = lines.map(({ verdict, worse, check, severity, container, read, reason }) =>
    tableRow([
      ICONS[verdict],
      `${code(check)}${worse ? ' **new**' : ''}`,
      severity,
      [container === undefined ? '' : `${code(clip(container, length))}: `, code(clip(read, length))].join(''),
      sentence(clip(reason, length)),
    ]),
  );
  return [tableHead(['', 'check', 'severity', 'what was read', 'what it means']), ...rows].join('\n');
}

/** One block for all rows of an object: equal remedies (one per container) once. */
function remedyText(lines: readonly AuditLine[]): string {
  const remedies = new Map<string, string>();
  for (const { remedy, check } of lines) if (remedy !== '' && !remedies.has(remedy)) remedies.set(remedy, check);
  const blocks = [...remedies].map(([remedy, check]) => `# ${check}\n${clip(remedy, 2_000)}`);
  return blocks.length === 0 ? '' : folded('What to write', fenced(blocks.join('\n\n'), 'yaml'));
}

/** What is only listed: mended, exempted (with the reason), and how often each check passed. */
function lists({ mended, exempted, rest }: AuditReport): Part[] {
  const parts: Part[] = [];
  if (mended.length > 0) parts.push([notes('Mended', mended, ['check', 'object', 'what was read before'], 'read')]);
  if (exempted.length > 0) parts.push([notes('Exempted', exempted, ['check', 'object', 'why'], 'reason')]);
  const passed = [...Map.groupBy(rest, ({ check }) => check)].map(([check, all]) => {
    const skipped = all.filter(({ verdict }) => verdict === 'skip').length;
    return `${code(check)} ${all.length - skipped}${skipped > 0 ? ` (${skipped} not applicable)` : ''}`;
  });
  if (passed.length > 0) parts.push([`Passed, by check: ${passed.join(', ')}.`]);
  return parts;
}

function notes(title: string, all: readonly AuditNote[], head: string[], last: 'read' | 'reason'): string {
  const rows = all
    .slice(0, LISTED)
    .map((note) => tableRow([code(note.check), code(clip(note.object, 300)), sentence(clip(note[last], 400))]));
  const more = all.length > LISTED ? [tableRow([`… ${all.length - LISTED} more`, '', ''])] : [];
  return folded(`${title} (${all.length})`, [tableHead(head), ...rows, ...more].join('\n'));
}

function plural(number: number, noun: string): string {
  return number === 0 ? '' : `${number} ${noun}${number === 1 ? '' : 's'}`;
}
