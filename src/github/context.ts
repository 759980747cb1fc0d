import { readFileSync } from 'node:fs';

/** What the runner says of the workflow run, read once; everything else gets it handed in. */
export interface RunContext {
  owner: string;
  repo: string;
  eventName: string;
  /** The event's own JSON; empty when there is none. */
  payload: Payload;
  sha: string;
  runId: string;
  attempt: string;
  job: string;
  actor: string;
  serverUrl: string;
  apiUrl: string;
  workspace: string;
  temp: string;
}

/** The parts of an event that we read. */
export interface Payload {
  number?: number;
  pull_request?: {
    number: number;
    head?: { sha: string; repo?: { full_name: string } | null };
    base?: { sha: string };
  };
  merge_group?: { head_ref?: string; head_sha?: string; base_ref?: string; base_sha?: string };
  /** Of a push: the branch, its newest commit, and all that came with it (GitHub sends at most 2,048). */
  ref?: string;
  head_commit?: { id: string; message?: string } | null;
  commits?: { id: string; message?: string }[];
  inputs?: Record<string, string> | null;
}

/** The context of this process. Throws when a variable that every runner sets is missing. */
export function readContext(env: NodeJS.ProcessEnv): RunContext {
  const need = (name: string): string => {
    const value = env[name];
    if (!value) throw new Error(`${name} is not set: this program runs as a step of a GitHub workflow`);
    return value;
  };
  const [owner = '', repo = ''] = need('GITHUB_REPOSITORY').split('/');
  return {
    owner,
    repo,
    eventName: env.GITHUB_EVENT_NAME ?? '',
    payload: readPayload(env.GITHUB_EVENT_PATH),
    sha: env.GITHUB_SHA ?? '',
    runId: env.GITHUB_RUN_ID ?? '',
    attempt: env.GITHUB_RUN_ATTEMPT ?? '1',
    job: env.GITHUB_JOB ?? '',
    actor: env.GITHUB_ACTOR ?? '',
    serverUrl: env.GITHUB_SERVER_URL ?? 'https://github.com',
    apiUrl: env.GITHUB_API_URL ?? 'https://api.github.com',
    workspace: env.GITHUB_WORKSPACE ?? process.cwd(),
    temp: need('RUNNER_TEMP'),
  };
}

function readPayload(file: string | undefined): Payload {
  if (!file) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Payload;
  } catch {
    // act and hand-made runs may have none.
    return {};
  }
}

/** The page of this workflow run. */
export function runUrl(context: RunContext): string {
  return runUrlOf(context, context.runId);
}

/** The page of another run of this repository. */
export function runUrlOf({ serverUrl, owner, repo }: RunContext, id: string): string {
  return `${serverUrl}/${owner}/${repo}/actions/runs/${id}`;
}
