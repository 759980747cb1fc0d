import { GitHubTimeout, statusOf } from './client.ts';
import type { RunContext } from './context.ts';

/** What the job's token needs for all that this action does on GitHub. */
const PERMISSIONS = [
  'permissions:',
  '  contents: read # checkout, and the pull request of a commit',
  '  pull-requests: write # the comment',
  '  actions: read # whether the run that holds a release has ended',
];

/** What it needs to keep an issue. */
const ISSUE_PERMISSIONS = ['permissions:', '  contents: read # checkout', '  issues: write # the drift issue'];

/** Why the comment is not there, and what to do: for a warning. `error`: what octokit threw. */
export function commentTrouble(error: unknown, context: Pick<RunContext, 'owner' | 'repo' | 'payload'>): string {
  return `The comment on the pull request could not be written: ${why(error, context)} The report is in the job summary.`;
}

/** Why the drift issue is not there, and what to do: for a warning. `error`: what octokit threw. */
export function issueTrouble(error: unknown, context: Pick<RunContext, 'owner' | 'repo' | 'payload'>): string {
  return `The drift issue could not be kept: ${why(error, context, ISSUE_PERMISSIONS)} The report is in the job summary.`;
}

function why(
  error: unknown,
  { owner, repo, payload }: Pick<RunContext, 'owner' | 'repo' | 'payload'>,
  permissions = PERMISSIONS,
): string {
  const text = (error instanceof Error ? error.message : String(error)).split('\n')[0]?.replace(/[.\s]+$/, '') ?? '';
  const ofGitHub = typeof error === 'object' && error !== null && 'status' in error;
  if (error instanceof GitHubTimeout || !ofGitHub) return `${text}.`;
  const status = statusOf(error);
  if (status === undefined) return `GitHub could not be reached (${text}).`;
  const from = payload.pull_request?.head?.repo?.full_name;
  if (status === 403 && from !== undefined && from !== `${owner}/${repo}`) {
    return `GitHub gives workflows of pull requests from forks a token that may only read (${text}).`;
  }
  const limited = /rate limit/i.test(text) || status === 429;
  if (limited) return `GitHub's rate limit for this token is used up (${text}).`;
  if (status === 401) return 'GitHub does not accept the token: check the input "github-token".';
  // A repository may have its issues switched off.
  if (status === 410) return `the repository has no issues (${text}).`;
  // GitHub says "not found" for what a token may not see.
  if (status === 403 || status === 404) {
    return `the token may not do that (${text}). Add to the job:\n${permissions.join('\n')}\n`;
  }
  return `GitHub answered ${status} (${text}).`;
}
