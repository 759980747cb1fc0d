import type { Fault } from './faults.ts';
import type { Engine } from './handle.ts';
import * as seed from './seed.ts';
import { mergePull, type SeedPull, seedPull } from './seed-pull.ts';
import { findIssue } from './state.ts';
import type { Comment, Commit, Issue, Pull, RecordedRequest, Repo, Run, Violation } from './types.ts';

/** A copy of what the stand-in knows and saw; tokens only by number. */
export interface Snapshot {
  repos: Repo[];
  requests: RecordedRequest[];
  violations: Violation[];
  tokens: number;
  faultsLeft: number;
  down: boolean;
}

/** Everything that a test may set or ask. All results are copies. In another process: the same verbs through `admin.ts`. */
export interface Control {
  seedRepo(repo: seed.SeedRepo): void;
  /** Gives a token its identity and permissions (see `permissionsFromWorkflow`); again = replaces. */
  seedToken(token: seed.SeedToken): void;
  /** Throws when the number is taken. Seeds head, base and merge commit too. */
  seedPull(pull: SeedPull): Pull;
  mergePull(pull: { owner: string; repo: string; number: number; sha?: string }): Pull;
  seedIssue(issue: seed.SeedIssue): Issue;
  seedComment(comment: seed.SeedComment): Comment;
  seedCommit(commit: seed.SeedCommit): Commit;
  /** Adds an attempt of a run, or changes the given fields of one that is there. */
  seedRun(run: seed.SeedRun): Run;
  /** Hides the pull requests of a commit for the next `requests` look-ups. */
  setPullLag(lag: seed.SeedLag): void;
  /** The next requests that match meet this fault. */
  addFault(fault: Fault): void;
  clearFaults(): void;
  /** What is left of the primary rate limit, and in how many seconds it starts anew. */
  setRate(rate: { remaining: number; resetInSeconds: number }): void;
  comments(owner: string, repo: string, number: number): Comment[];
  issues(owner: string, repo: string): Issue[];
  /** Permissions that answered requests passed with, sorted, each once; of one login or of all. */
  usedPermissions(login?: string): string[];
  /** Forgets requests and violations, keeps the state. */
  clearRecords(): void;
  /** Refuses connections, for `ms` milliseconds or until `up`. */
  down(options?: { ms?: number }): Promise<void>;
  up(): Promise<void>;
  snapshot(): Snapshot;
}

export interface Door {
  down(ms: number | undefined): Promise<void>;
  up(): Promise<void>;
  readonly isDown: boolean;
}

export function createControl(engine: Engine, door: Door): Control {
  const { state, faults, rate } = engine;
  const repoOf = (owner: string, name: string): Repo => {
    const repo = state.repo(owner, name);
    if (repo === null) throw new Error(`The stand-in has no repository ${owner}/${name}; seed it first.`);
    return repo;
  };
  return {
    seedRepo: (input) => void seed.seedRepo(state, input),
    seedToken: (input) => seed.seedToken(state, input),
    seedPull: (input) => structuredClone(seedPull(state, input)),
    mergePull: (input) => structuredClone(mergePull(state, input)),
    seedIssue: (input) => structuredClone(seed.seedIssue(state, input)),
    seedComment: (input) => structuredClone(seed.seedComment(state, input)),
    seedCommit: (input) => structuredClone(seed.seedCommit(state, input)),
    seedRun: (input) => structuredClone(seed.seedRun(state, input)),
    setPullLag: (input) => seed.seedLag(state, input),
    addFault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    setRate: (input) => rate.set(input.remaining, input.resetInSeconds),
    comments(owner, name, number) {
      const repo = repoOf(owner, name);
      if (findIssue(repo, number) === null) throw new Error(`The stand-in has no ${owner}/${name}#${number}.`);
      return structuredClone(repo.comments.filter((comment) => comment.issueNumber === number));
    },
    issues: (owner, name) => structuredClone(repoOf(owner, name).issues),
    usedPermissions(login) {
      const passed = state.requests.filter(({ identity }) => login === undefined || identity === login);
      const names = passed.flatMap(({ permission }) => (permission === null ? [] : [permission]));
      return [...new Set(names)].toSorted();
    },
    clearRecords() {
      state.requests.length = 0;
      state.violations.length = 0;
    },
    down: (options) => door.down(options?.ms),
    up: () => door.up(),
    snapshot: () =>
      structuredClone({
        repos: [...state.repos.values()],
        requests: state.requests,
        violations: state.violations,
        tokens: state.tokens.size,
        faultsLeft: faults.count,
        down: door.isDown,
      }),
  };
}
