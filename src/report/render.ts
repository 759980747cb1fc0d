import { titleOf } from '../kubernetes/object.ts';
import { imagesText } from './image-text.ts';
import {
  clip,
  code,
  duration,
  escapeText,
  LONGEST_TEXT,
  moment,
  paragraph,
  sentence,
  tableHead,
  tableRow,
} from './markdown.ts';
import { auditSections, auditWords } from './render-audit.ts';
import { diffFooter, diffHeadline, diffSections } from './render-diff.ts';
import { driftHeadline, driftSections } from './render-drift.ts';
import { evidenceSection } from './render-evidence.ts';
import { choiceSection, manualHeadline, removalSections } from './render-manual.ts';
import { reviewText } from './render-review.ts';
import type { Report, Status } from './report.ts';
import { type Fitted, fitSections, type Section } from './sections.ts';

const HEADLINES: Record<Status, string> = {
  deployed: 'deployed ✅',
  unchanged: 'unchanged ✅',
  'rolled-back': 'failed ❌ rolled back',
  'rollback-failed': 'failed ❌ and the rollback failed too 🔥',
  uninstalled: 'first install failed ❌ uninstalled',
  failed: 'failed ❌',
  refused: 'refused ⛔ nothing was changed',
  unknown: 'unknown ❓',
  changed: 'changes',
  clean: 'no changes ✅',
  findings: 'readiness',
  drifted: 'drifted ⚠️',
};

/** The report as Markdown in full: what, what it means, what to do, then proof. */
export function renderMarkdown(report: Report): string {
  return renderWithin(report, Number.POSITIVE_INFINITY, 'the JSON report').text;
}

/** The same in at most `limit` UTF-8 bytes, `more` above the footer; what does not fit is named, and `where` (Markdown) it is. */
export function renderWithin(report: Report, limit: number, where: string, more: Section[] = []): Fitted {
  const [last, ...rest] = sectionsOf(report).toReversed();
  const sections = [...rest.toReversed(), ...more, ...(last ? [last] : [])];
  const { text, shortened } = fitSections(sections, limit - 1, where);
  return { text: `${text}\n`, shortened };
}

/** The parts of a report in their order. A new part (a diff, drift) takes its place among them with a rank of its own. */
export function sectionsOf(report: Report): Section[] {
  const { release, namespace } = report;
  const title = `### ⎈ ${escapeText(clip(release, 200))} → ${escapeText(clip(namespace, 200))} · ${headline(report)}`;
  const diff = diffSections(report);
  const sections = [
    { name: 'the title', rank: 0, parts: [], line: title },
    meaningSection(report),
    ...diff.means,
    warningSection(report),
    ...driftSections(report),
    ...diff.text,
    ...removalSections(report),
    workloadSection(report),
    evidenceSection(report),
    ...auditSections(report),
    report.command === 'rollback' ? choiceSection(report) : historySection(report),
    { name: 'the footer', rank: 0, parts: [], line: footer(report) },
  ];
  return sections.filter((section) => section !== undefined);
}

function headline(report: Report): string {
  const { status, rollback, revision, tookMs } = report;
  const text = manualHeadline(report) ?? HEADLINES[status];
  if (report.command === 'rollback' || report.command === 'uninstall') return text;
  if (report.command === 'audit' && report.audit) return auditHeadline(report.audit);
  if (report.command === 'drift') return driftHeadline(report) ?? text;
  if (status === 'changed' || status === 'clean') return diffHeadline(report);
  if (report.command === 'diff' && status === 'failed') return 'no diff ❌ the chart does not render';
  if (status === 'deployed') return `${text} revision ${revision ?? '?'} in ${duration(tookMs)}`;
  if (status === 'rolled-back' && rollback)
    return `${text} to revision ${rollback.to}, ${rollback.verified ? 'verified' : 'not verified'}`;
  return text;
}

function auditHeadline(audit: NonNullable<Report['audit']>): string {
  return `readiness: ${auditWords(audit)}${audit.objects.length === 0 ? ' ✅' : ''}`;
}

/** How much of each foreign text is shown, and how many of a list. */
interface Measure {
  length: number;
  items: number;
}

const FULL: Measure = { length: LONGEST_TEXT, items: Number.POSITIVE_INFINITY };
const SHORT: Measure = { length: 600, items: 10 };
const SHORTER: Measure = { length: 150, items: 3 };

function meaningSection(report: Report): Section | undefined {
  if (report.diff && report.command === 'diff') return undefined;
  if (report.command === 'audit' && report.audit) return undefined;
  if (report.command === 'drift' && report.status !== 'unknown') return undefined;
  const [full, short, shorter] = [FULL, SHORT, SHORTER].map((measure) => meaning(report, measure));
  if (!full) return undefined;
  const line = report.status === 'deployed' ? '' : `**Why:** ${sentence(clip(report.reason, SHORTER.length))}.`;
  return { name: 'the explanation', rank: 1, parts: [[full, short ?? '', shorter ?? '']], line };
}

