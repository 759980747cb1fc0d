import { type Answer, isTooLong, notFound, tooLong, validationFailed } from '../answers.ts';
import { paged } from '../page.ts';
import { renderComment } from '../render.ts';
import { findIssue } from '../state.ts';
import type { Comment } from '../types.ts';
import { numberParam, PAGING, type RepoContext, type Routes } from './route.ts';

/** Comments of issues and pull requests. Lists are in ascending order of id; there is no other order on GitHub. */
export const commentRoutes: Routes = {
  'issues/list-comments': { query: [...PAGING, 'since'], handle: list },
  'issues/create-comment': { body: ['body'], handle: create },
  'issues/get-comment': { handle: (context) => withComment(context, (comment) => shown(context, comment, 200)) },
  'issues/update-comment': { body: ['body'], handle: update },
  'issues/delete-comment': { handle: remove },
};

function list(context: RepoContext): Answer {
  const number = numberParam(context, 'issue_number');
  const { repo, url, bases } = context;
  if (findIssue(repo, number) === null) return notFound();
  const since = Date.parse(url.searchParams.get('since') ?? '') || 0;
  const comments = repo.comments
    .filter((comment) => comment.issueNumber === number && Date.parse(comment.updatedAt) >= since)
    .toSorted((a, b) => a.id - b.id);
  return paged(comments, url, (comment) => renderComment(bases, repo, comment));
}

function create(context: RepoContext): Answer {
  const { repo, state, grant, body } = context;
  const issue = findIssue(repo, numberParam(context, 'issue_number'));
  if (issue === null) return notFound();
  const text = String(body.body);
  const refused = textRefused(text);
  if (refused !== null) return refused;
  const answer = shown(context, state.addComment(repo, issue, text, grant.account), 201);
  const { url } = answer.body as { url: string };
  return { ...answer, headers: { location: url } };
}

function update(context: RepoContext): Answer {
  return withComment(context, (comment) => {
    const text = String(context.body.body);
    const refused = textRefused(text);
    if (refused !== null) return refused;
    if (comment.body !== text) Object.assign(comment, { body: text, updatedAt: context.state.now() });
    return shown(context, comment, 200);
  });
}

function remove(context: RepoContext): Answer {
  return withComment(context, (comment) => {
    context.repo.comments.splice(context.repo.comments.indexOf(comment), 1);
    return { status: 204 };
  });
}

function withComment(context: RepoContext, then: (comment: Comment) => Answer): Answer {
  const id = numberParam(context, 'comment_id');
  const comment = context.repo.comments.find((candidate) => candidate.id === id);
  return comment === undefined ? notFound() : then(comment);
}

function shown(context: RepoContext, comment: Comment, status: number): Answer {
  return { status, body: renderComment(context.bases, context.repo, comment) };
}

function textRefused(text: string): Answer | null {
  if (isTooLong(text)) return tooLong('IssueComment');
  if (text.trim() !== '') return null;
  return validationFailed({
    resource: 'IssueComment',
    code: 'unprocessable',
    field: 'data',
    message: 'Body cannot be blank',
  });
}
