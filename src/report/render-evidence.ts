import { titleOf } from '../kubernetes/object.ts';
import type { Evidence } from '../rollout/evidence.ts';
import { clip, code, duration, escapeText, fenced, htmlText, LONGEST_TEXT, table } from './markdown.ts';
import type { Report } from './report.ts';
import type { Part, Section } from './sections.ts';

/** When there is no room for all: the newest, each so long. */
const SHORT = { events: 5, message: 300, lines: 10, line: 200 };

/** What was seen of the object that failed: probe, Events, last words. */
export function evidenceSection({ evidence: found, startedAt }: Report): Section | undefined {
  if (!found) return undefined;
  const node = found.node ? ` (${found.node})` : '';
  const title = `${clip(titleOf(found.object), 300)}${clip(node, 300)}`;
  return {
    name: 'the evidence',
    rank: 4,
    head: `<details><summary>Evidence: ${htmlText(title)}</summary>\n\n`,
    foot: '\n\n</details>',
    parts: parts(found, startedAt),
    line: `Evidence: ${escapeText(title)}`,
  };
}

function parts(found: Evidence, startedAt: number): Part[] {
  const { probe, events, routineEvents, log, previousLog } = found;
  const all: (Part | undefined)[] = [
    probe ? [`Probe: ${code(clip(probe, LONGEST_TEXT))}`, `Probe: ${code(clip(probe, SHORT.message))}`] : undefined,
    events.length > 0 ? [eventTable(events, startedAt, false), eventTable(events, startedAt, true)] : ['No events.'],
    routineEvents > 0 ? [`${routineEvents} routine ${routineEvents === 1 ? 'event' : 'events'} left out.`] : undefined,
    previousLog ? logPart('Last lines before it ended:', previousLog) : undefined,
    log ? logPart('Last lines:', log) : undefined,
    log || previousLog ? undefined : ['No log: the container said nothing or never started.'],
  ];
  return all.filter((part) => part !== undefined);
}

function eventTable(events: Evidence['events'], startedAt: number, short: boolean): string {
  const rows = (short ? events.slice(-SHORT.events) : events).map(({ at, reason, message, count }) => [
    `+${duration(Math.max(0, at - startedAt))}`,
    `${code(clip(reason, SHORT.message))} ${escapeText(clip(message, short ? SHORT.message : LONGEST_TEXT))}${count > 1 ? ` (${count}×)` : ''}`,
  ]);
  const left = events.length - rows.length;
  return table(['time', 'event'], left > 0 ? [['', `… ${left} earlier ones`], ...rows] : rows);
}

function logPart(title: string, lines: readonly string[]): Part {
  const last = lines.slice(-SHORT.lines).map((line) => clip(line, SHORT.line));
  const left = lines.length - last.length;
  const short = left > 0 ? [`… ${left} earlier lines`, ...last] : last;
  return [
    `${title}\n\n${fenced(lines.map((line) => clip(line, LONGEST_TEXT)).join('\n'))}`,
    `${title}\n\n${fenced(short.join('\n'))}`,
  ];
}
