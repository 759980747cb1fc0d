import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { podStages } from '../../testbed/stages/build.ts';

const folder = join(import.meta.dirname, '../../testbed/stages');

describe('the stage pack', () => {
  it('pods.yaml is what build.ts writes', () => {
    expect(readFileSync(join(folder, 'pods.yaml'), 'utf8')).toBe(podStages());
  });

  it('names only log files that are there, and two that never are', () => {
    const files = readdirSync(join(folder, 'logs'));
    const template = readFileSync(join(folder, 'source/logs.gotmpl'), 'utf8');
    expect(template).toContain('"no-previous"');
    for (const name of ['access', 'crash', 'oom', 'flaky', 'unready']) expect(files).toContain(`${name}.txt`);
    for (const name of ['no-previous', 'not-started']) expect(files).not.toContain(`${name}.txt`);
  });

  it('every log line is in the format of the CRI', () => {
    for (const file of readdirSync(join(folder, 'logs'))) {
      for (const line of readFileSync(join(folder, 'logs', file), 'utf8')
        .trimEnd()
        .split('\n')) {
        expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z (stdout|stderr) F /);
      }
    }
  });
});
