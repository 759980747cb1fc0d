import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { getOctokit } from '@actions/github';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { adminClient } from '../../testbed/github/admin.ts';
import { type GitHubStandIn, startGitHub } from '../../testbed/github/server.ts';

const TOKEN = 'ghs_writer';
const at = { owner: 'acme', repo: 'shop' };
const onPull = { ...at, issue_number: 7 };

let github: GitHubStandIn;
const children: ChildProcess[] = [];

beforeEach(async () => {
  github = await startGitHub({ adminPort: 0 });
  github.seedToken({ token: TOKEN, permissions: { 'pull-requests': 'write' } });
  github.seedPull({ ...at, number: 7 });
});

afterEach(async () => {
  // A test that fails halfway leaves no process behind.
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await github.close();
});

const list = () => getOctokit(TOKEN, { baseUrl: github.url }).rest.issues.listComments(onPull);
const create = (body = 'x') =>
  getOctokit(TOKEN, { baseUrl: github.url }).rest.issues.createComment({ ...onPull, body });
const stored = () => github.comments('acme', 'shop', 7).length;

describe('faults', () => {
  it.each([500, 502, 503] as const)('answers %i so many times, and only where it matches', async (status) => {
    github.addFault({ kind: 'status', status, method: 'POST', path: '/comments$', times: 2 });
    expect((await list()).status).toBe(200);
    await expect(create()).rejects.toMatchObject({ status });
    await expect(create()).rejects.toMatchObject({ status });
    expect(stored()).toBe(0);
    expect((await create()).status).toBe(201);
    expect(github.requests.map((request) => request.status)).toEqual([200, status, status, 201]);
  });

  it.each([403, 429] as const)('limits with %i and Retry-After', async (status) => {
    github.addFault({ kind: 'rate-limit', status, retryAfter: 3 });
    await expect(create()).rejects.toMatchObject({
      status,
      message: expect.stringContaining('secondary rate limit'),
      response: { headers: { 'retry-after': '3' } },
    });
    expect(stored()).toBe(0);
  });

  it('drops the socket before or after the request took effect', async () => {
    github.addFault({ kind: 'drop' });
    await expect(create()).rejects.toThrow();
    expect(stored()).toBe(0);
    github.addFault({ kind: 'drop', when: 'after' });
    await expect(create()).rejects.toThrow();
    expect(stored()).toBe(1);
    github.addFault({ kind: 'status', status: 502, when: 'after' });
    await expect(create()).rejects.toMatchObject({ status: 502 });
    expect(stored()).toBe(2);
    expect(github.requests.map((request) => request.status)).toEqual([0, 0, 502]);
  });

  it('delays', async () => {
    github.addFault({ kind: 'delay', ms: 150 });
    const from = performance.now();
    await list();
    expect(performance.now() - from).toBeGreaterThanOrEqual(149);
    expect(github.snapshot().faultsLeft).toBe(0);
  });

  it('refuses connections while it is down and is itself again afterwards', async () => {
    await create();
    await github.down();
    await expect(list()).rejects.toMatchObject({ cause: { cause: { code: 'ECONNREFUSED' } } });
    await github.up();
    expect((await list()).data).toHaveLength(1);
  });

  it('exhausts the primary limit, which /rate_limit does not count on', async () => {
    github.setRate({ remaining: 1, resetInSeconds: 60 });
    expect((await list()).headers['x-ratelimit-remaining']).toBe('0');
    await expect(list()).rejects.toMatchObject({
      status: 403,
      response: { headers: { 'x-ratelimit-remaining': '0' } },
    });
    const { data } = await getOctokit(TOKEN, { baseUrl: github.url }).rest.rateLimit.get();
    expect(data.rate.remaining).toBe(0);
  });

  it('refuses a fault that can never apply', () => {
    expect(() => github.addFault({ kind: 'drop', times: 0 })).toThrow('times is 0');
    expect(() => github.addFault({ kind: 'drop', path: '(' })).toThrow();
  });
});

describe('from another process', () => {
  it('is set up, asked, taken down and up through the admin surface', async () => {
    const admin = adminClient(github.adminUrl);
    await admin.seedPull({ ...at, number: 8 });
    await admin.seedComment({ ...at, number: 8, body: 'hello' });
    expect(await admin.comments('acme', 'shop', 8)).toMatchObject([{ body: 'hello' }]);
    await expect(admin.seedPull({ ...at, number: 8 })).rejects.toThrow('acme/shop#8 is already there');
    await admin.down();
    expect(await admin.snapshot()).toMatchObject({ down: true, requests: [] });
    await expect(list()).rejects.toThrow();
    await admin.up();
    expect((await list()).status).toBe(200);
    await admin.down({ ms: 50 });
    await expect(list()).rejects.toThrow();
    for (let tries = 0; tries < 100 && (await admin.snapshot()).down; tries += 1)
      await new Promise((r) => setTimeout(r, 20));
    expect((await list()).status).toBe(200);
    await expect(adminClient(github.url).down()).rejects.toThrow('--admin-port');
  });

  it('keeps its state over a restart of the command and ends on SIGTERM', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'github-stand-in-'));
    try {
      const stateFile = join(dir, 'state.json');
      const first = await command(stateFile);
      const admin = adminClient(first.url);
      await admin.seedToken({ token: TOKEN, permissions: { 'pull-requests': 'write' } });
      await admin.seedPull({ ...at, number: 7 });
      await getOctokit(TOKEN, { baseUrl: first.url }).rest.issues.createComment({ ...onPull, body: 'kept' });
      expect(await first.end()).toBe(0);
      const second = await command(stateFile);
      const { data } = await getOctokit(TOKEN, { baseUrl: second.url }).rest.issues.listComments(onPull);
      expect(data.map((comment) => comment.body)).toEqual(['kept']);
      expect(await second.end()).toBe(0);
    } finally {
      rmSync(dir, { recursive: true });
    }
  }, 60_000);
});

async function command(stateFile: string) {
  const args = ['testbed/github/server.ts', '--port', '0', '--state-file', stateFile];
  const child = spawn('node_modules/.bin/node', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const url = /^listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1] ?? '';
  return {
    url,
    async end(): Promise<number | null> {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const [code] = (await ended) as [number | null];
      return code;
    },
  };
}
