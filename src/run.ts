import * as core from '@actions/core';
import { audit } from './commands/audit/audit.ts';
import { deploy } from './commands/deploy/deploy.ts';
import { diff } from './commands/diff/diff.ts';
import { drift } from './commands/drift/drift.ts';
import type { WriterJob } from './commands/job.ts';
import { afterMain } from './commands/post.ts';
import { inputSecrets, inSession, setUp, type Workshop } from './commands/prepare/prepare.ts';
import { rollback } from './commands/rollback/rollback.ts';
import { uninstall } from './commands/uninstall.ts';
import { type GitHub, githubFor } from './github/client.ts';
import { type RunContext, readContext } from './github/context.ts';
import { findPullRequestsOf, type Audience as Pulls } from './github/pull-request.ts';
import { runsOf } from './github/runs.ts';
import { distrust } from './github/trust.ts';
import type { Inputs } from './inputs/inputs.ts';
import { parseInputs } from './inputs/parse.ts';
import { type LiveComment, liveComment } from './report/live-comment.ts';
import { logTo } from './report/log.ts';
import { publish } from './report/publish.ts';
import { type Redaction, redaction } from './report/redact.ts';
import type { Report, UndoReport } from './report/report.ts';
import { track } from './report/track.ts';
import { isPost, kept, markPost } from './state.ts';

/** What every command gets: what the runner said, and the way out for everything that is said. */
interface Stage {
  context: RunContext;
  inputs: Inputs;
  github: GitHub | undefined;
  secrets: Redaction;
  say: (line: string) => void;
  warn: (text: string) => void;
}

/** The whole action: main or post, and the only catch. */
export async function runAction(): Promise<void> {
  const secrets = redaction([]);
  try {
    if (isPost()) await post(secrets);
    else await main(secrets);
  } catch (error) {
    // Only what was found before the first write gets here: from then on everything ends in a report.
    const reason = secrets.redact(error instanceof Error ? error.message : String(error));
    core.setOutput('status', 'refused');
    core.setOutput('reason', reason);
    core.setFailed(reason);
    if (error instanceof Error && error.stack) core.debug(secrets.redact(error.stack));
  }
}

async function main(secrets: Redaction): Promise<void> {
  markPost();
  const stage = stageFor(secrets);
  const { inputs, context } = stage;
  const startedAt = Date.now();
  const workshop = await setUp(inputs, context, stage);
  const { command } = inputs;
  if (command === 'drift') return driftWith(stage, workshop, startedAt);
  const reading = { inputs, context, workshop, say: stage.say, startedAt, learn: secrets.learn };
  const { report, pulls }: Ended =
    command === 'diff' || command === 'audit'
      ? { report: await READERS[command](reading) }
      : await withSession(stage, workshop, WRITERS[command]);
  await announce(stage, report, pulls);
}

/** The commands that only look. */
const READERS = { diff, audit };

/** The commands that may change the release. */
const WRITERS = { deploy, rollback, uninstall };

/** What a command ends with; `pulls` when it has looked for them already. */
interface Ended {
  report: Report;
  pulls?: Pulls;
}

/** After the end of a deploy its comment's other work may take so long, in ms; a cancelled job has no time for it. */
const LAST_MS = 5_000;

async function withSession(
  stage: Stage,
  workshop: Workshop,
  command: (job: WriterJob) => Promise<Report>,
): Promise<Ended> {
  const { inputs, context, github, secrets, say } = stage;
  const reason = distrust(context);
  if (reason !== undefined) throw new Error(`the ${inputs.command} was refused: ${reason}`);
  return inSession(workshop, inputs, async (session) => {
    const hasEnded = runsOf(github, context);
    const [cancelled, live] = [cancellation(), liveCommentOf(stage)];
    const report = await command({ inputs, context, session, hasEnded, cancelled, say, learn: secrets.learn, live });
    const { pulls, reviewed } = (await live?.end(cancelled.aborted ? 0 : LAST_MS)) ?? {};
    return { report: reviewed ? { ...report, reviewed } : report, pulls };
  });
}

