import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { MOST_OBJECTS } from '../../src/diff/fingerprint.ts';
import { readMarker } from '../../src/github/marker.ts';
import { type Audience, publish } from '../../src/report/publish.ts';
import { redactor } from '../../src/report/redact.ts';
import type { Report } from '../../src/report/report.ts';
import { fullDiff, fullReport } from '../report/redact-cases.ts';
import { assertReport } from '../report/schema.ts';
import { client, context, place, REPO } from './place.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'publish-'));
const files = { GITHUB_OUTPUT: path.join(folder, 'output'), GITHUB_STEP_SUMMARY: path.join(folder, 'summary') };

beforeAll(() => {
  Object.assign(process.env, files);
});
afterAll(() => {
  for (const name of Object.keys(files)) delete process.env[name];
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** Publishes as a step does; what it said, and what it left. */
async function publishes(report: Report, audience: Omit<Audience, 'redact' | 'comment' | 'pullRequest'>) {
  for (const file of Object.values(files)) writeFileSync(file, '');
  let log = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    log += String(text);
    return true;
  });
  const code = process.exitCode;
  await publish(report, { ...audience, comment: 'auto', pullRequest: undefined, redact: redactor(['hunter22']) });
  const red = process.exitCode === 1;
  // A red deploy must not make this test run red.
  process.exitCode = code;
  jest.restoreAllMocks();
  const output = readFileSync(files.GITHUB_OUTPUT, 'utf8');
  return { log, red, output, summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8') };
}

const at = (server: { url: string }) => context(server, {}, { temp: folder });

describe('a published report', () => {
  it('is in outputs, file, summary, annotations and comment, without the secret', async () => {
    const { server, github } = await place();
    const report = fullReport({ reason: 'the token hunter22 is wrong', warnings: ['Drift: hunter22'] });
    const { log, red, output, summary } = await publishes(report, { context: at(server), github });
    const [comment] = server.comments(REPO.owner, REPO.repo, 7);
    const file = readFileSync(path.join(folder, 'helm-rollout-pearl-web.json'), 'utf8');
    for (const text of [log, output, summary, comment?.body ?? '', file]) {
      expect(text.replaceAll('\\', '')).toContain('***');
      expect(text).not.toContain('hunter22');
    }
    assertReport(JSON.parse(file));
    expect(red).toBe(true);
    expect(log).toContain('::warning::Drift: ***');
    expect(log).toMatch(/^::error::web → pearl rolled-back: the token \*\*\* is wrong\./m);
    expect(output).toMatch(/comment-url<<\S+\nhttps:\/\/github\.com\/acme\/shop\/pull\/7#issuecomment-\d+\n/);
    expect(server.violations).toEqual([]);
  });

  it('of an older observation leaves the newer comment, and says whose that is', async () => {
    const { server, github } = await place();
    const run = fullReport().run;
    await publishes(fullReport({ revision: 12, run: { ...run, id: '99' } }), { context: at(server), github });
    const before = server.comments(REPO.owner, REPO.repo, 7);
    const { log } = await publishes(fullReport({ revision: 11 }), { context: at(server), github: client(server) });
    expect(server.comments(REPO.owner, REPO.repo, 7)).toEqual(before);
    expect(log).toContain('The comment on #7 stays: run 99, attempt 1 saw something newer.');
  });

  it.each<[string, Record<string, 'read' | 'write'>]>([
    ['may do nothing', {}],
    ['may not find the pull request', { contents: 'read' }],
    ['may not comment', { contents: 'read', 'pull-requests': 'read' }],
  ])('with a token that %s: summary, one warning with the lines to add, the same result', async (_, permissions) => {
    const { server, github } = await place(undefined, permissions);
    const report = fullReport({ status: 'deployed', warnings: [] });
    const { log, red, output, summary } = await publishes(report, { context: at(server), github });
    expect(log.match(/^::warning::/gm)).toHaveLength(1);
    expect(log).toContain('permissions:%0A  contents: read');
    expect(log).toContain('%0A  pull-requests: write');
    expect(log).toContain('%0A  actions: read');
    expect(summary).toContain('deployed ✅');
    expect(output).toMatch(/^status<<\S+\ndeployed$/m);
    expect(red).toBe(false);
  });

  it('with GitHub away: summary, one warning, the same result, soon', async () => {
    const { server, github } = await place();
    await server.down();
    const since = Date.now();
    const report = fullReport({ status: 'deployed', warnings: [] });
    const { log, red, output } = await publishes(report, { context: at(server), github });
    expect(Date.now() - since).toBeLessThan(30_000);
    expect(log.match(/^::warning::/gm)).toHaveLength(1);
    expect(log).toContain('GitHub could not be reached');
    expect(output).toMatch(/^comment-url<<(\S+)\n\n\1$/m);
    expect(red).toBe(false);
  });

  it('with a GitHub that never answers: given up within its time', async () => {
    const { server, github } = await place();
    server.addFault({ kind: 'delay', ms: 4_000, times: 50 });
    const since = Date.now();
    const { log } = await publishes(fullReport({ warnings: [] }), { context: at(server), github, patienceMs: 1_000 });
    expect(Date.now() - since).toBeLessThan(15_000);
    expect(log).toContain('GitHub did not answer within 1 s');
  });

  it('goes to every pull request of a push', async () => {
    const { server, github } = await place();
    const other = 'e'.repeat(40);
    server.seedPull({ ...REPO, number: 8, merged: true, mergeCommitSha: other });
    const payload = { ref: 'refs/heads/main', commits: [{ id: other }] };
    await publishes(fullReport(), { context: context(server, payload, { temp: folder }), github });
    expect([7, 8].map((number) => server.comments(REPO.owner, REPO.repo, number).length)).toEqual([1, 1]);
  });
});

describe('a 5 MB diff of 1,000 objects', () => {
  it('is posted within the limits, and says what is missing and where it is', async () => {
    const { server, github } = await place();
    const lines = Array.from({ length: 60 }, (_, n) => `+  line ${n} ${'x'.repeat(80)}`);
    const base = fullDiff([]);
    const objects = Array.from({ length: 1_000 }, (_, n) => {
      return { title: `pearl, big-${n}, ConfigMap (v1) has been added`, change: 'added' as const, noise: false, lines };
    });
    // The longest hidden line there is: its bytes count too.
    const hashes = Array.from({ length: MOST_OBJECTS }, (_, n) => [n.toString(16).padStart(8, '0'), '0123456789']);
    const fingerprint = { count: MOST_OBJECTS, objects: Object.fromEntries(hashes) };
    const diff = base.diff && { ...base.diff, objects, fingerprint };
    const event = { number: 7, pull_request: { number: 7 } };
    const at7 = context(server, event, { temp: folder });
    const { output, summary, log } = await publishes({ ...base, diff }, { context: at7, github });
    const [comment] = server.comments(REPO.owner, REPO.repo, 7);
    expect(JSON.stringify(objects).length).toBeGreaterThan(5_000_000);
    expect(readMarker(comment?.body)?.reviewed?.objects).toEqual(fingerprint.objects);
    expect(Buffer.byteLength(comment?.body ?? '')).toBeLessThanOrEqual(60_000);
    expect(Buffer.byteLength(comment?.body ?? '')).toBeGreaterThan(50_000);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1_000_000);
    expect(comment?.body).toMatch(/_Not all fits here: the diff \(.*\)\._ All of it is in the \[job summary\]/);
    expect(summary).toMatch(/_Not all fits here: the diff \(.*\)\._ All of it is in the JSON report/);
    expect(output).toMatch(/^diff<</m);
    expect(log).not.toMatch(/could not be/);
    expect(server.violations).toEqual([]);
  });
});
