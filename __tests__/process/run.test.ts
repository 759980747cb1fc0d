import { describe, expect, it } from '@jest/globals';
import { run } from '../../src/process/run.ts';

describe('a short command', () => {
  it('gets its input and arguments as they are, and tells what it said', async () => {
    const script = 'cat; printf %s "$1" >&2; exit 3';
    expect(await run('sh', ['-c', script, 'sh', 'a b;$c'], { input: 'line\n' })).toEqual({
      code: 3,
      stdout: 'line\n',
      stderr: 'a b;$c',
    });
    expect(await run('cat', [])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('may end before it has read its input', async () => {
    const input = 'x'.repeat(4 * 1024 * 1024);
    const all = await Promise.all(Array.from({ length: 20 }, () => run('true', [], { input })));
    expect(all.map(({ code }) => code)).toEqual(Array.from({ length: 20 }, () => 0));
  });

  it('throws when it cannot be started', async () => {
    await expect(run('/nowhere/helm', [])).rejects.toThrow('ENOENT');
  });
});
