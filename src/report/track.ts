import * as core from '@actions/core';
import { type GitHub, PATIENCE_MS, within } from '../github/client.ts';
import type { RunContext } from '../github/context.ts';
import { markerLine, type StateMarker } from '../github/marker.ts';
import { trackIssue } from '../github/tracking-issue.ts';
import { issueTrouble } from '../github/trouble.ts';
import { logTo } from './log.ts';
import { code } from './markdown.ts';
import type { Redact } from './redact.ts';
import type { Report } from './report.ts';
import { LIMITS, sheetsOf } from './sheets.ts';

/** Where the issue is kept. */
export interface Tracker {
  context: RunContext;
  github: GitHub | undefined;
  redact: Redact;
}

/**
 * Keeps the drift issue of the report's release: open while there is drift, closed when the cluster was seen to agree. What is not
 * known changes nothing. Returns its address, empty when there is none. Trouble is a warning and never changes the job's result.
 */
export async function track(report: Report, { context, github, redact }: Tracker): Promise<string> {
  if (!github || (report.status !== 'drifted' && report.status !== 'clean')) return '';
  const { cluster, namespace, release, revision, startedAt, tookMs, run, status } = report;
  const marker: StateMarker = {
    v: 1,
    kind: 'state',
    key: `${cluster}/${namespace}/${release}`,
    run: `${run.id}/${run.attempt}`,
    sha: run.sha,
    revision,
    observed: startedAt + tookMs,
  };
  const sheets = sheetsOf(report, redact);
  const open = status === 'drifted';
  const link = run.url ? ` ([run](${run.url}))` : '';
  const text = {
    title: redact(`Drift: ${release} → ${namespace}`),
    body: sheets.comment(LIMITS.comment - Buffer.byteLength(markerLine(marker)) - 1),
    open,
    turn: open
      ? `Drifted again: see above${link}.`
      : `Clean again: the cluster agrees with revision ${revision ?? '?'} of ${code(release)}${link}.`,
  };
  try {
    const { url, result } = await within(github, PATIENCE_MS, () => trackIssue(github, context, marker, text));
    if (result !== 'none') logTo(core.info, redact).say(`The drift issue ${url}: ${result}`);
    return url;
  } catch (error) {
    core.warning(redact(issueTrouble(error, context)));
    return '';
  }
}
