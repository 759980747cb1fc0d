import { getOctokit } from '@actions/github';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { answerProblem } from '../../testbed/github/description.ts';
import { permissionsFromWorkflow } from '../../testbed/github/permissions.ts';
import { type GitHubStandIn, startGitHub } from '../../testbed/github/server.ts';

const TOKEN = 'ghs_all';
const at = { owner: 'acme', repo: 'shop' };
const REPO = '/repos/acme/shop';

let github: GitHubStandIn;

beforeEach(async () => {
  github = await startGitHub();
  github.seedToken({ token: TOKEN, permissions: permissionsFromWorkflow('write-all') });
  github.seedPull({ ...at, number: 7 });
});

afterEach(async () => {
  await github.close();
});

async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${github.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, 'user-agent': 'test', ...headers },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, data: JSON.parse(text === '' ? 'null' : text) as { message: string } };
}

const comments = `${REPO}/issues/7/comments`;
// What is planted · method · path · body · GitHub's answer · recorded as · part of GitHub's message
const planted: [string, string, string, unknown, number, string, string][] = [
  ['an unknown path', 'GET', `${REPO}/coments`, undefined, 404, 'unknown-path', 'Not Found'],
  ['a method the path has not', 'PUT', comments, { body: 'x' }, 404, 'unknown-method', 'Not Found'],
  ['a missing property', 'POST', comments, {}, 422, 'body', `"body" wasn't supplied.`],
  ['a wrong type', 'POST', comments, { body: 12 }, 422, 'body', `For 'properties/body', 12 is not a string.`],
  ['null for a text', 'POST', comments, { body: null }, 422, 'body', 'nil is not a string'],
  ['a text for the object', 'POST', comments, '"hi"', 422, 'body', `For 'links/0/schema', "hi" is not an object.`],
  ['no JSON', 'POST', comments, '{body', 400, 'body', 'Problems parsing JSON'],
  ['no body', 'POST', comments, undefined, 422, 'body', 'is not an object'],
  [
    'a value outside the list',
    'PATCH',
    `${REPO}/issues/7`,
    { state: 'merged' },
    422,
    'body',
    '"merged" is not a member of',
  ],
  ['a bad filter', 'GET', `${REPO}/pulls?state=merged`, undefined, 422, 'query', 'Validation Failed'],
  ['a bad time', 'GET', `${comments}?since=yesterday`, undefined, 422, 'query', 'Validation Failed'],
  ['a name for a number', 'GET', `${REPO}/issues/comments/last`, undefined, 404, 'path-parameter', 'Not Found'],
  ['GraphQL', 'POST', '/graphql', { query: '{viewer{login}}' }, 501, 'unsupported', 'no GraphQL'],
  [
    'a route that is not built',
    'GET',
    `${REPO}/labels`,
    undefined,
    501,
    'unsupported',
    'the route of issues/list-labels-for-repo',
  ],
  [
    'a filter that is not built',
    'GET',
    `${REPO}/issues?milestone=1`,
    undefined,
    501,
    'unsupported',
    'parameter milestone',
  ],
  [
    'an additional property where none may be',
    'POST',
    `${REPO}/issues`,
    { title: 't', issue_field_values: [{ field_id: 1, value: 'v', extra: 1 }] },
    422,
    'body',
    '"extra" is not a permitted key.',
  ],
];

// What GitHub lets pass, and is a mistake nevertheless
const ignored: [string, string, string, unknown, number, string][] = [
  ['an unknown property', 'POST', comments, { body: 'x', minimised: true }, 201, 'unknown-property'],
  ['an unknown query parameter', 'GET', `${comments}?sort=created`, undefined, 200, 'query'],
  ['a page that is no number', 'GET', `${comments}?page=two`, undefined, 200, 'query'],
];

