import { afterEach, describe, expect, it } from '@jest/globals';
import { markerLine } from '../../src/github/marker.ts';
import { upsertComment } from '../../src/github/sticky-comment.ts';
import type { GitHubStandIn } from '../../testbed/github/server.ts';
import { client, KEY, place, REPO, state } from './place.ts';

let violations: () => readonly unknown[] = () => [];
afterEach(() => expect(violations()).toEqual([]));

async function start(login?: string) {
  const made = await place(login);
  violations = () => made.server.violations;
  return made;
}

const BOT = 'github-actions[bot]';
const OURS = `${markerLine(state(1, 1))}\nold`;
const bodies = (server: GitHubStandIn): string[] => server.comments('acme', 'shop', 7).map(({ body }) => body);
const sent = (server: GitHubStandIn, method: string): number =>
  server.requests.filter((r) => r.method === method).length;

describe('the comment', () => {
  it('is made once, then edited in place, and not sent again when nothing changed', async () => {
    const { server, github } = await start();
    const first = await upsertComment(github, REPO, 7, state(1, 10), 'one');
    const again = await upsertComment(github, REPO, 7, state(1, 10), 'one');
    const second = await upsertComment(github, REPO, 7, state(2, 20), 'two');
    expect([first.result, again.result, second.result]).toEqual(['created', 'same', 'updated']);
    expect(new Set([first.url, again.url, second.url]).size).toBe(1);
    expect(bodies(server)).toEqual([`${markerLine(state(2, 20))}\ntwo`]);
    expect([sent(server, 'POST'), sent(server, 'PATCH')]).toEqual([1, 1]);
  });

  it('of a newer observation stays, and names the run that made it', async () => {
    const { server, github } = await start();
    await upsertComment(github, REPO, 7, state(5, 50, '99/2'), 'newer');
    const late = await upsertComment(github, REPO, 7, state(4, 60), 'older');
    expect(late).toMatchObject({ result: 'newer', by: '99/2' });
    expect(bodies(server)).toEqual([`${markerLine(state(5, 50, '99/2'))}\nnewer`]);
    expect(sent(server, 'PATCH')).toBe(0);
  });

  it('is found behind a hundred others', async () => {
    const { server, github } = await start();
    for (let n = 0; n < 120; n += 1) server.seedComment({ ...REPO, number: 7, body: `talk ${n}`, author: BOT });
    server.seedComment({ ...REPO, number: 7, body: OURS, author: BOT });
    expect((await upsertComment(github, REPO, 7, state(2, 2), 'new')).result).toBe('updated');
    expect(bodies(server)).toHaveLength(121);
  });

  it('of another release is left alone', async () => {
    const { server, github } = await start();
    const other = `${markerLine({ ...state(1, 1), key: `${KEY}-2` })}\nother`;
    server.seedComment({ ...REPO, number: 7, body: other, author: BOT });
    await upsertComment(github, REPO, 7, state(2, 2), 'new');
    expect(bodies(server)[0]).toBe(other);
    expect(bodies(server)).toHaveLength(2);
  });
});

describe('a comment that is not ours', () => {
  it.each([
    ['a person with our marker', 'mallory'],
    ['a person who is named like a bot', 'github-actions'],
  ])('by %s is never edited or deleted', async (_, author) => {
    const { server, github } = await start();
    server.seedComment({ ...REPO, number: 7, body: OURS, author });
    await upsertComment(github, REPO, 7, state(2, 2), 'new');
    expect(bodies(server)).toEqual([OURS, `${markerLine(state(2, 2))}\nnew`]);
    expect([sent(server, 'PATCH'), sent(server, 'DELETE')]).toEqual([0, 0]);
  });

  it('by another app is never edited', async () => {
    const { server, github } = await place();
    violations = () => server.violations.filter(({ path }) => path !== '/graphql');
    server.seedComment({ ...REPO, number: 7, body: OURS, author: 'other-app[bot]' });
    await upsertComment(github, REPO, 7, state(2, 2), 'new');
    expect(bodies(server)[0]).toBe(OURS);
    expect(bodies(server)).toHaveLength(2);
  });

  it("by the job's bot is not edited with a person's token, whose own comments are", async () => {
    const { server, github } = await start('deployer');
    server.seedComment({ ...REPO, number: 7, body: OURS, author: BOT });
    await upsertComment(github, REPO, 7, state(2, 2), 'new');
    await upsertComment(github, REPO, 7, state(3, 3), 'newer');
    expect(bodies(server)).toEqual([OURS, `${markerLine(state(3, 3))}\nnewer`]);
  });
});

