import { type Bases, idOf, nodeId, renderUser, repoUrl, webUrl } from './render.ts';
import { renderRepo } from './render-repo.ts';
import { findIssue } from './state.ts';
import type { Repo, Run } from './types.ts';

/** A run as its latest or a named attempt shows it. */
export function renderRun(bases: Bases, repo: Repo, run: Run) {
  const url = `${repoUrl(bases, repo)}/actions/runs/${run.id}`;
  const head = repo.commits.find((commit) => commit.sha === run.headSha);
  const headCommit = {
    id: run.headSha,
    tree_id: run.headSha,
    message: head?.message ?? run.name,
    timestamp: head?.date ?? run.createdAt,
    author: { name: run.actor.login, email: `${run.actor.login}@users.noreply.github.com` },
    committer: { name: 'GitHub', email: 'noreply@github.com' },
  };
  const pulls = repo.pulls.filter((pull) => {
    return pull.head.sha === run.headSha && findIssue(repo, pull.number)?.state === 'open';
  });
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('WorkflowRun', run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.path,
    display_title: head?.message ?? run.name,
    run_number: 1 + (run.id % 1000),
    run_attempt: run.attempt,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: idOf(run.path),
    check_suite_id: idOf(`suite ${run.id}`),
    url,
    html_url: `${webUrl(bases, repo)}/actions/runs/${run.id}`,
    pull_requests: pulls.map((pull) => ({
      id: idOf(`pull ${repo.id} ${pull.number}`),
      number: pull.number,
      url: `${repoUrl(bases, repo)}/pulls/${pull.number}`,
      head: {
        ref: pull.head.ref,
        sha: pull.head.sha,
        repo: { id: repo.id, url: repoUrl(bases, repo), name: repo.name },
      },
      base: {
        ref: pull.base.ref,
        sha: pull.base.sha,
        repo: { id: repo.id, url: repoUrl(bases, repo), name: repo.name },
      },
    })),
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    run_started_at: run.createdAt,
    actor: renderUser(bases, run.actor),
    triggering_actor: renderUser(bases, run.actor),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${repoUrl(bases, repo)}/check-suites/${idOf(`suite ${run.id}`)}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    workflow_url: `${repoUrl(bases, repo)}/actions/workflows/${idOf(run.path)}`,
    head_commit: headCommit,
    repository: renderRepo(bases, repo),
    head_repository: renderRepo(bases, repo),
    previous_attempt_url: run.attempt > 1 ? `${url}/attempts/${run.attempt - 1}` : null,
  };
}
