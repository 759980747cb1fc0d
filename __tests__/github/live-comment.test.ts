import { afterEach, describe, expect, it } from '@jest/globals';
import type { Comparison } from '../../src/diff/reviewed.ts';
import { type DiffMarker, markerLine, readMarker } from '../../src/github/marker.ts';
import { upsertComment } from '../../src/github/sticky-comment.ts';
import { liveComment } from '../../src/report/live-comment.ts';
import { redactor } from '../../src/report/redact.ts';
import type { Underway } from '../../src/report/underway.ts';
import type { GitHubStandIn } from '../../testbed/github/server.ts';
import { fullReport } from '../report/redact-cases.ts';
import { client, context, KEY, place, REPO, SHA, state } from './place.ts';

const BOT = 'github-actions[bot]';
const REVIEWED = { count: 1, objects: { '0123abcd': '0123456789' }, run: '99/1' };
const DIFF: DiffMarker = { v: 1, kind: 'diff', key: KEY, run: '99/1', sha: 'head', reviewed: REVIEWED };
const SAME: Comparison = { state: 'as-reviewed', why: '', except: [], missing: 0, random: 0, secrets: 0 };
const UNDERWAY: Underway = {
  release: 'web',
  namespace: 'pearl',
  cluster: '0123456789ab',
  before: 3,
  target: 3,
  images: fullReport().images,
  startedAt: 1_000,
  timeoutMs: 60_000,
  helmVersion: '4.3.1',
  run: { ...fullReport().run, id: '100', sha: SHA },
};

let violations: () => readonly unknown[] = () => [];
afterEach(() => expect(violations()).toEqual([]));

async function begun(before: string | undefined, compare: () => Promise<Comparison> = async () => SAME) {
  const { server, github } = await place();
  violations = () => server.violations;
  if (before !== undefined) server.seedComment({ ...REPO, number: 7, body: before, author: BOT });
  const redact = redactor(['hunter22']);
  const live = liveComment({ context: context(server), github, pullRequest: undefined, redact });
  live.begin(UNDERWAY, compare);
  return { server, live };
}

const bodies = (server: GitHubStandIn): string[] => server.comments('acme', 'shop', 7).map(({ body }) => body);

describe('the comment while a deploy is at work', () => {
  it('takes the diff over, keeps what was reviewed, and the end of the run always wins over it', async () => {
    const { server, live } = await begun(`${markerLine(DIFF)}\nthe diff`);
    expect(await live.end(10_000)).toEqual({
      pulls: { pulls: [7], more: 0, unseen: 0 },
      reviewed: { ...SAME, diffUrl: 'https://github.example/acme/shop/actions/runs/99' },
    });
    expect(bodies(server)).toEqual([expect.stringContaining('deploying ⏳ revision 4')]);
    expect(readMarker(bodies(server)[0])).toMatchObject({ kind: 'state', revision: 3, reviewed: REVIEWED });
    // Helm refused and wrote nothing: the newest revision is the one before, and only seen later.
    const end = await upsertComment(client(server), REPO, 7, state(3, 1_001, '100/1'), 'the end');
    expect(end.result).toBe('updated');
    expect(readMarker(bodies(server)[0])).toMatchObject({ revision: 3, observed: 1_001, reviewed: REVIEWED });
  });

  it('is made when there is none, and then claims nothing', async () => {
    const { server, live } = await begun(undefined, () => Promise.reject(new Error('never asked')));
    expect((await live.end(10_000)).reviewed).toBeUndefined();
    expect(bodies(server)).toHaveLength(1);
  });

  it('claims nothing when the comparison fails or takes too long', async () => {
    const failing = await begun(`${markerLine(DIFF)}\nthe diff`, () => Promise.reject(new Error('helm failed')));
    expect((await failing.live.end(10_000)).reviewed).toMatchObject({ state: 'not-compared' });
    const slow = await begun(`${markerLine(DIFF)}\nthe diff`, () => new Promise(() => {}));
    while (!bodies(slow.server)[0]?.includes('deploying')) await new Promise((resolve) => setTimeout(resolve, 10));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await slow.live.end(50)).reviewed).toMatchObject({ state: 'not-compared', except: [] });
  });

  it('leaves what was observed later, and what is on several pull requests is compared with none', async () => {
    const newer = `${markerLine(state(9, 99))}\nnewer`;
    const { server, live } = await begun(newer);
    await live.end(10_000);
    expect(bodies(server)).toEqual([newer]);

    const other = 'e'.repeat(40);
    const { server: second, github } = await place();
    second.seedPull({ ...REPO, number: 8, merged: true, mergeCommitSha: other });
    for (const number of [7, 8])
      second.seedComment({ ...REPO, number, body: `${markerLine(DIFF)}\nthe diff`, author: BOT });
    const push = context(second, { ref: 'refs/heads/main', commits: [{ id: other }] });
    const both = liveComment({ context: push, github, pullRequest: undefined, redact: (text) => text });
    both.begin(UNDERWAY, async () => SAME);
    expect(await both.end(10_000)).toMatchObject({ pulls: { pulls: [8, 7] } });
    expect(bodies(second)[0]).toContain('deploying');
  });

  it('does not hold a deploy up or fail it when GitHub is silent', async () => {
    const { server, github } = await place();
    server.addFault({ kind: 'delay', ms: 8_000, times: 50 });
    const live = liveComment({ context: context(server), github, pullRequest: undefined, redact: (text) => text });
    const since = Date.now();
    live.begin(UNDERWAY, async () => SAME);
    expect(Date.now() - since).toBeLessThan(4_000);
    expect(await live.end(100)).toEqual({});
    expect(Date.now() - since).toBeLessThan(7_500);
  });

  it('was never begun: there is nothing to end', async () => {
    const { server, github } = await place();
    const live = liveComment({ context: context(server), github, pullRequest: undefined, redact: (text) => text });
    expect(await live.end(60_000)).toEqual({});
    expect(server.requests).toEqual([]);
  });

  it('holds no secret', async () => {
    const { server, github } = await place();
    const live = liveComment({
      context: context(server),
      github,
      pullRequest: undefined,
      redact: redactor(['hunter22']),
    });
    const images = UNDERWAY.images.map((image) => ({ ...image, to: 'acme/web:hunter22' }));
    live.begin({ ...UNDERWAY, images }, async () => SAME);
    await live.end(10_000);
    expect(bodies(server)[0]).toContain('***');
    expect(bodies(server)[0]).not.toContain('hunter22');
  });
});
