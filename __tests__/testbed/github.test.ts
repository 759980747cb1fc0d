import { getOctokit } from '@actions/github';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { permissionsFromWorkflow } from '../../testbed/github/permissions.ts';
import { type GitHubStandIn, startGitHub } from '../../testbed/github/server.ts';

const TOKEN = 'ghs_writer';
const at = { owner: 'acme', repo: 'shop' };
const onPull = { ...at, issue_number: 7 };

let github: GitHubStandIn;

beforeEach(async () => {
  github = await startGitHub();
  allow(TOKEN, { contents: 'read', 'pull-requests': 'write', actions: 'read' });
  github.seedPull({ ...at, number: 7, title: 'Raise replicas' });
});

afterEach(async () => {
  await github.close();
});

function allow(token: string, permissions: unknown, login?: string): void {
  const repository = `${at.owner}/${at.repo}`;
  github.seedToken({ token, login, repository, permissions: permissionsFromWorkflow(permissions) });
}

function client(token = TOKEN) {
  return getOctokit(token, { baseUrl: github.url }).rest;
}

/** What a refused call says; fails when the call succeeds. */
async function refused(call: Promise<unknown>) {
  const error = await call.then(
    () => {
      throw new Error('the call was expected to be refused');
    },
    (reason: { status?: number; message: string; response?: { data: unknown; headers: Record<string, string> } }) =>
      reason,
  );
  return {
    status: error.status,
    message: error.message,
    data: error.response?.data,
    headers: error.response?.headers ?? {},
  };
}

describe('comments', () => {
  it('walks through 250 comments by the Link header, oldest first', async () => {
    const made = Array.from({ length: 250 }, (_, n) => github.seedComment({ ...at, number: 7, body: `comment ${n}` }));
    const octokit = getOctokit(TOKEN, { baseUrl: github.url });
    const listed = await octokit.paginate(octokit.rest.issues.listComments, { ...onPull, per_page: 100 });
    expect(listed.map((comment) => comment.id)).toEqual(made.map((comment) => comment.id));
    expect(github.requests.map((request) => request.query)).toEqual([
      '?per_page=100',
      '?per_page=100&page=2',
      '?per_page=100&page=3',
    ]);
    const first = await client().issues.listComments(onPull);
    expect(first.data).toHaveLength(30);
    expect(first.headers.link).toContain('rel="next"');
    expect(first.headers.link).toMatch(/page=9>; rel="last"/);
    expect(github.violations).toEqual([]);
  });

  it('gives at most 100 a page and records that more was asked', async () => {
    for (let n = 0; n < 120; n += 1) github.seedComment({ ...at, number: 7, body: 'x' });
    const { data } = await client().issues.listComments({ ...onPull, per_page: 200 });
    expect(data).toHaveLength(100);
    expect(github.violations).toEqual([
      expect.objectContaining({ kind: 'query', message: expect.stringContaining('100') }),
    ]);
  });

  it('takes 65,536 characters and refuses 65,537 with the words of the live API', async () => {
    // Two UTF-16 units each: the limit counts characters.
    const { status } = await client().issues.createComment({ ...onPull, body: '\u{1F6A2}'.repeat(65_536) });
    expect(status).toBe(201);
    const no = await refused(client().issues.createComment({ ...onPull, body: 'x'.repeat(65_537) }));
    expect(no.status).toBe(422);
    expect(no.message).toContain('Body is too long (maximum is 65536 characters)');
    expect(github.comments('acme', 'shop', 7)).toHaveLength(1);
    const [kept] = github.comments('acme', 'shop', 7);
    const change = await refused(
      client().issues.updateComment({ ...at, comment_id: kept?.id ?? 0, body: 'x'.repeat(65_537) }),
    );
    expect(change.status).toBe(422);
    expect(github.comments('acme', 'shop', 7)).toEqual([kept]);
    expect(kept?.body).toHaveLength(131_072);
  });

  it('is written, changed, read and deleted as the account of the token', async () => {
    const made = await client().issues.createComment({ ...onPull, body: 'one' });
    expect(made.data.user).toMatchObject({ login: 'github-actions[bot]', type: 'Bot' });
    expect(made.data.html_url).toBe(`https://github.com/acme/shop/pull/7#issuecomment-${made.data.id}`);
    const one = { ...at, comment_id: made.data.id };
    const changed = await client().issues.updateComment({ ...one, body: 'two' });
    expect(changed.data).toMatchObject({ id: made.data.id, body: 'two', created_at: made.data.created_at });
    expect((await client().issues.getComment(one)).data.body).toBe('two');
    expect(github.comments('acme', 'shop', 7).map((comment) => comment.body)).toEqual(['two']);
    expect((await client().issues.deleteComment(one)).status).toBe(204);
    expect((await refused(client().issues.getComment(one))).status).toBe(404);
    expect((await refused(client().issues.updateComment({ ...one, body: 'x' }))).status).toBe(404);
    expect(github.comments('acme', 'shop', 7)).toEqual([]);
    expect(github.violations).toEqual([]);
    expect(github.usedPermissions()).toEqual(['pull-requests: read', 'pull-requests: write']);
  });

  it('keeps what was sent, so that a test can see that nothing was sent twice', async () => {
    await client().issues.createComment({ ...onPull, body: 'é' });
    expect(github.requests).toEqual([
      expect.objectContaining({
        method: 'POST',
        path: '/repos/acme/shop/issues/7/comments',
        operation: 'issues/create-comment',
        body: { body: 'é' },
        bodyBytes: Buffer.byteLength('{"body":"é"}'),
        status: 201,
        identity: 'github-actions[bot]',
        permission: 'pull-requests: write',
      }),
    ]);
    expect(JSON.stringify(github.snapshot())).not.toContain(TOKEN);
  });
});

