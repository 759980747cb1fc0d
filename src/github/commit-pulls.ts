import { setTimeout as sleep } from 'node:timers/promises';
import { type GitHub, statusOf } from './client.ts';
import type { RunContext } from './context.ts';

/** A pull request as far as it matters for finding it. */
export interface PullSummary {
  number: number;
  merged: boolean;
  /** The branch that it goes into. */
  base: string;
  mergeCommit: string | null;
}

type Repo = Pick<RunContext, 'owner' | 'repo'>;

/**
 * Right after a merge GitHub does not know yet which pull request brought a commit
 * (https://github.com/googleapis/release-please/issues/817): asked again after so many ms.
 */
const LAG_MS = [1_000, 2_000, 4_000];

/** A direct push has no pull request: a commit whose message names none is asked for only once more. */
const UNNAMED_LAG_MS = [1_000];

/**
 * The pull requests that brought a commit: the merged ones, else the open ones; empty when there is none. `sha` may be short
 * (from 7 characters on; a revision's description holds 12). `message`: the commit's, when it is known. Throws what octokit throws.
 */
export async function pullsOfCommit(github: GitHub, repo: Repo, sha: string, message = ''): Promise<PullSummary[]> {
  const full = await fullSha(github, repo, sha);
  if (full === undefined) return [];
  const named = numberIn(message);
  for (const wait of [...(named === undefined ? UNNAMED_LAG_MS : LAG_MS), undefined]) {
    const found = await associated(github, repo, full);
    if (found.length > 0) return found;
    const own = named === undefined ? undefined : await pullByNumber(github, repo, named);
    if (own?.mergeCommit === full) return [own];
    if (wait !== undefined) await sleep(wait);
  }
  return [];
}

/** The same, asked once: for the older commits of a push, whose association is long known. */
export async function associated(github: GitHub, { owner, repo }: Repo, sha: string): Promise<PullSummary[]> {
  try {
    const pulls = await github.paginate(github.rest.repos.listPullRequestsAssociatedWithCommit, {
      owner,
      repo,
      commit_sha: sha,
      per_page: 100,
    });
    const all = pulls.map(({ number, merged_at, base, merge_commit_sha }) => {
      return { number, merged: merged_at !== null, base: base.ref, mergeCommit: merge_commit_sha };
    });
    const merged = all.filter((pull) => pull.merged);
    return merged.length > 0 ? merged : all;
  } catch (error) {
    // A commit that GitHub does not know yet.
    const status = statusOf(error);
    if (status === 404 || status === 422) return [];
    throw error;
  }
}

/** A pull request by its number; undefined when there is none. */
export async function pullByNumber(
  github: GitHub,
  { owner, repo }: Repo,
  number: number,
): Promise<PullSummary | undefined> {
  try {
    const { data } = await github.rest.pulls.get({ owner, repo, pull_number: number });
    return { number, merged: data.merged, base: data.base.ref, mergeCommit: data.merge_commit_sha };
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** The number that GitHub writes into the message of a squash (`Title (#7)`) or merge commit; anybody may write one. */
export function numberIn(message: string): number | undefined {
  const [title = ''] = message.split('\n', 1);
  const found = /\(#(\d{1,9})\)\s*$/.exec(title)?.[1] ?? /^Merge pull request #(\d{1,9}) from /.exec(title)?.[1];
  return found === undefined ? undefined : Number(found);
}

const FULL_SHA = 40;

async function fullSha(github: GitHub, { owner, repo }: Repo, sha: string): Promise<string | undefined> {
  if (sha.length >= FULL_SHA) return sha;
  if (!/^[0-9a-f]{7,}$/.test(sha)) return undefined;
  try {
    const { data } = await github.rest.repos.getCommit({ owner, repo, ref: sha });
    return data.sha;
  } catch (error) {
    const status = statusOf(error);
    if (status === 404 || status === 422) return undefined;
    throw error;
  }
}
