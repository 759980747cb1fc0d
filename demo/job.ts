import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { type HelmName, ROOT, Step, type StepResult } from '../__tests__/e2e/step.ts';
import type { Bed } from '../testbed/bed.ts';
import { type AdminClient, adminClient } from '../testbed/github/admin.ts';
import { CHART, NAMESPACE, PRODUCTION, RELEASE } from './interface.ts';

const OWNER = 'acme';
const REPO = 'pearl';
const TOKEN = 'ghs_demo_token_of_the_job';
const ACTOR = 'dev';

/** A pull request that was merged; its merge commit is what the job deploys. */
export interface Merged {
  number: number;
  title: string;
  tag: string;
  sha: string;
  /** Its head, when it has been opened for a diff. */
  head?: string;
  /** More lines for the input `set`. */
  set?: string[];
}

/** Where a job runs. */
export interface Place {
  bed: Bed;
  github: AdminClient;
  helm: HelmName;
  stopped: AbortSignal;
}

/** How a job ended and what it left behind. */
export interface JobResult extends StepResult {
  tookMs: number;
  /** The body of the comment on the pull request; undefined when there is not exactly one. */
  comment: string | undefined;
  postCode: number;
}

/** The inputs as the workflow writes them. */
export function workflowInputs(tag: string, set: readonly string[] = []): Record<string, string> {
  return {
    release: RELEASE,
    namespace: NAMESPACE,
    chart: CHART,
    'value-files': PRODUCTION,
    set: [`image.tag=${tag}`, ...set].join('\n'),
  };
}

/** GitHub as it is before the story begins: the repository, and a token with the permissions that the README asks for. */
export async function prepareGitHub(bed: Bed): Promise<AdminClient> {
  if (bed.githubApiUrl === null) throw new Error('The test bed has no GitHub stand-in: testbed/github is missing.');
  const github = adminClient(bed.githubApiUrl);
  await github.seedRepo({ owner: OWNER, repo: REPO, private: true });
  const permissions = { contents: 'read', 'pull-requests': 'write' } as const;
  await github.seedToken({ token: TOKEN, repository: `${OWNER}/${REPO}`, permissions });
  return github;
}

/**
 * Merges the pull request and runs the step that the push to main starts: main, then post with main's state. Every line
 * of its log goes to `log` as the runner would show it.
 */
export async function runJob(
  { bed, github, helm, stopped }: Place,
  merged: Merged,
  log: (line: string) => void,
): Promise<JobResult> {
  const { number, title, sha, head } = merged;
  const at = { owner: OWNER, repo: REPO, number };
  if (head === undefined) await github.seedPull({ ...at, title, merged: true, mergeCommitSha: sha, author: ACTOR });
  else await github.mergePull({ ...at, sha });
  await github.seedRun({ owner: OWNER, repo: REPO, id: runIdOf(merged), headSha: sha, actor: ACTOR });
  const step = stepOf(bed, helm, merged, pushEvent(merged), { GITHUB_SHA: sha, GITHUB_REF: 'refs/heads/main' });
  return carryOut({ github, stopped, step, number, log });
}

/** Opens the pull request and runs the diff step that its event starts. */
export async function runDiff(
  { bed, github, helm, stopped }: Place,
  pull: Merged & { head: string },
  log: (line: string) => void,
): Promise<JobResult> {
  const { number, title, head } = pull;
  const ref = `change-${number}`;
  await github.seedPull({ owner: OWNER, repo: REPO, number, title, author: ACTOR, head: { ref, sha: head } });
  const own = { sha: head, repo: { full_name: `${OWNER}/${REPO}` } };
  const event = { number, pull_request: { number, head: own, base: { sha: shaOfBase } } };
  // What GitHub checks out for a pull request is a merge commit that it makes for the run.
  const env = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_SHA: head, GITHUB_RUN_ID: String(runIdOf(pull) - 1_000) };
  const step = stepOf(bed, helm, pull, event, env, { command: 'diff' });
  return carryOut({ github, stopped, step, number, log });
}

const shaOfBase = '0b5e0b5e0b5e0b5e0b5e0b5e0b5e0b5e0b5e0b5e';

interface Work extends Pick<Place, 'github' | 'stopped'> {
  step: Step;
  number: number;
  log: (line: string) => void;
}

/** main to its end, post after it, and the comment that stands on the pull request then. */
async function carryOut({ github, stopped, step, number, log }: Work): Promise<JobResult> {
  try {
    const startedAt = Date.now();
    const main = step.startMain();
    // Helm and kubectl end with it.
    stopped.addEventListener('abort', () => main.child.kill('SIGKILL'));
    main.child.stdout?.on('data', lineByLine(log));
    main.child.stderr?.on('data', lineByLine(log));
    const result = await main.ended;
    const tookMs = Date.now() - startedAt;
    stopped.throwIfAborted();
    const post = await step.post();
    const comments = await github.comments(OWNER, REPO, number);
    return { ...result, tookMs, comment: comments.length === 1 ? comments[0]?.body : undefined, postCode: post.code };
  } finally {
    step.remove();
  }
}

const runIdOf = ({ number }: Merged): number => 8_000_000_000 + number;

function stepOf(
  bed: Bed,
  helm: HelmName,
  merged: Merged,
  event: object,
  env: Record<string, string>,
  inputs: Record<string, string> = {},
): Step {
  // The step of the e2e tests takes its bed from here.
  process.env.HELM_ROLLOUT_BED = JSON.stringify(bed);
  return new Step({
    helm,
    inputs: { ...defaults(), ...workflowInputs(merged.tag, merged.set), ...inputs },
    event,
    githubApiUrl: bed.githubApiUrl ?? undefined,
    env: {
      GITHUB_REPOSITORY: `${OWNER}/${REPO}`,
      GITHUB_RUN_ID: String(runIdOf(merged)),
      GITHUB_ACTOR: ACTOR,
      GITHUB_WORKSPACE: ROOT,
      ...env,
    },
  });
}

/** What the runner puts in for the inputs that a workflow leaves out. */
function defaults(): Record<string, string> {
  const { inputs } = parse(readFileSync(path.join(ROOT, 'action.yml'), 'utf8')) as {
    inputs: Record<string, { default?: string }>;
  };
  const filled = Object.entries(inputs).map(([name, { default: text = '' }]) => {
    return [name, text.replace(/^\$\{\{ github\.token \}\}$/, TOKEN)];
  });
  return Object.fromEntries(filled);
}

/** The event of a push to main, the parts that every push has. */
function pushEvent({ number, title, sha }: Merged): object {
  return {
    ref: 'refs/heads/main',
    after: sha,
    head_commit: { id: sha, message: `${title} (#${number})` },
    repository: { name: REPO, full_name: `${OWNER}/${REPO}`, owner: { login: OWNER }, default_branch: 'main' },
    sender: { login: ACTOR, type: 'User' },
  };
}

/** Cuts a stream into lines and shows them as the runner does: commands are obeyed or coloured, never printed. */
export function lineByLine(log: (line: string) => void): (chunk: Buffer) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) for (const shown of asShown(line)) log(shown);
  };
}

// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
function asShown(line: string): string[] {
  const found = /^::(?<name>[a-z-]+)[^:]*::(?<text>.*)$/.exec(line)?.groups;
  if (!found) return [line];
  const text = (found.text ?? '').replaceAll('%0D', '').replaceAll('%0A', '\n').replaceAll('%25', '%');
  if (found.name === 'error') return `Error: ${text}`.split('\n');
  if (found.name === 'warning') return `Warning: ${text}`.split('\n');
  return found.name === 'notice' || found.name === 'group' ? text.split('\n') : [];
}