describe('who may what', () => {
  it('answers 401 to an unknown token and to none', async () => {
    const unknown = await refused(client('ghs_other').issues.listComments(onPull));
    expect(unknown).toMatchObject({ status: 401, data: { message: 'Bad credentials' } });
    const none = await fetch(`${github.url}/repos/acme/shop`, { headers: { 'user-agent': 'test' } });
    expect(none.status).toBe(401);
    expect(github.requests.map((request) => request.identity)).toEqual([null, null]);
  });

  it('answers 403 with what it would accept when the permission is missing', async () => {
    allow('ghs_reader', { contents: 'read', 'pull-requests': 'read' });
    const no = await refused(client('ghs_reader').issues.createComment({ ...onPull, body: 'x' }));
    expect(no.status).toBe(403);
    expect(no.data).toEqual({
      message: 'Resource not accessible by integration',
      documentation_url: 'https://docs.github.com/rest/issues/comments#create-an-issue-comment',
      status: '403',
    });
    expect(no.headers['x-accepted-github-permissions']).toBe('issues=write; pull_requests=write');
    expect(github.comments('acme', 'shop', 7)).toEqual([]);
  });

  it('lets either permission comment on a pull request, but only issues on an issue', async () => {
    github.seedIssue({ ...at, number: 8 });
    allow('ghs_issues', { issues: 'write' });
    for (const issue_number of [7, 8]) {
      const made = await client('ghs_issues').issues.createComment({ ...at, issue_number, body: 'x' });
      expect(made.status).toBe(201);
    }
    expect((await client().issues.createComment({ ...onPull, body: 'x' })).status).toBe(201);
    expect((await refused(client().issues.createComment({ ...at, issue_number: 8, body: 'x' }))).status).toBe(403);
  });

  it('shows only metadata of a private repository without permissions, and a public one whole', async () => {
    allow('ghs_none', {});
    expect((await client('ghs_none').repos.get(at)).data.full_name).toBe('acme/shop');
    expect((await refused(client('ghs_none').pulls.get({ ...at, pull_number: 7 }))).status).toBe(403);
    github.seedRepo({ ...at, private: false });
    expect((await client('ghs_none').pulls.get({ ...at, pull_number: 7 })).data.number).toBe(7);
    expect((await refused(client('ghs_none').issues.createComment({ ...onPull, body: 'x' }))).status).toBe(403);
    github.seedRepo({ owner: 'acme', repo: 'other' });
    expect((await refused(client().repos.get({ owner: 'acme', repo: 'other' }))).status).toBe(404);
  });

  it('refuses GET /user to an installation token and answers it to a person', async () => {
    expect((await refused(client().users.getAuthenticated())).status).toBe(403);
    allow('ghp_person', { 'pull-requests': 'write' }, 'jane');
    expect((await client('ghp_person').users.getAuthenticated()).data).toMatchObject({ login: 'jane', type: 'User' });
  });

  it('reads permissions as a workflow declares them', () => {
    expect(permissionsFromWorkflow(undefined)).toEqual({ contents: 'read', packages: 'read', metadata: 'read' });
    expect(permissionsFromWorkflow({})).toEqual({ metadata: 'read' });
    expect(permissionsFromWorkflow('write-all')).toMatchObject({ issues: 'write', 'id-token': 'write' });
    expect(permissionsFromWorkflow('read-all')).not.toHaveProperty('id-token');
    expect(permissionsFromWorkflow({ issues: 'write', 'id-token': 'write' }, { fork: true })).toEqual({
      issues: 'read',
      'id-token': 'none',
      metadata: 'read',
    });
    expect(() => permissionsFromWorkflow({ comments: 'write' })).toThrow('unknown scope comments');
    expect(() => permissionsFromWorkflow({ issues: 'admin' })).toThrow('permissions.issues is "admin"');
  });
});

