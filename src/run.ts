import * as core from '@actions/core';
import { deploy } from './commands/deploy.ts';
import { diff } from './commands/diff.ts';
import { drift } from './commands/drift.ts';
import { afterMain } from './commands/post.ts';
import { connect, inputSecrets, setUp, type Workshop } from './commands/prepare.ts';
import { type GitHub, githubFor } from './github/client.ts';
import { type RunContext, readContext } from './github/context.ts';
import { runsOf } from './github/runs.ts';
import { distrust } from './github/trust.ts';
import { type Inputs, parseInputs } from './inputs.ts';
import { logTo } from './report/log.ts';
import { publish } from './report/publish.ts';
import { type Redaction, redaction } from './report/redact.ts';
import type { Report } from './report/report.ts';
import { track } from './report/track.ts';
import { isPost, kept, markPost } from './state.ts';

/** What every command gets: what the runner said, and the way out for everything that is said. */
interface Stage {
  context: RunContext;
  inputs: Inputs;
  github: GitHub | undefined;
  secrets: Redaction;
  say: (line: string) => void;
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
  const workshop = await setUp(inputs, context);
  if (inputs.command === 'drift') return driftWith(stage, workshop, startedAt);
  const report =
    inputs.command === 'diff'
      ? await diff({ inputs, context, workshop, say: stage.say, startedAt, learn: secrets.learn })
      : await deployWith(stage, workshop);
  await announce(stage, report);
}

async function deployWith({ inputs, context, github, secrets, say }: Stage, workshop: Workshop): Promise<Report> {
  const reason = distrust(context);
  if (reason !== undefined) throw new Error(`the deploy was refused: ${reason}`);
  const session = await connect(workshop, inputs);
  try {
    const hasEnded = runsOf(github, context);
    return await deploy({ inputs, context, session, hasEnded, cancelled: cancellation(), say, learn: secrets.learn });
  } finally {
    await session.close();
  }
}

/** A drift has its own issue instead of a comment on a pull request. */
async function driftWith(stage: Stage, workshop: Workshop, startedAt: number): Promise<void> {
  const { inputs, context, github, secrets, say } = stage;
  const reason = distrust(context);
  if (reason !== undefined) throw new Error(`the drift check was refused: ${reason}`);
  const session = await connect(workshop, inputs);
  try {
    const report = await drift({ inputs, context, session, say, startedAt, learn: secrets.learn });
    await publish(report, { context, github, comment: 'never', pullRequest: undefined, redact: secrets.redact });
    const url = inputs.comment === 'never' ? '' : await track(report, { context, github, redact: secrets.redact });
    core.setOutput('comment-url', url);
    if (report.status === 'drifted' && inputs['fail-on-drift']) core.setFailed(secrets.redact(report.reason));
  } finally {
    await session.close();
  }
}

async function post(secrets: Redaction): Promise<void> {
  const state = kept();
  if (!state) return;
  const stage = stageOrNone(secrets);
  const report = await afterMain(state, stage?.say ?? logTo(core.info, secrets.redact).say);
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
  return { context, inputs, github, secrets, say: logTo(core.info, secrets.redact).say };
}

function announce({ inputs, context, github, secrets }: Stage, report: Report): Promise<void> {
  const { redact } = secrets;
  return publish(report, { context, github, comment: inputs.comment, pullRequest: inputs['pull-request'], redact });
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
