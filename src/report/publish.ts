import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as core from '@actions/core';
import { type GitHub, statusOf } from '../github/client.ts';
import type { RunContext } from '../github/context.ts';
import { findPullRequests } from '../github/pull-request.ts';
import { upsertComment } from '../github/sticky-comment.ts';
import type { CommentMode } from '../inputs.ts';
import { type Redact, redactDeep } from './redact.ts';
import { renderMarkdown } from './render.ts';
import { isRed, type Report } from './report.ts';

/** Where a report goes. */
export interface Audience {
  context: RunContext;
  github: GitHub | undefined;
  comment: CommentMode;
  pullRequest: number | undefined;
  redact: Redact;
}

/**
 * Sends a finished report everywhere: outputs, JSON file, job summary, annotation, comments. Trouble with any of them is
 * a warning and never changes what the deploy's result is.
 */
export async function publish(report: Report, audience: Audience): Promise<void> {
  const clean = redactDeep(report, audience.redact);
  const file = path.join(audience.context.temp, `helm-rollout-${clean.namespace}-${clean.release}.json`);
  await attempt('the JSON report could not be written', () => writeFile(file, `${JSON.stringify(clean, null, 2)}\n`));
  setOutputs(clean, file);
  const markdown = renderMarkdown(clean);
  await attempt('the job summary could not be written', () => core.summary.addRaw(markdown, true).write());
  if (isRed(clean.status)) core.setFailed(annotation(clean));
  const url = await comment(clean, markdown, audience);
  core.setOutput('comment-url', url ?? '');
}

function setOutputs(report: Report, file: string): void {
  core.setOutput('status', report.status);
  core.setOutput('revision', report.revision ?? '');
  core.setOutput('previous-revision', report.previousRevision ?? '');
  core.setOutput('reason', report.reason);
  core.setOutput('report', file);
}

/** One line that says it all where only one line is shown. */
function annotation({ release, namespace, status, reason, next, rollback }: Report): string {
  const back = rollback?.verified ? ` Rolled back to revision ${rollback.to}, verified.` : '';
  const todo = next ? ` Next: ${next}.` : '';
  return `${release} → ${namespace} ${status}: ${reason}.${back}${todo}`.replaceAll('`', '');
}

/** The lines of a workflow that let us comment. */
const PERMISSIONS = 'add to the job:\npermissions:\n  contents: read\n  pull-requests: write';

async function comment(report: Report, markdown: string, audience: Audience): Promise<string | undefined> {
  const { context, github } = audience;
  if (audience.comment === 'never' || !github) return undefined;
  try {
    const pulls = await findPullRequests(github, context, audience.pullRequest);
    if (pulls.length === 0) {
      core.info('No pull request belongs to this commit: the report is in the job summary.');
      return undefined;
    }
    const key = `${report.cluster}/${report.namespace}/${report.release}`;
    const marker = { v: 1, key, run: `${context.runId}/${context.attempt}` } as const;
    const urls: string[] = [];
    for (const pull of pulls) urls.push(await upsertComment(github, context, pull, marker, markdown));
    return urls[0];
  } catch (error) {
    const hint = statusOf(error) === 403 ? ` The token may not comment; ${PERMISSIONS}` : '';
    const text = error instanceof Error ? error.message : String(error);
    core.warning(`The comment could not be written: ${text}.${hint} The report is in the job summary.`);
    return undefined;
  }
}

async function attempt(what: string, action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    core.warning(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