function meaning(report: Report, { length, items }: Measure): string {
  const { status, cause, rollback, reason, next, images, reviewed } = report;
  const lines: string[] = [];
  if (status === 'deployed') {
    if (reviewed) lines.push(reviewText(reviewed, { length, items }, 'done'));
    const changed = imagesText(images, length, items);
    lines.push([...changed, hotFixWords(report)].filter(Boolean).join(' · '));
  } else {
    lines.push(`**Why:** ${sentence(clip(reason, length))}.`);
    if (cause) {
      const lag = Math.max(0, cause.finalAfterMs - cause.seenAfterMs);
      const certain = lag < 50 ? 'certain at once' : `certain ${duration(lag)} later`;
      const what = report.command === 'rollback' ? 'rollback' : 'upgrade';
      lines.push(`**Seen** ${duration(cause.seenAfterMs)} after the ${what} began, ${certain}.`);
    }
    if (report.command === 'rollback' && status === 'rolled-back')
      lines.push(imagesText(images, length, items).join(' · '));
    if (rollback) lines.push(goneBack(rollback, { length, items }));
    if (next) lines.push(`**Next:** ${sentence(clip(next, length))}.`);
    if (reviewed) lines.push(reviewText(reviewed, { length, items }, 'failed'));
  }
  return lines.filter(Boolean).join('\n');
}

/** A hot-fix that the new chart says too is not lost. */
function hotFixWords({ drift, images }: Report): string {
  if (drift.length === 0) return '';
  const isReplaced = drift.some(({ workload, container }) =>
    images.some((image) => image.container === container && titleOf(image.workload) === titleOf(workload)),
  );
  return isReplaced ? 'hot-fix replaced' : 'hot-fix adopted';
}

function goneBack(rollback: NonNullable<Report['rollback']>, { length, items }: Measure): string {
  const proof = {
    observed: 'seen healthy before this run',
    recorded: 'deployed healthy by an earlier run',
    assumed: "assumed healthy: only Helm's status says so",
  };
  const restored = rollback.restoredImages.map(
    ({ to, from }) => `${code(clip(to, length))} (the chart says ${code(clip(from, length))})`,
  );
  const images = some(restored, items).join(', ');
  const kept = images ? ` The images that ran before are back: ${images}.` : '';
  if (rollback.verified) {
    return `**Back** on revision ${rollback.to} (${proof[rollback.proof]}) ${duration(rollback.tookMs)} later, all objects checked.${kept}`;
  }
  const problems = some(
    rollback.problems.map((problem) => sentence(clip(problem, length))),
    items,
  );
  return `**Not verified:** revision ${rollback.to}: ${problems.join('; ')}.${kept}`;
}

function some(texts: readonly string[], most: number): string[] {
  return texts.length > most ? [...texts.slice(0, most), `… and ${texts.length - most} more`] : [...texts];
}

function warningSection({ warnings }: Report): Section | undefined {
  if (warnings.length === 0) return undefined;
  return {
    name: 'the warnings',
    rank: 2,
    head: '> [!WARNING]\n',
    joint: '\n>\n',
    parts: warnings.map((text) => [`> ${paragraph(clip(text, LONGEST_TEXT))}`, `> ${paragraph(clip(text, 300))}`]),
    line: `> [!WARNING]\n> ${warnings.length} warnings`,
    noun: 'warning',
    note: (text) => `> ${text}`,
  };
}

function workloadSection({ workloads: rows, rollback }: Report): Section | undefined {
  if (rows.length === 0) return undefined;
  const timed = rows.some(({ tookMs }) => tookMs !== undefined);
  const row = ({ ref, ready, desired, tookMs, done, missing }: Report['workloads'][number], length: number): string =>
    tableRow([
      code(clip(titleOf(ref), length)),
      `${ready}/${desired}`,
      ...(timed ? [tookMs === undefined ? '' : duration(tookMs)] : []),
      done ? '✅' : `⏳ ${escapeText(clip(missing, length))}`,
    ]);
  return {
    name: 'the workloads',
    rank: 3,
    head: `${tableHead([rollback ? 'workload, after the rollback' : 'workload', 'ready', ...(timed ? ['took'] : []), ''])}\n`,
    joint: '\n',
    parts: rows.map((one) => [row(one, LONGEST_TEXT), row(one, 300)]),
    line: `${rows.filter(({ done }) => done).length} of ${rows.length} workloads are ready.`,
    noun: 'workload',
    note: (text) => tableRow([text, '', ...(timed ? [''] : []), '']),
  };
}

function historySection({ history: rows, status }: Report): Section | undefined {
  if (rows.length === 0 || status === 'deployed' || status === 'unchanged') return undefined;
  const row = ({ number, status: was, chart, updated, note }: Report['history'][number], length: number): string =>
    tableRow([
      String(number),
      escapeText(clip(was, length)),
      escapeText(clip(chart, length)),
      moment(updated),
      sentence(clip(note, length)),
    ]);
  return {
    name: 'the history',
    rank: 6,
    head: `<details><summary>History</summary>\n\n${tableHead(['revision', 'status', 'chart', 'time', ''])}\n`,
    joint: '\n',
    foot: '\n\n</details>',
    parts: rows.map((one) => [row(one, LONGEST_TEXT), row(one, 200)]),
    line: '',
    noun: 'revision',
    note: (text) => tableRow(['', text, '', '', '']),
  };
}

function footer(report: Report): string {
  const was = report.previousRevision === undefined ? '' : `Before: revision ${report.previousRevision}`;
  const before = report.diff ? diffFooter(report.diff) : was;
  const run = report.run.url ? `[run](${report.run.url})` : '';
  const commit = report.run.sha ? code(report.run.sha.slice(0, 7)) : '';
  return `<sub>${[before, commit, `Helm ${report.helmVersion}`, run].filter(Boolean).join(' · ')}</sub>`;
}
