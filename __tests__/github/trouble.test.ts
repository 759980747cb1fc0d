import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { GitHubTimeout, githubFor, isAway, statusOf, within } from '../../src/github/client.ts';
import { upsertComment } from '../../src/github/sticky-comment.ts';
import { commentTrouble } from '../../src/github/trouble.ts';
import { context, place, REPO, state } from './place.ts';

async function failure(action: Promise<unknown>): Promise<unknown> {
  try {
    await action;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

describe('the client', () => {
  it('is none without a token', () => {
    expect(githubFor(undefined, { apiUrl: 'http://127.0.0.1:9' })).toBeUndefined();
    expect(githubFor('', { apiUrl: 'http://127.0.0.1:9' })).toBeUndefined();
  });

  it('repeats a request that fails by chance, and gives up on what lasts', async () => {
    const { server, github } = await place();
    server.addFault({ kind: 'status', status: 502, times: 1 });
    await github.rest.repos.get(REPO);
    expect(server.requests).toHaveLength(2);
    server.addFault({ kind: 'status', status: 503, times: 9 });
    const error = await failure(github.rest.repos.get(REPO));
    expect(statusOf(error)).toBe(503);
    expect(isAway(error)).toBe(true);
    expect(server.requests).toHaveLength(5);
  }, 60_000);

  it('rests between two writes', async () => {
    const { server } = await place();
    const github = githubFor('ghs_test', { apiUrl: server.url });
    const { id } = server.seedComment({ ...REPO, number: 7, body: 'x', author: 'github-actions[bot]' });
    const since = Date.now();
    for (const body of ['one', 'two']) await github?.rest.issues.updateComment({ ...REPO, comment_id: id, body });
    expect(Date.now() - since).toBeGreaterThan(950);
  });

  it('does not wait for a limit that lasts', async () => {
    const { server, github } = await place();
    server.setRate({ remaining: 0, resetInSeconds: 3_000 });
    const since = Date.now();
    const error = await failure(github.rest.repos.get(REPO));
    expect(Date.now() - since).toBeLessThan(10_000);
    expect(commentTrouble(error, context(server))).toContain("GitHub's rate limit for this token is used up");
  });

  it('ends with the time given when GitHub is silent, and so do its requests', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const github = githubFor('ghs_test', { apiUrl: `http://127.0.0.1:${port}` });
    if (!github) throw new Error('no client');
    const since = Date.now();
    let ended = false;
    const error = await failure(
      within(github, 300, async () => {
        await github.rest.repos.get(REPO).finally(() => {
          ended = true;
        });
      }),
    );
    expect(error).toBeInstanceOf(GitHubTimeout);
    expect(Date.now() - since).toBeLessThan(10_000);
    // jest's AbortError is of another realm, so octokit repeats it, each time with the ended signal; in a plain node it ends at once.
    for (let n = 0; n < 100 && !ended; n += 1) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(ended).toBe(true);
    expect(commentTrouble(error, context({ url: '' }))).toContain('GitHub did not answer within 0.3 s.');
    silent.close();
  }, 60_000);

  it('says when nobody listens', async () => {
    const github = githubFor('ghs_test', { apiUrl: 'http://127.0.0.1:9' });
    if (!github) throw new Error('no client');
    const error = await failure(github.rest.repos.get(REPO));
    expect([statusOf(error), isAway(error)]).toEqual([undefined, true]);
    expect(commentTrouble(error, context({ url: '' }))).toMatch(
      /GitHub could not be reached \(.+\)\. The report is in the job summary\.$/,
    );
  }, 60_000);
});

describe('a refusal', () => {
  it('names the lines to add', async () => {
    const { server, github } = await place(undefined, { contents: 'read' });
    const error = await failure(upsertComment(github, REPO, 7, state(1, 1), 'text'));
    const text = commentTrouble(error, context(server));
    expect(text).toContain('Add to the job:\npermissions:\n  contents: read');
    expect(text).toContain('\n  pull-requests: write');
    expect(text).toContain('\n  actions: read');
    expect(isAway(error)).toBe(false);
  });

  it("of a fork's read-only token says so", async () => {
    const { server, github } = await place(undefined, { contents: 'read', 'pull-requests': 'read' });
    const error = await failure(upsertComment(github, REPO, 7, state(1, 1), 'text'));
    const payload = { pull_request: { number: 7, head: { sha: 'x', repo: { full_name: 'contributor/shop' } } } };
    expect(commentTrouble(error, context(server, payload))).toContain('from forks');
    expect(commentTrouble(error, context(server))).not.toContain('from forks');
  });

  it('of a bad token names the input', async () => {
    const { server } = await place();
    const github = githubFor('ghs_wrong', { apiUrl: server.url });
    if (!github) throw new Error('no client');
    const error = await failure(upsertComment(github, REPO, 7, state(1, 1), 'text'));
    expect(commentTrouble(error, context(server))).toContain('check the input "github-token"');
  });
});
