import type { GitHub } from './client.ts';
import { associated, numberIn, type PullSummary, pullByNumber, pullsOfCommit } from './commit-pulls.ts';
import type { RunContext } from './context.ts';

/** A push can bring many pull requests; more than so many are not told. */
const MOST = 10;

/** So many commits of a push are looked up, newest first. */
const COMMITS = 30;

/** Requests at the same time. */
const AT_ONCE = 5;

/** Whom to tell, and how many more there were than are told. */
export interface Audience {
  pulls: number[];
  /** Pull requests over the most. */
  more: number;
  /** Commits of the push that were not looked up. */
  unseen: number;
}

/** How the pull requests of an event are found. */
type Target = Pick<RunContext, 'owner' | 'repo' | 'sha' | 'payload'>;

/**
 * The pull requests that a run belongs to: the given number, the event's own, those of a merge group, else those whose merge brought
 * the commit or the others of the same push. At most 10, newest first. Throws what octokit throws.
 */
export async function findPullRequests(github: GitHub, context: Target, given: number | undefined): Promise<Audience> {
  if (given !== undefined) return audience([given]);
  const { pull_request: own, merge_group: group, commits = [], head_commit: head, ref } = context.payload;
  if (own) return audience([own.number]);
  if (group) return audience(await ofGroup(github, context, group));
  if (!context.sha) return audience([]);
  const newest = await pullsOfCommit(github, context, context.sha, head?.id === context.sha ? head.message : '');
  const others = commits.map(({ id }) => id).filter((id) => id !== context.sha);
  const looked = others.slice(-COMMITS).reverse();
  const rest = await inTurn(looked, (sha) => associated(github, context, sha));
  const numbers = intoBranch([...newest, ...rest.flat()], ref).map(({ number }) => number);
  return audience(numbers, others.length - looked.length);
}

/**
 * The pull requests to tell of a revision: those of the commit that its description names (a rollback, drift). `sha` may be short.
 * Throws what octokit throws.
 */
export async function findPullRequestsOf(
  github: GitHub,
  repo: Pick<RunContext, 'owner' | 'repo'>,
  sha: string,
): Promise<Audience> {
  return audience((await pullsOfCommit(github, repo, sha)).map(({ number }) => number));
}

function audience(numbers: readonly number[], unseen = 0): Audience {
  const all = [...new Set(numbers)].sort((a, b) => b - a);
  return { pulls: all.slice(0, MOST), more: Math.max(0, all.length - MOST), unseen };
}

/** A commit of a long-lived branch is in older pull requests too, which went into another branch. */
function intoBranch(pulls: readonly PullSummary[], ref: string | undefined): readonly PullSummary[] {
  const branch = /^refs\/heads\/(.+)$/.exec(ref ?? '')?.[1];
  const into = pulls.filter(({ base, merged }) => merged && base === branch);
  return into.length > 0 ? into : pulls;
}

/**
 * A merge group's branch names its last pull request (`…/pr-7-<sha>`); those in front of it stand in the messages of its commits,
 * which anybody may write: each must be an open pull request into that branch.
 */
async function ofGroup(
  github: GitHub,
  { owner, repo }: Target,
  group: NonNullable<RunContext['payload']['merge_group']>,
): Promise<number[]> {
  const last = /\/pr-(\d+)-[0-9a-f]+$/.exec(group.head_ref ?? '')?.[1];
  const own = last === undefined ? [] : [Number(last)];
  if (!group.base_sha || !group.head_sha) return own;
  const basehead = `${group.base_sha}...${group.head_sha}`;
  const compared = await github.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead }).catch(() => undefined);
  const named = (compared?.data.commits ?? []).map(({ commit }) => numberIn(commit.message));
  const others = [...new Set(named)].filter((number) => number !== undefined && number !== own[0]);
  const branch = group.base_ref?.replace(/^refs\/heads\//, '');
  const found = await inTurn(others.slice(-COMMITS), (number) => pullByNumber(github, { owner, repo }, number ?? 0));
  return [...own, ...found.flatMap((pull) => (pull && !pull.merged && pull.base === branch ? [pull.number] : []))];
}

async function inTurn<In, Out>(items: readonly In[], ask: (item: In) => Promise<Out>): Promise<Out[]> {
  const all: Out[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    all.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(ask))));
  }
  return all;
}
