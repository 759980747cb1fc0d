import * as core from '@actions/core';
import { getOctokit } from '@actions/github';
import { retry } from '@octokit/plugin-retry';
import { type ThrottlingOptions, throttling } from '@octokit/plugin-throttling';
import type { RunContext } from './context.ts';

export type GitHub = ReturnType<typeof getOctokit>;

/** GitHub may be slow to answer a job so long, in ms; the rollout's result is in the summary whatever happens here. */
export const PATIENCE_MS = 25_000;

/** Waits of 1 s and 4 s. */
const RETRIES = 2;

/** A limit that lifts later than this is not waited for, in seconds. */
const LONGEST_WAIT_S = 8;

/** How octokit's plugins wait: the queues that space writes, and how long a second is, in ms. */
export interface Pace extends Pick<ThrottlingOptions, 'write' | 'notifications'> {
  secondMs: number;
}

/**
 * GitHub's API for this run; undefined without a token, and then nothing is posted. Failing requests are repeated and limits kept
 * by octokit's own plugins, in bounds; within() bounds the whole. `pace`: octokit's own unless given, 1 s between two writes and
 * 3 s between two that notify people.
 */
export function githubFor(
  token: string | undefined,
  context: Pick<RunContext, 'apiUrl'>,
  pace?: Pace,
): GitHub | undefined {
  if (!token) return undefined;
  const { secondMs = 1_000, ...queues } = pace ?? {};
  const log = { debug: core.debug, info: core.debug, warn: core.debug, error: core.debug };
  const waits = (seconds: number, _request: unknown, _octokit: unknown, retryCount: number): boolean =>
    seconds <= LONGEST_WAIT_S && retryCount < 1;
  return getOctokit(
    token,
    {
      baseUrl: context.apiUrl,
      log,
      retry: { retries: RETRIES, retryAfterBaseValue: secondMs },
      // The plugin's queues belong to the whole process: one per server.
      throttle: {
        id: context.apiUrl,
        onRateLimit: waits,
        onSecondaryRateLimit: waits,
        retryAfterBaseValue: secondMs,
        ...queues,
      },
    },
    retry,
    throttling,
  );
}

/** GitHub did not answer in time. */
export class GitHubTimeout extends Error {}

/**
 * Runs `action` and ends its requests after `ms`, or when `ended` is aborted. Throws GitHubTimeout then, else what the action throws.
 * Not twice at a time with one client: each would bind the other's requests.
 */
export async function within<T>(github: GitHub, ms: number, action: () => Promise<T>, ended?: AbortSignal): Promise<T> {
  const over = new AbortController();
  const bound = (options: { request?: { signal?: AbortSignal } }): void => {
    options.request = { ...options.request, signal: over.signal };
  };
  github.hook.before('request', bound);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const stop = (why: string): void => {
      reject(new GitHubTimeout(why));
      over.abort();
    };
    timer = setTimeout(stop, ms, `GitHub did not answer within ${ms / 1000} s`);
    if (ended?.aborted) stop('it was too late');
    ended?.addEventListener('abort', () => stop('it was too late'), { once: true });
  });
  // What goes on after the time-out stays bound to the signal, and so ends at its next request.
  const work = action().finally(() => github.hook.remove('request', bound));
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The HTTP status of GitHub's refusal, or undefined when GitHub could not be reached. */
export function statusOf(error: unknown): number | undefined {
  // octokit says 500 for an answer that never came.
  if (typeof error !== 'object' || error === null || !('response' in error) || error.response === undefined)
    return undefined;
  const status = 'status' in error ? error.status : undefined;
  return typeof status === 'number' ? status : undefined;
}

/** True when trying the next request is pointless: GitHub is away, or has trouble of its own. */
export function isAway(error: unknown): boolean {
  const status = statusOf(error);
  return status === undefined || status >= 500 || status === 429;
}
