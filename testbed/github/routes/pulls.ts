import { type Answer, notFound, refusal } from '../answers.ts';
import { paged } from '../page.ts';
import { pullCommits, renderPull, renderPullSimple } from '../render-pull.ts';
import { ancestors, findCommit, findIssue, findPull } from '../state.ts';
import type { Issue, Pull, PullLag } from '../types.ts';
import { numberParam, PAGING, type RepoContext, type Routes } from './route.ts';

/** Pull requests, by number, by filter and by commit. */
export const pullRoutes: Routes = {
  'pulls/list': { query: [...PAGING, 'state', 'head', 'base', 'sort', 'direction'], handle: list },
  'pulls/get': { handle: get },
  'repos/list-pull-requests-associated-with-commit': { query: PAGING, handle: ofCommit },
};

interface Entry {
  pull: Pull;
  issue: Issue;
}

function entries(context: RepoContext, keep: (entry: Entry) => boolean): Entry[] {
  const { repo } = context;
  return repo.pulls.flatMap((pull) => {
    const issue = findIssue(repo, pull.number);
    return issue !== null && keep({ pull, issue }) ? [{ pull, issue }] : [];
  });
}

function get(context: RepoContext): Answer {
  const { repo, bases } = context;
  const number = numberParam(context, 'pull_number');
  const pull = findPull(repo, number);
  const issue = findIssue(repo, number);
  if (pull === null || issue === null) return notFound();
  return { status: 200, body: renderPull(bases, repo, pull, issue) };
}

function list(context: RepoContext): Answer {
  const { repo, url, bases } = context;
  const query = url.searchParams;
  const state = query.get('state') ?? 'open';
  const head = query.get('head');
  const base = query.get('base');
  const found = entries(context, ({ pull, issue }) => {
    const owner = pull.head.repo.split('/')[0];
    // GitHub ignores a `head` without an owner.
    const headFits = head === null || !head.includes(':') || head === `${owner}:${pull.head.ref}`;
    return (state === 'all' || issue.state === state) && headFits && (base === null || base === pull.base.ref);
  });
  const sort = query.get('sort') ?? 'created';
  const up = query.get('direction') === 'asc' || (query.get('direction') === null && sort !== 'created');
  const key = (entry: Entry): number => Date.parse(sort === 'updated' ? entry.issue.updatedAt : entry.issue.createdAt);
  const sorted = found.toSorted((a, b) => (up ? 1 : -1) * (key(a) - key(b) || a.pull.number - b.pull.number));
  return paged(sorted, url, ({ pull, issue }) => renderPullSimple(bases, repo, pull, issue));
}

/** On the default branch: the merged ones that brought the commit; elsewhere the open ones too. */
function ofCommit(context: RepoContext): Answer {
  const { repo, url, bases } = context;
  const sha = context.params.commit_sha ?? '';
  const commit = findCommit(repo, sha);
  if (commit === null) return noCommit(sha);
  const lag = repo.lags[commit.sha];
  if (lag !== undefined && lag.requests > 0) {
    lag.requests -= 1;
    return lagging(lag, sha);
  }
  const tip = repo.branches[repo.defaultBranch];
  const onDefault = tip !== undefined && ancestors(repo, tip).has(commit.sha);
  const found = entries(context, ({ pull }) => {
    const brings = pull.mergeCommitSha === commit.sha || pullCommits(repo, pull).has(commit.sha);
    return brings && (pull.merged || !onDefault);
  });
  return paged(found, url, ({ pull, issue }) => renderPullSimple(bases, repo, pull, issue));
}

function lagging(lag: PullLag, sha: string): Answer {
  if (lag.answer === 'unprocessable') return noCommit(sha);
  return lag.answer === 'missing' ? notFound() : { status: 200, body: [] };
}

export function noCommit(sha: string): Answer {
  return refusal(422, `No commit found for SHA: ${sha}`);
}
