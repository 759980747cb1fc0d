import { getOctokit } from '@actions/github';
import type { RunContext } from './context.ts';

export type GitHub = ReturnType<typeof getOctokit>;

/** GitHub's API for this run; undefined without a token, and then nothing is posted. */
export function githubFor(token: string | undefined, context: RunContext): GitHub | undefined {
  return token ? getOctokit(token, { baseUrl: context.apiUrl }) : undefined;
}

/** The HTTP status of a refusal, or undefined when GitHub could not be reached. */
export function statusOf(error: unknown): number | undefined {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof status === 'number' ? status : undefined;
}