describe('several comments of ours', () => {
  it('become one: the one with the newest content, whichever was made first', async () => {
    const { server, github } = await start();
    const newest = `${markerLine(state(7, 70, '8/1'))}\nnewest`;
    for (const body of [OURS, newest, `${markerLine(state(6, 60))}\nmiddle`])
      server.seedComment({ ...REPO, number: 7, body, author: BOT });
    expect((await upsertComment(github, REPO, 7, state(3, 30), 'late')).result).toBe('newer');
    expect(bodies(server)).toEqual([newest]);
    expect((await upsertComment(github, REPO, 7, state(8, 80), 'now')).result).toBe('updated');
    expect(bodies(server)).toEqual([`${markerLine(state(8, 80))}\nnow`]);
  });

  it('do not come of two runs at the same time', async () => {
    const { server, github } = await start();
    const other = client(server, 'ghs_seed');
    await Promise.all([
      upsertComment(github, REPO, 7, state(4, 40, '1/1'), 'older'),
      upsertComment(other, REPO, 7, state(5, 50, '2/1'), 'newer'),
    ]);
    expect(bodies(server)).toEqual([`${markerLine(state(5, 50, '2/1'))}\nnewer`]);
  });
});

describe('trouble', () => {
  it.each([
    ['a lost answer', { kind: 'drop', when: 'after' }],
    ['a server error after it took effect', { kind: 'status', status: 502, when: 'after' }],
    ['a server error', { kind: 'status', status: 503 }],
  ] as const)('%s when the comment is made leaves exactly one', async (_, fault) => {
    const { server, github } = await start();
    server.addFault({ ...fault, method: 'POST', path: '/comments$' });
    const written = await upsertComment(github, REPO, 7, state(1, 10), 'one');
    expect(bodies(server)).toEqual([`${markerLine(state(1, 10))}\none`]);
    expect(written.url).toMatch(/#issuecomment-\d+$/);
  });

  it('a lost answer when it is edited changes nothing', async () => {
    const { server, github } = await start();
    await upsertComment(github, REPO, 7, state(1, 10), 'one');
    server.addFault({ kind: 'drop', when: 'after', method: 'PATCH' });
    await upsertComment(github, REPO, 7, state(2, 20), 'two');
    expect(bodies(server)).toEqual([`${markerLine(state(2, 20))}\ntwo`]);
  });

  it('a comment that was deleted in the meantime is made anew', async () => {
    const { server, github } = await start();
    const seeded = server.seedComment({ ...REPO, number: 7, body: OURS, author: BOT });
    server.addFault({ kind: 'delay', ms: 1_500, method: 'PATCH' });
    const writing = upsertComment(github, REPO, 7, state(2, 20), 'two');
    const deleting = client(server, 'ghs_seed');
    while (sent(server, 'PATCH') === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await deleting.rest.issues.deleteComment({ ...REPO, comment_id: seeded.id });
    expect((await writing).result).toBe('created');
    expect(bodies(server)).toEqual([`${markerLine(state(2, 20))}\ntwo`]);
  });

  it('a secondary limit that lifts soon is waited for', async () => {
    const { server, github } = await start();
    server.addFault({ kind: 'rate-limit', status: 429, retryAfter: 1, method: 'POST' });
    expect((await upsertComment(github, REPO, 7, state(1, 10), 'one')).result).toBe('created');
  });
});