describe('pull requests of a commit', () => {
  const commit = { ...at, commit_sha: 'a'.repeat(40) };
  const found = async () => (await client().repos.listPullRequestsAssociatedWithCommit(commit)).data;

  it('appear after as many requests as the lag says', async () => {
    github.mergePull({ ...at, number: 7, sha: commit.commit_sha });
    github.setPullLag({ ...at, sha: commit.commit_sha, requests: 2 });
    expect(await found()).toEqual([]);
    expect(await found()).toEqual([]);
    const [pull, ...others] = await found();
    expect(pull).toMatchObject({ number: 7, merge_commit_sha: commit.commit_sha, state: 'closed' });
    expect(pull?.merged_at).not.toBeNull();
    expect(others).toEqual([]);
    github.setPullLag({ ...at, sha: commit.commit_sha, requests: 1, answer: 'unprocessable' });
    await expect(found()).rejects.toThrow(`No commit found for SHA: ${commit.commit_sha}`);
  });

  it('are the merged ones on the default branch and the open ones elsewhere', async () => {
    const pull = github.seedPull({ ...at, number: 9, fork: true });
    const of = { ...at, commit_sha: pull.head.sha };
    const { data } = await client().repos.listPullRequestsAssociatedWithCommit(of);
    expect(data.map((one) => [one.number, one.head.repo.fork])).toEqual([[9, true]]);
    const base = { ...at, commit_sha: pull.base.sha };
    expect((await client().repos.listPullRequestsAssociatedWithCommit(base)).data).toEqual([]);
    const comparison = await client().repos.compareCommits({ ...at, base: 'main', head: pull.head.sha });
    expect(comparison.data).toMatchObject({ status: 'ahead', ahead_by: 1, behind_by: 0 });
  });
});

describe('issues and runs', () => {
  it('opens, finds, closes and reopens a tracking issue', async () => {
    allow('ghs_issues', { issues: 'write' });
    const { issues } = client('ghs_issues');
    const made = await issues.create({ ...at, title: 'Drift', body: 'b', labels: ['drift'] });
    const by = { ...at, issue_number: made.data.number };
    const open = async () => (await issues.listForRepo({ ...at, labels: 'drift' })).data.map((issue) => issue.number);
    expect(await open()).toEqual([by.issue_number]);
    await issues.update({ ...by, state: 'closed', state_reason: 'completed' });
    expect(await open()).toEqual([]);
    expect((await issues.update({ ...by, state: 'open' })).data).toMatchObject({ state: 'open', closed_at: null });
    expect(await open()).toEqual([by.issue_number]);
    expect(github.violations).toEqual([]);
  });

  it('shows the latest attempt of a run, or the one that was asked for', async () => {
    github.seedRun({ ...at, id: 99, attempt: 1, status: 'completed', conclusion: 'cancelled' });
    github.seedRun({ ...at, id: 99, attempt: 2, status: 'in_progress' });
    const run = { ...at, run_id: 99 };
    const { actions } = client();
    expect((await actions.getWorkflowRun(run)).data).toMatchObject({ run_attempt: 2, status: 'in_progress' });
    const first = await actions.getWorkflowRunAttempt({ ...run, attempt_number: 1 });
    expect(first.data).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
    github.seedRun({ ...at, id: 99, attempt: 2, status: 'completed', conclusion: 'success' });
    expect((await actions.getWorkflowRun(run)).data).toMatchObject({ status: 'completed', conclusion: 'success' });
    expect((await refused(actions.getWorkflowRun({ ...at, run_id: 1 }))).status).toBe(404);
    expect((await refused(actions.getWorkflowRunAttempt({ ...run, attempt_number: 3 }))).status).toBe(404);
  });
});
