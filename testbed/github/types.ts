export type Level = 'none' | 'read' | 'write';
/** Scope as in a job's `permissions:` (`pull-requests`) → level. `metadata: read` is always there, as on GitHub. */
export type Permissions = Record<string, Level>;

/** Who a token speaks for, as `user` in GitHub's answers. */
export interface Account {
  login: string;
  type: 'Bot' | 'User';
}

/** What a token may do. `installation` tokens (GITHUB_TOKEN, GitHub Apps) are refused on user-only routes such as `GET /user`. */
export interface TokenGrant {
  account: Account;
  permissions: Permissions;
  installation: boolean;
  /** `owner/repo` the token belongs to; other private repositories are answered 404, other public ones are read-only. */
  repository?: string;
}

export interface Comment {
  id: number;
  issueNumber: number;
  body: string;
  author: Account;
  createdAt: string;
  updatedAt: string;
}

export interface Issue {
  id: number;
  number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'not_planned' | 'duplicate' | 'reopened' | null;
  labels: string[];
  author: Account;
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
}

/** A pull request; its title, text, state, labels and author stand on the issue of the same number, as on GitHub. */
export interface Pull {
  number: number;
  draft: boolean;
  head: { ref: string; sha: string; repo: string };
  base: { ref: string; sha: string };
  merged: boolean;
  mergedAt: string | null;
  mergeCommitSha: string | null;
}

export interface Commit {
  sha: string;
  message: string;
  parents: string[];
  author: Account;
  date: string;
}

export interface Run {
  id: number;
  attempt: number;
  name: string;
  path: string;
  event: string;
  status: string;
  conclusion: string | null;
  headSha: string;
  headBranch: string | null;
  createdAt: string;
  updatedAt: string;
  actor: Account;
}

/** How many more requests hide the pull requests of a commit, and what they are answered meanwhile. */
export interface PullLag {
  requests: number;
  answer: 'empty' | 'unprocessable' | 'missing';
}

export interface Repo {
  id: number;
  owner: string;
  name: string;
  private: boolean;
  defaultBranch: string;
  /** Branch name → sha of its tip. */
  branches: Record<string, string>;
  commits: Commit[];
  issues: Issue[];
  pulls: Pull[];
  comments: Comment[];
  runs: Run[];
  lags: Record<string, PullLag>;
}

export type ViolationKind =
  | 'unknown-path'
  | 'unknown-method'
  | 'body'
  | 'unknown-property'
  | 'path-parameter'
  | 'query'
  | 'unsupported';

/** A request that is not in GitHub's description, or not as described there. */
export interface Violation {
  kind: ViolationKind;
  method: string;
  path: string;
  message: string;
}

/** One request as it came in and was answered; `status` is 0 when the socket was dropped. */
export interface RecordedRequest {
  method: string;
  path: string;
  query: string;
  operation: string | null;
  bodyBytes: number;
  body: unknown;
  status: number;
  /** Login of the token's account; null without a known token. The token itself is never kept. */
  identity: string | null;
  /** The permission that let it through, as a workflow writes it: `pull-requests: write`. */
  permission: string | null;
  at: string;
}
