import { association, type Bases, nodeId, renderIssue, renderUser, repoUrl, webUrl } from './render.ts';
import { renderRepo } from './render-repo.ts';
import { account } from './seed.ts';
import { ancestors } from './state.ts';
import type { Issue, Pull, Repo } from './types.ts';

/** A pull request as lists show it. */
export function renderPullSimple(bases: Bases, repo: Repo, pull: Pull, issue: Issue) {
  const url = `${repoUrl(bases, repo)}/pulls/${pull.number}`;
  const html = `${webUrl(bases, repo)}/pull/${pull.number}`;
  const issueUrl = `${repoUrl(bases, repo)}/issues/${pull.number}`;
  const statuses = `${repoUrl(bases, repo)}/statuses/${pull.head.sha}`;
  const { labels, title, body, user, state, created_at, updated_at, closed_at } = renderIssue(bases, repo, issue);
  return {
    url,
    id: issue.id,
    node_id: nodeId('PullRequest', issue.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issueUrl,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repoUrl(bases, repo)}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statuses,
    ...{ number: pull.number, state, title, body, user, labels, created_at, updated_at, closed_at },
    locked: false,
    active_lock_reason: null,
    milestone: null,
    merged_at: pull.mergedAt,
    // Of an open pull request GitHub names its test merge commit here; the stand-in makes none.
    merge_commit_sha: pull.mergeCommitSha,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: end(bases, repo, pull.head.repo, pull.head),
    base: end(bases, repo, `${repo.owner}/${repo.name}`, pull.base),
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issueUrl },
      comments: { href: `${issueUrl}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${repoUrl(bases, repo)}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: association(repo, issue.author),
    auto_merge: null,
    draft: pull.draft,
  };
}

/** A pull request as `GET /pulls/{n}` shows it: with the counters and the merge state. */
export function renderPull(bases: Bases, repo: Repo, pull: Pull, issue: Issue) {
  const open = issue.state === 'open';
  return {
    ...renderPullSimple(bases, repo, pull, issue),
    merged: pull.merged,
    mergeable: open ? true : null,
    rebaseable: open ? true : null,
    mergeable_state: open ? 'clean' : 'unknown',
    merged_by: pull.merged ? renderUser(bases, issue.author) : null,
    comments: repo.comments.filter((comment) => comment.issueNumber === pull.number).length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: pullCommits(repo, pull).size,
    additions: 0,
    deletions: 0,
    changed_files: 0,
  };
}

/** The shas that the pull request brings: reachable from its head and not from its base. */
export function pullCommits(repo: Repo, pull: Pull): Set<string> {
  const old = ancestors(repo, pull.base.sha);
  return new Set([...ancestors(repo, pull.head.sha)].filter((sha) => !old.has(sha)));
}

function end(bases: Bases, repo: Repo, fullName: string, at: { ref: string; sha: string }) {
  const [owner = repo.owner, name = repo.name] = fullName.split('/');
  const isFork = owner !== repo.owner || name !== repo.name;
  const shown = isFork ? { ...repo, owner, name, id: repo.id + 1 } : repo;
  return {
    label: `${owner}:${at.ref}`,
    ref: at.ref,
    sha: at.sha,
    user: renderUser(bases, account(owner)),
    repo: { ...renderRepo(bases, shown), fork: isFork },
  };
}
