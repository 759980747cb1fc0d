import { type ObjectRef, titleOf } from '../kubernetes/object.ts';
import { duration } from './markdown.ts';
import type { Report } from './report.ts';
import type { Section } from './sections.ts';

/** A diagram with more bars than this is no picture any more. */
const MOST_BARS = 30;

/** A name longer than this leaves no room for its bar. */
const LONGEST_NAME = 60;

/** The rollout as a Mermaid Gantt chart, for the job summary; undefined when no time of it is known. */
export function timelineSection(report: Report): Section | undefined {
  const groups = groupsOf(report).filter(({ bars }) => bars.length > 0);
  if (groups.length === 0) return undefined;
  const lines = [
    // Room for the names of the sections.
    '%%{init: {"gantt": {"leftPadding": 160}}}%%',
    'gantt',
    // Milliseconds since the start of the upgrade; the axis shows them as seconds.
    'dateFormat x',
    'axisFormat %s s',
    `tickInterval ${tick(report.tookMs)}second`,
    ...groups.flatMap(({ title, bars }) => [`section ${title}`, ...bars.slice(0, MOST_BARS)]),
  ];
  const left = groups.reduce((sum, { bars }) => sum + Math.max(0, bars.length - MOST_BARS), 0);
  const more = left > 0 ? `\n\n${left} more are in the table.` : '';
  return {
    name: 'the timeline',
    rank: 7,
    parts: [[`\`\`\`mermaid\n${lines.join('\n')}\n\`\`\`${more}`]],
    line: '',
  };
}

/** Seconds between two lines of the axis: about ten of them. */
function tick(ms: number): number {
  return [1, 2, 5, 10, 30, 60, 300].find((seconds) => ms / 1000 / seconds <= 12) ?? 600;
}

interface Group {
  title: string;
  bars: string[];
}

function groupsOf(report: Report): Group[] {
  const { rollback, revision } = report;
  if (report.command === 'diff') return [];
  if (!rollback) {
    const title = revision === undefined ? 'Upgrade' : `Upgrade to revision ${revision}`;
    return [{ title, bars: [...workloadBars(report, 0, report.tookMs), ...causeBars(report)] }];
  }
  const start = rollback.startedAfterMs ?? Math.max(0, report.tookMs - rollback.tookMs);
  const workloads = workloadBars(report, start, start + rollback.tookMs);
  const all = bar(`back on revision ${rollback.to}`, rollback.verified ? 'done' : 'crit', start, rollback.tookMs);
  return [
    { title: 'Upgrade', bars: [bar('upgrade', 'crit', 0, start), ...causeBars(report)] },
    { title: `Rollback to revision ${rollback.to}`, bars: workloads.length > 0 ? workloads : [all] },
  ];
}

/** A workload without a time of its own ended within `to`. */
function workloadBars({ workloads }: Report, from: number, to: number): string[] {
  return workloads.flatMap(({ ref, ready, desired, done, tookMs }) => {
    if (done && tookMs === undefined && from === 0) return [];
    const end = done ? (tookMs ?? to) : to;
    const took = done && tookMs !== undefined ? ` in ${duration(tookMs)}` : '';
    return [bar(`${named(ref)} ${ready}/${desired}${took}`, done ? 'done' : 'crit', from, end - from)];
  });
}

function causeBars({ cause }: Report): string[] {
  if (!cause) return [];
  return [
    milestone(`${cause.rule} seen after ${duration(cause.seenAfterMs)}`, cause.seenAfterMs),
    ...(cause.finalAfterMs - cause.seenAfterMs < 50 ? [] : [milestone('certain', cause.finalAfterMs)]),
  ];
}

function bar(name: string, state: 'done' | 'crit', start: number, length: number): string {
  return `${label(name, state === 'done' ? '✓' : '✗')} :${state}, ${whole(start)}, ${whole(Math.max(1, length))}ms`;
}

function milestone(name: string, at: number): string {
  return `${label(name, '◆')} :milestone, crit, ${whole(at)}, 0ms`;
}

function named(ref: ObjectRef): string {
  const title = titleOf(ref);
  return title.length > LONGEST_NAME ? `${title.slice(0, LONGEST_NAME)}…` : title;
}

const whole = (ms: number): number => Math.max(0, Math.round(ms));

/**
 * A name as Mermaid takes it. `:`, `#`, `;` and `%%` are signs of its language, and a line that begins with one of its words is a
 * statement (https://mermaid.js.org/syntax/gantt.html): only plain signs stay, behind a mark that begins no word.
 */
function label(name: string, mark: string): string {
  const plain = name.replace(/[^\p{L}\p{N} ./_()…-]/gu, '_');
  return `${mark} ${plain.slice(0, 2 * LONGEST_NAME)}`;
}
