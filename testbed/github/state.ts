import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Account, Comment, Commit, Issue, Pull, RecordedRequest, Repo, TokenGrant, Violation } from './types.ts';

/** What survives a restart of the CLI process (`--state-file`). */
interface Saved {
  repos: Repo[];
  tokens: Record<string, TokenGrant>;
  nextId: number;
}

/** Everything that the stand-in knows. Times are ISO 8601 in whole seconds, as GitHub's are. */
export class GitHubState {
  readonly repos = new Map<string, Repo>();
  readonly tokens = new Map<string, TokenGrant>();
  readonly requests: RecordedRequest[] = [];
  readonly violations: Violation[] = [];
  // Above 2^32: ids of today's comments no longer fit in 32 bits.
  private nextId = 5_000_000_001;
  private readonly clock: () => Date;

  constructor(clock: () => Date) {
    this.clock = clock;
  }

  id(): number {
    return this.nextId++;
  }

  now(): string {
    return this.clock()
      .toISOString()
      .replace(/\.\d{3}Z$/, 'Z');
  }

  /** Names are case-insensitive, as on GitHub. */
  repo(owner: string, name: string): Repo | null {
    return this.repos.get(`${owner}/${name}`.toLowerCase()) ?? null;
  }

  /** The repository, made (private, branch `main`) when it is not there yet. */
  ensureRepo(owner: string, name: string): Repo {
    const known = this.repo(owner, name);
    if (known !== null) return known;
    const repo: Repo = {
      id: this.id(),
      owner,
      name,
      private: true,
      defaultBranch: 'main',
      branches: {},
      commits: [],
      issues: [],
      pulls: [],
      comments: [],
      runs: [],
      lags: {},
    };
    this.repos.set(`${owner}/${name}`.toLowerCase(), repo);
    return repo;
  }

  addComment(repo: Repo, issue: Issue, body: string, author: Account): Comment {
    const now = this.now();
    const comment = { id: this.id(), issueNumber: issue.number, body, author, createdAt: now, updatedAt: now };
    repo.comments.push(comment);
    issue.updatedAt = now;
    return comment;
  }

  addIssue(repo: Repo, fields: Partial<Issue> & { title: string; author: Account }): Issue {
    const now = this.now();
    const number = fields.number ?? Math.max(0, ...repo.issues.map((issue) => issue.number)) + 1;
    if (repo.issues.some((issue) => issue.number === number)) {
      throw new Error(`${repo.owner}/${repo.name}#${number} is already there; seed another number.`);
    }
    const issue: Issue = {
      id: this.id(),
      body: null,
      state: 'open',
      stateReason: null,
      labels: [],
      createdAt: now,
      updatedAt: now,
      closedAt: fields.state === 'closed' ? now : null,
      ...given(fields),
      number,
    };
    repo.issues.push(issue);
    return issue;
  }

  save(file: string): void {
    const saved: Saved = {
      repos: [...this.repos.values()],
      tokens: Object.fromEntries(this.tokens),
      nextId: this.nextId,
    };
    // Written beside and renamed: a killed process never leaves half a file.
    writeFileSync(`${file}.new`, JSON.stringify(saved), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  load(file: string): void {
    if (!existsSync(file)) return;
    const saved = JSON.parse(readFileSync(file, 'utf8')) as Saved;
    for (const repo of saved.repos) this.repos.set(`${repo.owner}/${repo.name}`.toLowerCase(), repo);
    for (const [token, grant] of Object.entries(saved.tokens)) this.tokens.set(token, grant);
    this.nextId = saved.nextId;
  }
}

/** Only the fields that have a value, so that an undefined one does not push out a default. */
export function given<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

export function findIssue(repo: Repo, number: number): Issue | null {
  return repo.issues.find((issue) => issue.number === number) ?? null;
}

export function findPull(repo: Repo, number: number): Pull | null {
  return repo.pulls.find((pull) => pull.number === number) ?? null;
}

/** By branch name, full sha, or a prefix of at least 7 characters. */
export function findCommit(repo: Repo, ref: string): Commit | null {
  const sha = repo.branches[ref.replace(/^(refs\/)?heads\//, '')] ?? ref;
  const matches = (commit: Commit): boolean => commit.sha === sha || (sha.length >= 7 && commit.sha.startsWith(sha));
  return repo.commits.find(matches) ?? null;
}

/** The shas reachable from `sha`, itself included. */
export function ancestors(repo: Repo, sha: string): Set<string> {
  const parents = new Map(repo.commits.map((commit) => [commit.sha, commit.parents]));
  const seen = new Set<string>();
  const open = [sha];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(parents.get(next) ?? []));
  }
  return seen;
}
