import type { GitHub } from './client.ts';
import type { RunContext } from './context.ts';

/** A push of a merge queue or a rebase can bring several pull requests; more than this are not a deploy's audience. */
const MOST = 10;

/**
 * The pull requests that a run belongs to: the given number, the event's own, else those whose merge brought the commit.
 * Empty when there is none. Throws what octokit throws.
 */
export async function findPullRequests(
  github: GitHub,
  context: RunContext,
  given: number | undefined,
): Promise<number[]> {
  if (given !== undefined) return [given];
  const { pull_request: own, merge_group: group } = context.payload;
  if (own) return [own.number];
  const queued = /\/pr-(\d+)-/.exec(group?.head_ref ?? '')?.[1];
  if (queued) return [Number(queued)];
  if (!context.sha) return [];
  const { owner, repo, sha } = context;
  const pulls = await github.paginate(github.rest.repos.listPullRequestsAssociatedWithCommit, {
    owner,
    repo,
    commit_sha: sha,
    per_page: 100,
  });
  const merged = pulls.filter((pull) => pull.merged_at !== null);
  return (merged.length > 0 ? merged : pulls).slice(0, MOST).map((pull) => pull.number);
}