describe('a request that GitHub does not describe', () => {
  it.each(planted)('%s is refused and recorded', async (_what, method, path, body, status, kind, words) => {
    const answer = await send(method, path, body);
    expect(answer).toMatchObject({ status, data: { message: expect.stringContaining(words) } });
    expect(github.violations).toEqual([expect.objectContaining({ kind, method, path: path.split('?')[0] })]);
    expect(github.comments('acme', 'shop', 7)).toEqual([]);
  });

  it.each(ignored)('%s passes as on GitHub and is recorded', async (_what, method, path, body, status, kind) => {
    expect((await send(method, path, body)).status).toBe(status);
    expect(github.violations).toEqual([expect.objectContaining({ kind, method })]);
  });

  it('is caught from octokit too', async () => {
    const { rest } = getOctokit(TOKEN, { baseUrl: github.url });
    const wrong = { ...at, issue_number: 7, body: 5 as unknown as string };
    await expect(rest.issues.createComment(wrong)).rejects.toThrow(`For 'properties/body', 5 is not a string.`);
    expect(github.violations).toHaveLength(1);
  });

  it('without a User-Agent or for other content than JSON is refused', async () => {
    expect((await send('GET', REPO, undefined, { 'user-agent': '' })).status).toBe(403);
    expect(github.violations).toEqual([]);
    expect((await send('GET', `${REPO}/pulls/7`, undefined, { accept: 'application/vnd.github.diff' })).status).toBe(
      501,
    );
    expect(github.violations).toHaveLength(1);
  });
});

// Operation · path · status: every route that the stand-in answers with content
const answers: [string, string, string, number, unknown][] = [
  ['issues/list-comments', 'GET', comments, 200, undefined],
  ['issues/create-comment', 'POST', comments, 201, { body: 'x' }],
  ['issues/list-for-repo', 'GET', `${REPO}/issues`, 200, undefined],
  ['issues/get', 'GET', `${REPO}/issues/7`, 200, undefined],
  ['issues/create', 'POST', `${REPO}/issues`, 201, { title: 't', labels: ['a', { name: 'b' }] }],
  ['issues/update', 'PATCH', `${REPO}/issues/7`, 200, { labels: ['a'] }],
  ['pulls/list', 'GET', `${REPO}/pulls?state=all`, 200, undefined],
  ['pulls/get', 'GET', `${REPO}/pulls/7`, 200, undefined],
  ['pulls/get', 'GET', `${REPO}/pulls/8`, 200, undefined],
  ['repos/list-pull-requests-associated-with-commit', 'GET', `${REPO}/commits/${'b'.repeat(40)}/pulls`, 200, undefined],
  ['repos/get-commit', 'GET', `${REPO}/commits/main`, 200, undefined],
  ['repos/compare-commits-with-basehead', 'GET', `${REPO}/compare/change-7...main`, 200, undefined],
  ['repos/get', 'GET', REPO, 200, undefined],
  ['actions/get-workflow-run', 'GET', `${REPO}/actions/runs/5`, 200, undefined],
  ['actions/get-workflow-run-attempt', 'GET', `${REPO}/actions/runs/5/attempts/1`, 200, undefined],
  ['rate-limit/get', 'GET', '/rate_limit', 200, undefined],
];

describe('what the stand-in answers', () => {
  it.each(answers)('to %s (%s %s) is what GitHub describes', async (operation, method, path, status, body) => {
    github.seedComment({ ...at, number: 7, body: 'there' });
    github.seedPull({ ...at, number: 8, merged: true, mergeCommitSha: 'b'.repeat(40), fork: true });
    github.seedRun({ ...at, id: 5, headSha: github.snapshot().repos[0]?.pulls[0]?.head.sha });
    const answer = await send(method, path, body);
    expect(answer.status).toBe(status);
    expect(answerProblem(operation, status, answer.data)).toBeNull();
    expect(answer.data).not.toEqual([]);
    expect(github.violations).toEqual([]);
  });

  it('would be caught if a required property were missing', () => {
    expect(answerProblem('issues/create-comment', 201, { id: 1 })).toContain('node_id');
  });
});
