import { createHash } from 'node:crypto';
import { findCommit, findIssue, type GitHubState, given } from './state.ts';
import type { Account, Comment, Commit, Issue, Permissions, PullLag, Repo, Run } from './types.ts';

export interface InRepo {
  owner: string;
  repo: string;
}
export interface SeedRepo extends InRepo {
  private?: boolean;
  defaultBranch?: string;
}
export interface SeedToken {
  token: string;
  permissions: Permissions;
  /** Default `github-actions[bot]`. A login that ends in `[bot]` is of type Bot and the token is an installation's. */
  login?: string;
  repository?: string;
}
export interface SeedCommit extends InRepo {
  sha: string;
  message?: string;
  parents?: string[];
  author?: string;
  /** Moves this branch to the commit. */
  branch?: string;
}
export interface SeedIssue extends InRepo {
  number?: number;
  title?: string;
  body?: string;
  state?: 'open' | 'closed';
  labels?: string[];
  author?: string;
}
export interface SeedComment extends InRepo {
  number: number;
  body: string;
  author?: string;
}
export interface SeedRun extends InRepo {
  id: number;
  attempt?: number;
  status?: string;
  conclusion?: string | null;
  headSha?: string;
  headBranch?: string;
  event?: string;
  name?: string;
  path?: string;
  actor?: string;
}
export interface SeedLag extends InRepo {
  sha: string;
  requests: number;
  answer?: PullLag['answer'];
}

const DEFAULT_AUTHOR = 'octocat';

export function account(login: string): Account {
  return { login, type: login.endsWith('[bot]') ? 'Bot' : 'User' };
}

/** A sha that stays the same from run to run. */
export function shaOf(...parts: (string | number)[]): string {
  return createHash('sha1').update(parts.join('\n')).digest('hex');
}

export function seedRepo(state: GitHubState, seed: SeedRepo): Repo {
  const repo = state.ensureRepo(seed.owner, seed.repo);
  repo.private = seed.private ?? repo.private;
  repo.defaultBranch = seed.defaultBranch ?? repo.defaultBranch;
  return repo;
}

/** Gives the token its identity and permissions, also in place of those it had. */
export function seedToken(state: GitHubState, seed: SeedToken): void {
  const who = account(seed.login ?? 'github-actions[bot]');
  state.tokens.set(seed.token, {
    account: who,
    permissions: seed.permissions,
    installation: who.type === 'Bot',
    repository: seed.repository,
  });
}

export function seedCommit(state: GitHubState, seed: SeedCommit): Commit {
  const repo = state.ensureRepo(seed.owner, seed.repo);
  if (seed.branch !== undefined) repo.branches[seed.branch] = seed.sha;
  const known = findCommit(repo, seed.sha);
  if (known !== null) return known;
  const commit = {
    sha: seed.sha,
    message: seed.message ?? `Commit ${seed.sha.slice(0, 7)}`,
    parents: seed.parents ?? [],
    author: account(seed.author ?? DEFAULT_AUTHOR),
    date: state.now(),
  };
  repo.commits.push(commit);
  return commit;
}

export function seedIssue(state: GitHubState, seed: SeedIssue): Issue {
  const { owner, repo, author, title, ...fields } = seed;
  const into = state.ensureRepo(owner, repo);
  return state.addIssue(into, { ...fields, title: title ?? 'An issue', author: account(author ?? DEFAULT_AUTHOR) });
}

export function seedComment(state: GitHubState, seed: SeedComment): Comment {
  const repo = state.ensureRepo(seed.owner, seed.repo);
  const issue = findIssue(repo, seed.number);
  if (issue === null) {
    throw new Error(`${seed.owner}/${seed.repo} has no #${seed.number} to comment on; seed the issue or pull first.`);
  }
  return state.addComment(repo, issue, seed.body, account(seed.author ?? DEFAULT_AUTHOR));
}

/** Adds an attempt of a run, or changes the fields given of one that is there. */
export function seedRun(state: GitHubState, seed: SeedRun): Run {
  const repo = state.ensureRepo(seed.owner, seed.repo);
  const { owner: _owner, repo: _repo, actor, ...fields } = seed;
  const attempt = seed.attempt ?? 1;
  const known = repo.runs.find((run) => run.id === seed.id && run.attempt === attempt);
  if (known !== undefined) return Object.assign(known, given(fields), { attempt, updatedAt: state.now() });
  const now = state.now();
  const run: Run = {
    name: 'Deploy',
    path: '.github/workflows/deploy.yml',
    event: 'push',
    status: 'in_progress',
    conclusion: null,
    headSha: repo.branches[repo.defaultBranch] ?? shaOf(seed.owner, seed.repo, repo.defaultBranch),
    headBranch: repo.defaultBranch,
    createdAt: now,
    updatedAt: now,
    actor: account(actor ?? DEFAULT_AUTHOR),
    ...given(fields),
    attempt,
  };
  repo.runs.push(run);
  return run;
}

/** Hides the pull requests of a commit for so many requests, as GitHub does right after a squash merge. */
export function seedLag(state: GitHubState, seed: SeedLag): void {
  const repo = state.ensureRepo(seed.owner, seed.repo);
  repo.lags[seed.sha] = { requests: seed.requests, answer: seed.answer ?? 'empty' };
}
