import { type InRepo, type SeedIssue, seedCommit, seedIssue, shaOf } from './seed.ts';
import { findIssue, findPull, type GitHubState } from './state.ts';
import type { Pull } from './types.ts';

export interface SeedPull extends SeedIssue {
  number: number;
  /** A branch name, or branch and sha; a missing sha is derived from repository, branch and number. */
  head?: string | { ref: string; sha?: string };
  base?: string | { ref: string; sha?: string };
  merged?: boolean;
  /** Of a merged pull request: becomes the tip of the base branch. */
  mergeCommitSha?: string;
  /** The head stands in this repository (`someone/fork`); true → `contributor/<repo>`. */
  fork?: boolean | string;
  draft?: boolean;
}

/** A pull request with its issue, its head, base and (when merged) merge commit. Throws when the number is taken. */
export function seedPull(state: GitHubState, seed: SeedPull): Pull {
  const { owner, repo: name, number } = seed;
  const repo = state.ensureRepo(owner, name);
  const merged = seed.merged ?? false;
  const base = branchEnd(seed.base ?? repo.defaultBranch, (ref) => repo.branches[ref] ?? shaOf(owner, name, ref));
  const head = branchEnd(seed.head ?? `change-${number}`, (ref) => shaOf(owner, name, ref, number));
  const fork = seed.fork === true ? `contributor/${name}` : seed.fork || `${owner}/${name}`;
  seedIssue(state, {
    owner,
    repo: name,
    number,
    title: seed.title ?? `Change ${number}`,
    body: seed.body,
    state: merged ? 'closed' : seed.state,
    labels: seed.labels ?? [],
    author: seed.author,
  });
  const baseBranch = repo.branches[base.ref] === undefined ? base.ref : undefined;
  seedCommit(state, { owner, repo: name, sha: base.sha, branch: baseBranch });
  const headBranch = fork === `${owner}/${name}` && !merged ? head.ref : undefined;
  seedCommit(state, { owner, repo: name, sha: head.sha, parents: [base.sha], branch: headBranch });
  const pull: Pull = {
    number,
    draft: seed.draft ?? false,
    head: { ...head, repo: fork },
    base,
    merged,
    mergedAt: merged ? state.now() : null,
    mergeCommitSha: seed.mergeCommitSha ?? (merged ? shaOf(owner, name, 'merge', number) : null),
  };
  if (merged && pull.mergeCommitSha !== null) {
    const message = `${seed.title ?? `Change ${number}`} (#${number})`;
    const parents = [repo.branches[base.ref] ?? base.sha];
    seedCommit(state, { owner, repo: name, sha: pull.mergeCommitSha, parents, message, branch: base.ref });
  }
  repo.pulls.push(pull);
  return pull;
}

function branchEnd(end: string | { ref: string; sha?: string }, shaFor: (ref: string) => string) {
  const ref = typeof end === 'string' ? end : end.ref;
  return { ref, sha: (typeof end === 'string' ? undefined : end.sha) ?? shaFor(ref) };
}

/** Closes a pull request by merging it; the merge commit becomes the tip of its base branch. */
export function mergePull(state: GitHubState, seed: InRepo & { number: number; sha?: string }): Pull {
  const repo = state.ensureRepo(seed.owner, seed.repo);
  const pull = findPull(repo, seed.number);
  const issue = findIssue(repo, seed.number);
  if (pull === null || issue === null)
    throw new Error(`${seed.owner}/${seed.repo} has no pull request #${seed.number}.`);
  const sha = seed.sha ?? shaOf(seed.owner, seed.repo, 'merge', seed.number);
  const parents = [repo.branches[pull.base.ref] ?? pull.base.sha];
  const message = `${issue.title} (#${seed.number})`;
  seedCommit(state, { owner: seed.owner, repo: seed.repo, sha, parents, message, branch: pull.base.ref });
  const now = state.now();
  Object.assign(issue, { state: 'closed', closedAt: now, updatedAt: now });
  return Object.assign(pull, { merged: true, mergedAt: now, mergeCommitSha: sha });
}
