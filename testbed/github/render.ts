import type { Account, Comment, Commit, Issue, Repo } from './types.ts';

/** Where answers point to: `api` is the stand-in itself, `html` the web site. Both without a trailing slash. */
export interface Bases {
  api: string;
  html: string;
}

/** A stable id and node id from a text, for things that the state keeps no id of. */
export function idOf(text: string): number {
  let hash = 7;
  for (const char of text) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 2_000_000_011;
  return hash;
}

export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`${kind}:${id}`).toString('base64');
}

export function renderUser(bases: Bases, account: Account) {
  const url = `${bases.api}/users/${encodeURIComponent(account.login)}`;
  return {
    login: account.login,
    id: idOf(account.login),
    node_id: nodeId('User', account.login),
    avatar_url: `${bases.html}/avatars/${encodeURIComponent(account.login)}`,
    gravatar_id: '',
    url,
    html_url: `${bases.html}/${account.type === 'Bot' ? 'apps/' : ''}${account.login.replace('[bot]', '')}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    user_view_type: 'public',
    site_admin: false,
  };
}

export function repoUrl(bases: Bases, repo: Repo): string {
  return `${bases.api}/repos/${repo.owner}/${repo.name}`;
}

export function webUrl(bases: Bases, repo: Repo): string {
  return `${bases.html}/${repo.owner}/${repo.name}`;
}

/** GITHUB_TOKEN counts as a contributor; a person as the owner of the repository's account or as a member. */
export function association(repo: Repo, author: Account): string {
  if (author.type === 'Bot') return 'CONTRIBUTOR';
  return author.login === repo.owner ? 'OWNER' : 'MEMBER';
}

export function renderComment(bases: Bases, repo: Repo, comment: Comment) {
  const isPull = repo.pulls.some((pull) => pull.number === comment.issueNumber);
  const page = `${webUrl(bases, repo)}/${isPull ? 'pull' : 'issues'}/${comment.issueNumber}`;
  return {
    url: `${repoUrl(bases, repo)}/issues/comments/${comment.id}`,
    html_url: `${page}#issuecomment-${comment.id}`,
    issue_url: `${repoUrl(bases, repo)}/issues/${comment.issueNumber}`,
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    user: renderUser(bases, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: association(repo, comment.author),
    body: comment.body,
    performed_via_github_app: null,
  };
}

export function renderLabel(bases: Bases, repo: Repo, name: string) {
  return {
    id: idOf(`${repo.id} ${name}`),
    node_id: nodeId('Label', name),
    url: `${repoUrl(bases, repo)}/labels/${encodeURIComponent(name)}`,
    name,
    color: 'ededed', // what GitHub gives a label that an issue brings along
    default: false,
    description: '',
  };
}

export function renderIssue(bases: Bases, repo: Repo, issue: Issue) {
  const isPull = repo.pulls.some((pull) => pull.number === issue.number);
  const url = `${repoUrl(bases, repo)}/issues/${issue.number}`;
  const html = `${webUrl(bases, repo)}/${isPull ? 'pull' : 'issues'}/${issue.number}`;
  const pull = {
    url: url.replace('/issues/', '/pulls/'),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
  };
  return {
    url,
    repository_url: repoUrl(bases, repo),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: html,
    id: issue.id,
    node_id: nodeId('Issue', issue.id),
    number: issue.number,
    title: issue.title,
    user: renderUser(bases, issue.author),
    labels: issue.labels.map((name) => renderLabel(bases, repo, name)),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: false,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: repo.comments.filter((comment) => comment.issueNumber === issue.number).length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: association(repo, issue.author),
    body: issue.body,
    ...(isPull ? { pull_request: pull } : {}),
  };
}

export function renderCommit(bases: Bases, repo: Repo, commit: Commit) {
  const link = (sha: string) => ({
    sha,
    url: `${repoUrl(bases, repo)}/commits/${sha}`,
    html_url: `${webUrl(bases, repo)}/commit/${sha}`,
  });
  const { login } = commit.author;
  const person = { name: login, email: `${login}@users.noreply.github.com`, date: commit.date };
  return {
    ...link(commit.sha),
    node_id: nodeId('Commit', commit.sha),
    comments_url: `${repoUrl(bases, repo)}/commits/${commit.sha}/comments`,
    commit: {
      url: `${repoUrl(bases, repo)}/git/commits/${commit.sha}`,
      author: person,
      committer: person,
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.sha, url: `${repoUrl(bases, repo)}/git/trees/${commit.sha}` },
    },
    author: renderUser(bases, commit.author),
    committer: renderUser(bases, commit.author),
    parents: commit.parents.map(link),
  };
}
