import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { status } from '../../testbed/bed.ts';
import { drawHelms, seeded } from '../e2e/draw.ts';
import { ROOT } from '../e2e/step.ts';

const BED = 'pearl-test';
const { seed, random } = seeded();

describe.each(drawHelms(random))(`npm run pearl, with %s (seed ${seed})`, (helm) => {
  const out = mkdtempSync(path.join(tmpdir(), 'pearl-out-'));
  let told = '';
  beforeAll(async () => {
    const args = ['scripts/start.mjs', 'pearl/pearl.ts', '--name', BED, '--out', out, '--helm', helm.slice(-1)];
    // Rejects, with all that was told, when the plan is not done at the end.
    told = (await promisify(execFile)(process.execPath, args, { cwd: ROOT })).stdout;
  }, 400_000);
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  it('ticks every line of the gap table and of the definition of done', () => {
    expect(told.match(/\[x\]/g)).toHaveLength(6 + 8);
    expect(told).not.toContain('[ ]');
    expect(told).toContain('The plan is done');
  });

  it('adopted, compared and deployed each system, and left what was said', () => {
    const steps = readdirSync(out).filter((name) => name.endsWith('.report.json'));
    for (const system of ['redis', 'mesh', 'interface', 'dashboard', 'pipecat-daily-bot']) {
      const own = steps
        .filter((name) => name.includes(`-${system}-`))
        .map((name) => /([a-z]+)\.report/.exec(name)?.[1]);
      const journey = ['audit', 'drift', 'deploy', 'diff', 'deploy'];
      const end = ['drift', 'diff', 'audit'];
      const between = system === 'interface' ? ['deploy'] : [];
      expect({ system, own }).toEqual({ system, own: [...journey, ...between, ...end] });
    }
  });

  it('takes its test bed down', async () => {
    expect(await status(BED)).toEqual([]);
  });
});
