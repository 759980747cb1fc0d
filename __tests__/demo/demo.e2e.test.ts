import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Report } from '../../src/report/report.ts';
import { status } from '../../testbed/bed.ts';
import { ROOT } from '../e2e/step.ts';

const BED = 'demo-test';
const out = mkdtempSync(path.join(tmpdir(), 'demo-out-'));
const left = (name: string): string => readFileSync(path.join(out, name), 'utf8');
const report = (name: string): Report => JSON.parse(left(name)) as Report;

describe('npm run demo', () => {
  let told = '';
  beforeAll(async () => {
    const args = ['scripts/start.mjs', 'demo/demo.ts', '--name', BED, '--out', out];
    // Rejects, with all that was told, when the demo does not end with 0.
    told = (await promisify(execFile)(process.execPath, args, { cwd: ROOT })).stdout;
  }, 120_000);
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  it('tells the story without colours where no person looks, in lines of at most 100 characters', () => {
    expect(told).toContain('All of it was as told');
    expect(told).not.toContain('\u001b');
    expect(told.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  it('leaves the comment, the summary and the report of the healthy deploy', () => {
    expect(left('1-deployed.comment.md')).toMatch(
      /^<!-- helm-rollout .*\n### ⎈ interface → pearl · deployed ✅ revision 2 /,
    );
    expect(left('1-deployed.summary.md')).toContain('hot-fix replaced');
    expect(report('1-deployed.report.json')).toMatchObject({ status: 'deployed', revision: 2, previousRevision: 1 });
  });

  it('leaves the comment, the summary and the report of the failed deploy', () => {
    expect(left('2-rolled-back.comment.md')).toContain('failed ❌ rolled back to revision 2, verified');
    expect(left('2-rolled-back.summary.md')).toContain(':missing` does not exist');
    expect(report('2-rolled-back.report.json')).toMatchObject({
      status: 'rolled-back',
      rollback: { to: 2, verified: true },
    });
  });

  it('leaves a page with both comments', () => {
    const html = left('index.html');
    expect(html.match(/<h3>.*<\/h3>/g)).toEqual([
      expect.stringContaining('interface → pearl · deployed ✅ revision 2 '),
      expect.stringContaining('failed ❌ rolled back to revision 2, verified'),
    ]);
    expect(html).not.toMatch(/<script|src=|<link/);
  });

  it('takes its test bed down', async () => {
    expect(await status(BED)).toEqual([]);
    expect(existsSync(path.join(ROOT, '.testbed/beds', BED))).toBe(false);
  });
});
