import { describe, expect, it } from '@jest/globals';
import { markerLine } from '../../src/github/marker.ts';
import { type IssueText, trackIssue } from '../../src/github/tracking-issue.ts';
import { issueTrouble } from '../../src/github/trouble.ts';
import { KEY, place, REPO, state } from './place.ts';

const MAY = { contents: 'read', issues: 'write' } as const;
const open = (body: string): IssueText => ({ title: 'Drift: web → pearl', body, open: true, turn: 'Drifted again.' });
const CLEAN: IssueText = { title: 'Drift: web → pearl', body: 'no drift', open: false, turn: 'Clean again.' };

describe('the issue of a release', () => {
  it('is opened once, edited while it lasts, closed, and opened again', async () => {
    const { server, github } = await place(undefined, { ...MAY });
    const issues = () => server.issues('acme', 'shop').filter(({ title }) => title.startsWith('Drift'));
    expect((await trackIssue(github, REPO, state(5, 1_000), open('one'))).result).toBe('opened');
    expect((await trackIssue(github, REPO, state(5, 2_000), open('two'))).result).toBe('updated');
    expect((await trackIssue(github, REPO, state(5, 2_000), open('two'))).result).toBe('same');
    expect(issues().map(({ state: is, body }) => [is, body?.split('\n').at(-1)])).toEqual([['open', 'two']]);

    const closed = await trackIssue(github, REPO, state(5, 3_000), CLEAN);
    expect(closed).toEqual({ url: expect.stringMatching(/\/issues\/\d+$/), result: 'closed' });
    expect((await trackIssue(github, REPO, state(5, 4_000), CLEAN)).result).toBe('none');
    expect((await trackIssue(github, REPO, state(6, 5_000), open('three'))).result).toBe('reopened');
    expect(issues()).toHaveLength(1);
    const number = issues()[0]?.number ?? 0;
    expect(server.comments('acme', 'shop', number).map(({ body }) => body)).toEqual(['Clean again.', 'Drifted again.']);
    expect(server.violations).toEqual([]);
    expect(server.usedPermissions('github-actions[bot]')).toEqual(
      expect.arrayContaining(['issues: read', 'issues: write']),
    );
  });

  it('of a clean release is never opened', async () => {
    const { server, github } = await place(undefined, { ...MAY });
    expect(await trackIssue(github, REPO, state(5, 1_000), CLEAN)).toEqual({ url: '', result: 'none' });
    expect(server.issues('acme', 'shop').map(({ title }) => title)).not.toContain(CLEAN.title);
  });

  it('stays as a later look wrote it', async () => {
    const { server, github } = await place(undefined, { ...MAY });
    await trackIssue(github, REPO, state(5, 9_000, '4712/1'), open('late'));
    expect((await trackIssue(github, REPO, state(5, 1_000), CLEAN)).result).toBe('newer');
    expect(server.issues('acme', 'shop').at(-1)).toMatchObject({
      state: 'open',
      body: expect.stringContaining('late'),
    });
  });

  it('is ours alone: what others wrote, other keys and pull requests stay untouched', async () => {
    const { server, github } = await place(undefined, { ...MAY });
    const forged = `${markerLine(state(5, 9_000))}\nmine`;
    server.seedIssue({ ...REPO, title: 'forged', body: forged, author: 'mallory' });
    await trackIssue(github, REPO, { ...state(5, 1_000), key: `${KEY}-2` }, open('of another release'));
    expect((await trackIssue(github, REPO, state(5, 1_000), open('one'))).result).toBe('opened');
    expect(server.issues('acme', 'shop').find(({ title }) => title === 'forged')?.body).toBe(forged);
    expect(server.issues('acme', 'shop').filter(({ title }) => title.startsWith('Drift'))).toHaveLength(2);
  });

  it('is one when an answer is lost', async () => {
    const { server, github } = await place(undefined, { ...MAY });
    server.addFault({ kind: 'drop', when: 'after', method: 'POST', path: '/issues$' });
    await trackIssue(github, REPO, state(5, 1_000), open('one'));
    expect(server.issues('acme', 'shop').filter(({ title }) => title.startsWith('Drift'))).toHaveLength(1);
  });

  it('of several open ones the oldest stays', async () => {
    const { server, github } = await place(undefined, { ...MAY });
    for (const body of ['first', 'second']) {
      server.seedIssue({
        ...REPO,
        title: 'Drift: web → pearl',
        body: `${markerLine(state(5, 500))}\n${body}`,
        author: 'github-actions[bot]',
      });
    }
    await trackIssue(github, REPO, state(5, 1_000), open('now'));
    const drifts = server.issues('acme', 'shop').filter(({ title }) => title.startsWith('Drift'));
    expect(drifts.map((issue) => [issue.state, issue.stateReason])).toEqual([
      ['open', null],
      ['closed', 'not_planned'],
    ]);
    expect(drifts[0]?.body).toContain('now');
  });

  it('that may not be written says which permission is missing', async () => {
    const { github } = await place(undefined, { contents: 'read' });
    const error: unknown = await trackIssue(github, REPO, state(5, 1_000), open('one')).catch(
      (caught: unknown) => caught,
    );
    const text = issueTrouble(error, { ...REPO, payload: {} });
    expect(text).toMatch(/^The drift issue could not be kept: the token may not do that/);
    expect(text).toContain('  issues: write');
    expect(text).not.toContain('pull-requests: write');
  });
});
