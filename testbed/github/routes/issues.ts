import { type Answer, isTooLong, notFound, tooLong, validationFailed } from '../answers.ts';
import { paged } from '../page.ts';
import { renderIssue } from '../render.ts';
import { findIssue, findPull } from '../state.ts';
import type { Issue } from '../types.ts';
import { numberParam, PAGING, type RepoContext, type Routes } from './route.ts';

const FIELDS = ['title', 'body', 'labels'] as const;

/** Issues; as on GitHub a pull request is an issue too and stands in the lists. */
export const issueRoutes: Routes = {
  'issues/list-for-repo': {
    query: [...PAGING, 'state', 'labels', 'creator', 'since', 'sort', 'direction'],
    handle: list,
  },
  'issues/get': { handle: (context) => withIssue(context, (issue) => shown(context, issue, 200)) },
  'issues/create': { body: FIELDS, handle: create },
  'issues/update': { body: [...FIELDS, 'state', 'state_reason'], handle: update },
};

function list(context: RepoContext): Answer {
  const { repo, url, bases } = context;
  const query = url.searchParams;
  const state = query.get('state') ?? 'open';
  const labels = (query.get('labels') ?? '').split(',').filter((label) => label !== '');
  const since = Date.parse(query.get('since') ?? '') || 0;
  const creator = query.get('creator');
  const fits = (issue: Issue): boolean =>
    (state === 'all' || issue.state === state) &&
    labels.every((label) => issue.labels.some((own) => own.toLowerCase() === label.toLowerCase())) &&
    Date.parse(issue.updatedAt) >= since &&
    (creator === null || issue.author.login.toLowerCase() === creator.toLowerCase());
  const key = sortKey(context, query.get('sort') ?? 'created');
  const sign = query.get('direction') === 'asc' ? 1 : -1;
  const issues = repo.issues.filter(fits).toSorted((a, b) => sign * (key(a) - key(b) || a.id - b.id));
  return paged(issues, url, (issue) => renderIssue(bases, repo, issue));
}

function sortKey(context: RepoContext, sort: string): (issue: Issue) => number {
  if (sort === 'updated') return (issue) => Date.parse(issue.updatedAt);
  if (sort === 'comments') {
    return (issue) => context.repo.comments.filter((comment) => comment.issueNumber === issue.number).length;
  }
  return (issue) => Date.parse(issue.createdAt);
}

function create(context: RepoContext): Answer {
  const { body, repo, state, grant } = context;
  if (body.title === undefined || String(body.title).trim() === '') {
    return validationFailed({ resource: 'Issue', code: 'missing_field', field: 'title' });
  }
  if (typeof body.body === 'string' && isTooLong(body.body)) return tooLong('Issue');
  const issue = state.addIssue(repo, {
    title: String(body.title),
    body: typeof body.body === 'string' ? body.body : null,
    labels: labelNames(body.labels),
    author: grant.account,
  });
  return shown(context, issue, 201);
}

function update(context: RepoContext): Answer {
  return withIssue(context, (issue) => {
    const { body, repo, state } = context;
    if (typeof body.body === 'string' && isTooLong(body.body)) return tooLong('Issue');
    const now = state.now();
    if (typeof body.title === 'string' || typeof body.title === 'number') issue.title = String(body.title);
    if (body.body !== undefined) issue.body = body.body === null ? null : String(body.body);
    if (body.labels !== undefined) issue.labels = labelNames(body.labels);
    if (body.state === 'open' && issue.state === 'closed') {
      if (findPull(repo, issue.number)?.merged === true) {
        return validationFailed({ resource: 'Issue', code: 'invalid', field: 'state', message: 'is merged' });
      }
      Object.assign(issue, { state: 'open', stateReason: 'reopened', closedAt: null });
    }
    if (body.state === 'closed' && issue.state === 'open') {
      Object.assign(issue, { state: 'closed', stateReason: body.state_reason ?? 'completed', closedAt: now });
    }
    issue.updatedAt = now;
    return shown(context, issue, 200);
  });
}

function withIssue(context: RepoContext, then: (issue: Issue) => Answer): Answer {
  const issue = findIssue(context.repo, numberParam(context, 'issue_number'));
  return issue === null ? notFound() : then(issue);
}

function shown(context: RepoContext, issue: Issue, status: number): Answer {
  return { status, body: renderIssue(context.bases, context.repo, issue) };
}

function labelNames(labels: unknown): string[] {
  if (!Array.isArray(labels)) return [];
  const names = labels.map((label: string | { name?: string }) => (typeof label === 'string' ? label : label.name));
  return [...new Set(names.filter((name) => name !== undefined))];
}
