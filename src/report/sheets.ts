import { clip } from './markdown.ts';
import { type Redact, redactReport } from './redact.ts';
import { renderWithin } from './render.ts';
import { diffText } from './render-diff.ts';
import { patchText } from './render-drift.ts';
import type { Report } from './report.ts';
import { timelineSection } from './timeline.ts';

/**
 * GitHub refuses a comment over 65,536 characters, and whether it counts bytes is not documented: so many UTF-8 bytes are safe
 * (https://github.com/dflook/terraform-github-actions/issues/133). A summary may have 1 MiB per step:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
 */
export const LIMITS = { comment: 60_000, summary: 1_000_000, line: 4_000 };

/** A report in the form of each place it goes to; nothing secret is in any of them. */
export interface Sheets {
  report: Report;
  json: string;
  summary: string;
  /** One line that says it all where only one line is shown. */
  annotation: string;
  warnings: string[];
  /** The whole diff as text, for a file. */
  diff?: string;
  outputs: Record<string, string>;
  /** The comment's text in at most so many UTF-8 bytes; its hidden first line takes some of the 60,000. */
  comment(limit: number): string;
}

/** Renders a report for all places. Pure: everything that leaves is made here, behind the redaction. */
export function sheetsOf(report: Report, redact: Redact): Sheets {
  const clean = redactReport(report, redact);
  const { url } = clean.run;
  const timeline = timelineSection(clean);
  const summaryPage = url ? `the [job summary](${url})` : 'the job summary';
  const line = (text: string): string => redact(clip(text, LIMITS.line));
  return {
    report: clean,
    json: `${JSON.stringify(clean, null, 2)}\n`,
    summary: renderWithin(clean, LIMITS.summary, 'the JSON report (output `report`)', timeline ? [timeline] : []).text,
    annotation: line(annotation(clean)),
    warnings: clean.warnings.map((text) => line(text.replaceAll('`', ''))),
    diff: clean.diff ? diffText(clean.diff) : clean.driftCheck?.adopt && patchText(clean.driftCheck.adopt),
    outputs: {
      status: clean.status,
      changed: String(hasChanged(clean)),
      drifted: driftedOutput(clean),
      revision: String(clean.revision ?? ''),
      'audit-failures': clean.audit ? String(clean.audit.counts.fail) : '',
      'previous-revision': String(clean.previousRevision ?? ''),
      reason: line(clean.reason),
    },
    comment: (limit) => renderWithin(clean, limit, summaryPage).text,
  };
}

/** Empty when it was not looked at, or not all could be read. */
function driftedOutput({ driftCheck }: Report): string {
  if (!driftCheck) return '';
  if (driftCheck.rows.length > 0) return 'true';
  return driftCheck.unread.length > 0 ? '' : 'false';
}

/** Whether the release, or for a diff the chart, is not what it was. */
function hasChanged({ status, revision, previousRevision }: Report): boolean {
  if (status === 'changed' || status === 'clean') return status === 'changed';
  return revision !== previousRevision;
}

function annotation({ command, release, namespace, status, reason, next, rollback }: Report): string {
  const back = rollback?.verified && command !== 'rollback' ? ` Rolled back to revision ${rollback.to}, verified.` : '';
  const todo = next ? ` Next: ${next}.` : '';
  return `${release} → ${namespace} ${status}: ${reason}.${back}${todo}`.replaceAll('`', '');
}
