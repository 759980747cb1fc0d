import * as core from '@actions/core';
import { deploy } from './commands/deploy.ts';
import { afterMain } from './commands/post.ts';
import { prepare } from './commands/prepare.ts';
import { githubFor } from './github/client.ts';
import { readContext } from './github/context.ts';
import { runsOf } from './github/runs.ts';
import { type Inputs, parseInputs } from './inputs.ts';
import { publish } from './report/publish.ts';
import { type Redact, redactor } from './report/redact.ts';
import { isPost, kept, markPost } from './state.ts';

/** The whole action: main or post, and the only catch. */
export async function runAction(): Promise<void> {
  let redact: Redact = redactor([]);
  const knowSecrets = (secrets: string[]): void => {
    redact = redactor(secrets);
  };
  try {
    if (isPost()) await post();
    else await main(knowSecrets);
  } catch (error) {
    // Only what was found before the first write gets here: from then on everything ends in a report.
    const reason = redact(error instanceof Error ? error.message : String(error));
    core.setOutput('status', 'refused');
    core.setOutput('reason', reason);
    core.setFailed(reason);
    if (error instanceof Error && error.stack) core.debug(redact(error.stack));
  }
}

async function main(knowSecrets: (secrets: string[]) => void): Promise<void> {
  markPost();
  const context = readContext(process.env);
  const inputs = readInputs(context.workspace);
  const session = await prepare(inputs, context);
  knowSecrets(session.secrets);
  try {
    const github = githubFor(inputs['github-token'], context);
    const redact = redactor(session.secrets);
    const report = await deploy({
      inputs,
      context,
      session,
      hasEnded: runsOf(github, context),
      cancelled: cancellation(),
      say: (line) => core.info(redact(line)),
    });
    await publish(report, { context, github, comment: inputs.comment, pullRequest: inputs['pull-request'], redact });
  } finally {
    await session.close();
  }
}

async function post(): Promise<void> {
  const state = kept();
  if (!state) return;
  const report = await afterMain(state);
  if (!report) return;
  const context = readContext(process.env);
  const inputs = readInputs(context.workspace);
  const github = githubFor(inputs['github-token'], context);
  const redact = redactor([inputs['github-token'] ?? '']);
  await publish(report, { context, github, comment: inputs.comment, pullRequest: inputs['pull-request'], redact });
}

function readInputs(workspace: string): Inputs {
  return parseInputs((name) => core.getInput(name), workspace);
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
