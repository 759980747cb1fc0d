import { type Bases, nodeId, renderUser, repoUrl, webUrl } from './render.ts';
import { account } from './seed.ts';
import type { Repo } from './types.ts';

// Every `<name>_url` that GitHub's description asks of a repository and that is only its path below the repository.
const PATHS = (
  'archive assignees blobs branches collaborators comments commits compare contents contributors deployments downloads ' +
  'events forks hooks issue_comment issue_events issues keys labels languages merges milestones notifications pulls ' +
  'releases stargazers statuses subscribers subscription tags teams trees git_commits git_refs git_tags'
).split(' ');

/** A repository with all that GitHub's description requires; counters that the stand-in does not keep are 0. */
export function renderRepo(bases: Bases, repo: Repo) {
  const url = repoUrl(bases, repo);
  const html = webUrl(bases, repo);
  const open = repo.issues.filter((issue) => issue.state === 'open').length;
  const born = '2024-01-01T00:00:00Z';
  return {
    id: repo.id,
    node_id: nodeId('Repository', repo.id),
    name: repo.name,
    full_name: `${repo.owner}/${repo.name}`,
    owner: renderUser(bases, account(repo.owner)),
    private: repo.private,
    visibility: repo.private ? 'private' : 'public',
    html_url: html,
    url,
    ...Object.fromEntries(PATHS.map((path) => [`${path}_url`, `${url}/${path.replace('_', '/')}`])),
    clone_url: `${html}.git`,
    git_url: `git://${html.replace(/^https?:\/\//, '')}.git`,
    ssh_url: `git@github.com:${repo.owner}/${repo.name}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    description: null,
    language: null,
    license: null,
    fork: false,
    archived: false,
    disabled: false,
    default_branch: repo.defaultBranch,
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    has_discussions: false,
    forks: 0,
    forks_count: 0,
    network_count: 0,
    subscribers_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    size: 0,
    open_issues: open,
    open_issues_count: open,
    pushed_at: born,
    created_at: born,
    updated_at: born,
  };
}
