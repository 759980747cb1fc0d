import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as core from '@actions/core';
import { type GitHub, isAway, PATIENCE_MS, within } from '../github/client.ts';
import type { RunContext } from '../github/context.ts';
import type { Marker } from '../github/marker.ts';
import { findPullRequests, type Audience as Pulls } from '../github/pull-request.ts';
import { type Text, upsertComment } from '../github/sticky-comment.ts';
import { commentTrouble } from '../github/trouble.ts';
import type { CommentMode } from '../inputs/inputs.ts';
import { logTo } from './log.ts';
import type { Redact } from './redact.ts';
import { isRed, type Report } from './report.ts';
import { LIMITS, type Sheets, sheetsOf } from './sheets.ts';

/** Where a report goes. */
export interface Audience {
  context: RunContext;
  github: GitHub | undefined;
  comment: CommentMode;
  pullRequest: number | undefined;
  redact: Redact;
  /** Finds other pull requests than the event's: a rollback's are those of the revision gone back to. */
  find?: (github: GitHub) => Promise<Pulls>;
  /** GitHub may take so long for each pull request, in ms; PATIENCE_MS when not given. */
  patienceMs?: number;
}

/** GitHub shows 10 warnings of a step: https://docs.github.com/en/actions/reference/limits */
const MOST_WARNINGS = 9;

/**
 * Sends a finished report everywhere: outputs, JSON file, job summary, annotations, comments. Trouble with any of them is
 * a warning and never changes what the deploy's result is.
 */
export async function publish(report: Report, audience: Audience): Promise<void> {
  const { context, redact } = audience;
  const sheets = sheetsOf(report, redact);
  const file = path.join(context.temp, `helm-rollout-${report.namespace}-${report.release}.json`);
  await attempt('the JSON report could not be written', redact, () => writeFile(file, sheets.json));
  const diff = sheets.diff === undefined ? undefined : path.join(context.temp, `${path.basename(file, '.json')}.diff`);
  if (diff) await attempt('the diff could not be written', redact, () => writeFile(diff, sheets.diff ?? ''));
  const outputs = { ...sheets.outputs, report: file, diff: diff ?? '' };
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
  await attempt('the job summary could not be written', redact, () =>
    core.summary.addRaw(sheets.summary, true).write(),
  );
  for (const text of sheets.warnings.slice(0, MOST_WARNINGS)) core.warning(text);
  if (isRed(report.status, report.command) || report.audit?.red) core.setFailed(sheets.annotation);
  core.setOutput('comment-url', (await comment(report, sheets, audience)) ?? '');
}

async function comment(report: Report, sheets: Sheets, audience: Audience): Promise<string | undefined> {
  const { context, github, redact, patienceMs = PATIENCE_MS } = audience;
  if (audience.comment === 'never' || !github) return undefined;
  const { say } = logTo(core.info, redact);
  const urls: string[] = [];
  try {
    const find = audience.find ?? (() => findPullRequests(github, context, audience.pullRequest));
    const found = await within(github, patienceMs, () => find(github));
    sayWho(found, say);
    const marker = markerOf(report);
    const text = (taken: number): string => sheets.comment(LIMITS.comment - taken);
    for (const pull of found.pulls) {
      const url = await commentOn(github, pull, marker, text, audience);
      if (url === undefined) break;
      urls.push(url);
    }
  } catch (error) {
    core.warning(redact(commentTrouble(error, context)));
  }
  return urls.find((url) => url !== '');
}

/** The comment's address, empty when there is none; undefined when it is pointless to try the next pull request. */
async function commentOn(
  github: GitHub,
  pull: number,
  marker: Marker,
  text: Text,
  { context, redact, patienceMs = PATIENCE_MS }: Audience,
): Promise<string | undefined> {
  try {
    const { url, result, by } = await within(github, patienceMs, () =>
      upsertComment(github, context, pull, marker, text),
    );
    if (result === 'newer')
      logTo(core.info, redact).say(
        `The comment on #${pull} stays: run ${by.replace('/', ', attempt ')} saw something newer.`,
      );
    return url;
  } catch (error) {
    core.warning(redact(commentTrouble(error, context)));
    // What the token may not do here it may not do there; a locked pull request, or one that is gone, is its own trouble.
    return isAway(error) || !/locked|not found/i.test(String(error)) ? undefined : '';
  }
}

function sayWho({ pulls, more, unseen }: Pulls, say: (line: string) => void): void {
  if (pulls.length === 0) say('No pull request belongs to this commit: the report is in the job summary.');
  if (more > 0)
    say(`${pulls.length + more} pull requests belong to this push: the newest ${pulls.length} get the comment.`);
  if (unseen > 0) say(`The push has ${unseen} older commits whose pull requests were not looked up.`);
}

function markerOf(report: Report): Marker {
  const { cluster, namespace, release, revision, startedAt, tookMs, run } = report;
  const key = `${cluster}/${namespace}/${release}`;
  const common = { v: 1, key, run: `${run.id}/${run.attempt}`, sha: run.sha } as const;
  const print = report.diff?.fingerprint;
  if (report.command === 'diff') return { ...common, kind: 'diff', reviewed: print && { ...print, run: common.run } };
  return { ...common, kind: 'state', revision, observed: startedAt + tookMs };
}

async function attempt(what: string, redact: Redact, action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    core.warning(redact(`${what}: ${error instanceof Error ? error.message : String(error)}`));
  }
}