/** Only a deploy says that it is under way. */
function liveCommentOf({ inputs, context, secrets }: Stage): LiveComment | undefined {
  const github =
    inputs.comment === 'never' || inputs.command !== 'deploy' ? undefined : githubFor(inputs['github-token'], context);
  return github && liveComment({ context, github, pullRequest: inputs['pull-request'], redact: secrets.redact });
}

/** A drift has its own issue instead of a comment on a pull request. */
async function driftWith(stage: Stage, workshop: Workshop, startedAt: number): Promise<void> {
  const { inputs, context, github, secrets, say } = stage;
  const reason = distrust(context);
  if (reason !== undefined) throw new Error(`the drift check was refused: ${reason}`);
  await inSession(workshop, inputs, async (session) => {
    const report = await drift({ inputs, context, session, say, startedAt, learn: secrets.learn });
    await publish(report, { context, github, comment: 'never', pullRequest: undefined, redact: secrets.redact });
    const url = inputs.comment === 'never' ? '' : await track(report, { context, github, redact: secrets.redact });
    core.setOutput('comment-url', url);
    if (report.status === 'drifted' && inputs['fail-on-drift']) core.setFailed(secrets.redact(report.reason));
  });
}

async function post(secrets: Redaction): Promise<void> {
  const state = kept();
  if (!state) return;
  const stage = stageOrNone(secrets);
  const report = await afterMain(state, stage?.say ?? logTo(core.info, secrets.redact).say, secrets.learn);
  if (report && stage) await announce(stage, report);
  else if (report) core.setFailed(`${report.release} → ${report.namespace} ${report.status}: ${report.reason}`);
}

/** A later step may have removed what an input names: the release is settled all the same. */
function stageOrNone(secrets: Redaction): Stage | undefined {
  try {
    return stageFor(secrets);
  } catch (error) {
    core.warning(secrets.redact(`The report cannot be published: ${error instanceof Error ? error.message : error}`));
    return undefined;
  }
}

function stageFor(secrets: Redaction): Stage {
  const context = readContext(process.env);
  const inputs = parseInputs((name) => core.getInput(name), context.workspace);
  const own = inputSecrets(inputs);
  for (const secret of own) core.setSecret(secret);
  secrets.learn(own);
  const github = githubFor(inputs['github-token'], context);
  const warn = (text: string): void => core.warning(secrets.redact(text));
  return { context, inputs, github, secrets, say: logTo(core.info, secrets.redact).say, warn };
}

function announce({ inputs, context, github, secrets }: Stage, report: Report, pulls?: Pulls): Promise<void> {
  const { redact } = secrets;
  const { undo, removal } = report;
  // What would be is no news about what is: a dry run and a rollback that was not begun stay in the job summary, and the comment
  // carries the audit of its diff or deploy.
  const isQuiet = undo?.dryRun || removal?.dryRun || report.command === 'audit';
  const comment = isQuiet || (report.command === 'rollback' && !undo) ? 'never' : inputs.comment;
  const pullRequest = inputs['pull-request'];
  const find = undo && pullRequest === undefined ? undonePulls(undo, context) : known(pulls);
  return publish(report, { context, github, comment, pullRequest, redact, ...(find && { find }) });
}

/** None at the start may be one by now: GitHub learns late which pull request brought a commit. */
function known(pulls: Pulls | undefined): (() => Promise<Pulls>) | undefined {
  return pulls && pulls.pulls.length > 0 ? async () => pulls : undefined;
}

/** A rollback is told where the change came from that it takes back, not where the workflow was started. */
function undonePulls({ commits }: UndoReport, context: RunContext): (github: GitHub) => Promise<Pulls> {
  const [newest] = commits;
  return async (github) =>
    newest ? findPullRequestsOf(github, context, newest.commit) : { pulls: [], more: 0, unseen: 0 };
}

/**
 * GitHub cancels with SIGINT, then SIGTERM after 7.5 s, and sends them to this process alone:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation
 */
function cancellation(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => controller.abort());
  return controller.signal;
}
