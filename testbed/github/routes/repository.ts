import { type Answer, notFound } from '../answers.ts';
import { renderCommit, repoUrl, webUrl } from '../render.ts';
import { renderRepo } from '../render-repo.ts';
import { renderRun } from '../render-run.ts';
import { ancestors, findCommit } from '../state.ts';
import type { Commit } from '../types.ts';
import { noCommit } from './pulls.ts';
import { numberParam, type RepoContext, type Routes } from './route.ts';

/** The repository itself, its commits and its workflow runs. */
export const repositoryRoutes: Routes = {
  'repos/get': { handle: ({ bases, repo }) => ({ status: 200, body: renderRepo(bases, repo) }) },
  'repos/get-commit': { handle: commit },
  'repos/compare-commits-with-basehead': { handle: compare },
  'actions/get-workflow-run': { query: ['exclude_pull_requests'], handle: run },
  'actions/get-workflow-run-attempt': { query: ['exclude_pull_requests'], handle: run },
};

function commit(context: RepoContext): Answer {
  const { repo, bases, params } = context;
  const ref = params.ref ?? '';
  const found = findCommit(repo, ref);
  if (found === null) return noCommit(ref);
  const body = { ...renderCommit(bases, repo, found), stats: { additions: 0, deletions: 0, total: 0 }, files: [] };
  return { status: 200, body };
}

function compare(context: RepoContext): Answer {
  const { repo, bases, params } = context;
  const [from, to] = (params.basehead ?? '').split('...');
  const base = findCommit(repo, from ?? '');
  const head = findCommit(repo, to ?? '');
  if (base === null || head === null) return notFound();
  const old = ancestors(repo, base.sha);
  const now = ancestors(repo, head.sha);
  const ahead = repo.commits.filter((one) => now.has(one.sha) && !old.has(one.sha));
  const behind = repo.commits.filter((one) => old.has(one.sha) && !now.has(one.sha));
  const shared = repo.commits.filter((one) => old.has(one.sha) && now.has(one.sha)).at(-1);
  if (shared === undefined) return notFound(); // no common ancestor
  const render = (one: Commit) => renderCommit(bases, repo, one);
  const page = `${webUrl(bases, repo)}/compare/${params.basehead}`;
  const body = {
    url: `${repoUrl(bases, repo)}/compare/${params.basehead}`,
    html_url: page,
    permalink_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    base_commit: render(base),
    merge_base_commit: render(shared),
    status: comparison(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: ahead.map(render),
    files: [],
  };
  return { status: 200, body };
}

function comparison(ahead: number, behind: number): string {
  if (ahead > 0 && behind > 0) return 'diverged';
  if (ahead > 0) return 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}

/** Without an attempt in the path: the latest one. */
function run(context: RepoContext): Answer {
  const { repo, bases, params, url } = context;
  const id = numberParam(context, 'run_id');
  const attempts = repo.runs.filter((one) => one.id === id).toSorted((a, b) => b.attempt - a.attempt);
  const wanted = params.attempt_number;
  const found = attempts.find((one) => wanted === undefined || one.attempt === Number(wanted));
  if (found === undefined) return notFound();
  const body = renderRun(bases, repo, found);
  if (url.searchParams.get('exclude_pull_requests') === 'true') body.pull_requests = [];
  return { status: 200, body };
}
