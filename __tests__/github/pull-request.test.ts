import { afterEach, describe, expect, it } from '@jest/globals';
import { numberIn } from '../../src/github/commit-pulls.ts';
import type { Payload } from '../../src/github/context.ts';
import { findPullRequests, findPullRequestsOf } from '../../src/github/pull-request.ts';
import { context, place, REPO, SHA } from './place.ts';

let violations: () => readonly unknown[] = () => [];
afterEach(() => expect(violations()).toEqual([]));

async function start() {
  const made = await place();
  violations = () => made.server.violations;
  const find = (payload: Payload, sha = SHA) =>
    findPullRequests(made.github, context(made.server, payload, { sha }), undefined);
  return { ...made, find };
}

const only = (...pulls: number[]) => ({ pulls, more: 0, unseen: 0 });
const sha = (n: number): string => n.toString(16).padStart(40, 'e');

describe('the pull requests of an event', () => {
  it('are the given one before all', async () => {
    const { server, github } = await start();
    const found = await findPullRequests(github, context(server, { pull_request: { number: 5 } }), 3);
    expect(found).toEqual(only(3));
    expect(server.requests).toEqual([]);
  });

  it('pull_request: its own', async () => {
    const { find } = await start();
    expect(await find({ pull_request: { number: 5 } })).toEqual(only(5));
  });

  it('push: the one whose merge made the commit', async () => {
    const { find } = await start();
    expect(await find({ ref: 'refs/heads/main', commits: [{ id: SHA }] })).toEqual(only(7));
  });

  it.each(['empty', 'unprocessable', 'missing'] as const)('push: found although GitHub lags (%s)', async (answer) => {
    const { server, find } = await start();
    server.setPullLag({ ...REPO, sha: SHA, requests: 3, answer });
    expect(await find({ head_commit: { id: SHA, message: 'Change 7 (#7)' } })).toEqual(only(7));
  });

  it('push: asked for again when the message names nobody', async () => {
    const { server, find } = await start();
    server.setPullLag({ ...REPO, sha: SHA, requests: 1 });
    expect(await find({ head_commit: { id: SHA, message: 'Change 7' } })).toEqual(only(7));
  });

  it('push: a number in the message is believed only when that pull request made the commit', async () => {
    const { server, find } = await start();
    server.seedPull({ ...REPO, number: 8, merged: true });
    server.seedCommit({ ...REPO, sha: sha(1), branch: 'main' });
    expect(await find({ head_commit: { id: sha(1), message: 'Forged (#8)' } }, sha(1))).toEqual(only());
  }, 60_000);

  it('push: all that came with it, newest first, at most ten, and how many more', async () => {
    const { server, find } = await start();
    const commits = [{ id: SHA }];
    for (let number = 20; number < 33; number += 1) {
      server.seedPull({ ...REPO, number, merged: true, mergeCommitSha: sha(number) });
      commits.push({ id: sha(number) });
    }
    const found = await find({ ref: 'refs/heads/main', commits }, sha(32));
    expect(found).toEqual({ pulls: [32, 31, 30, 29, 28, 27, 26, 25, 24, 23], more: 4, unseen: 0 });
  });

  it('push: says how many commits were not looked up', async () => {
    const { find } = await start();
    const commits = Array.from({ length: 40 }, (_, n) => ({ id: sha(n + 100) }));
    expect((await find({ commits: [...commits, { id: SHA }] })).unseen).toBe(10);
  });

  it('push: not those that went into another branch before', async () => {
    const { server, find } = await start();
    server.seedPull({
      ...REPO,
      number: 9,
      base: 'develop',
      head: { ref: 'x', sha: sha(9) },
      merged: true,
      mergeCommitSha: sha(10),
    });
    expect(await find({ ref: 'refs/heads/main', commits: [{ id: sha(10) }, { id: SHA }] })).toEqual(only(7));
  });

  it('merge_group: the last one from its branch, those before it from its commits', async () => {
    const { server, find } = await start();
    const base = server.seedPull({ ...REPO, number: 11 }).base.sha;
    server.seedPull({ ...REPO, number: 12 });
    server.seedPull({ ...REPO, number: 13, base: 'develop' });
    const chain: [string, string, string][] = [
      [sha(1), base, 'One (#11)'],
      [sha(2), sha(1), 'Into develop (#13)'],
      [sha(3), sha(2), 'Gone (#99)'],
      [sha(4), sha(3), 'Two (#12)'],
    ];
    for (const [commit, parent, message] of chain)
      server.seedCommit({ ...REPO, sha: commit, parents: [parent], message });
    const merge_group = {
      head_ref: `refs/heads/gh-readonly-queue/main/pr-12-${base}`,
      head_sha: sha(4),
      base_sha: base,
      base_ref: 'refs/heads/main',
    };
    expect(await find({ merge_group })).toEqual(only(12, 11));
    expect(await find({ merge_group: { head_ref: merge_group.head_ref } })).toEqual(only(12));
  });

  it('workflow_dispatch: by the commit, also of a branch with an open one', async () => {
    const { server, find } = await start();
    const { head } = server.seedPull({ ...REPO, number: 14 });
    expect(await find({}, head.sha)).toEqual(only(14));
  });

  it('a commit that GitHub does not know has none', async () => {
    const { find } = await start();
    expect(await find({}, sha(77))).toEqual(only());
  });

  it('a rollback: by the short commit of the description', async () => {
    const { server, github } = await start();
    expect(await findPullRequestsOf(github, REPO, SHA.slice(0, 12))).toEqual(only(7));
    expect(await findPullRequestsOf(github, REPO, 'deadbeef0000')).toEqual(only());
    const before = server.requests.length;
    expect(await findPullRequestsOf(github, REPO, 'no-commit')).toEqual(only());
    expect(server.requests).toHaveLength(before);
  });
});

describe('the number in a commit message', () => {
  it.each([
    ['Title (#7)', 7],
    ['Title (#7)\n\nbody (#9)', 7],
    ['Merge pull request #12 from acme/branch\n\nTitle', 12],
    ['fixes #7', undefined],
    ['(#7) Title', undefined],
    ['Title\n\n(#7)', undefined],
    ['', undefined],
  ])('%j', (message, number) => expect(numberIn(message)).toBe(number));
});
