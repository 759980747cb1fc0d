import { describe, expect, it } from '@jest/globals';
import { run, runWithin } from '../../src/process/run.ts';

const node = process.execPath;

describe('a call', () => {
  it('gives output, exit code and standard input like any other', async () => {
    const script =
      'process.stdin.on("data", (d) => { console.log("got " + d); console.error("e"); process.exitCode = 3; })';
    const output = await runWithin(20_000)(node, ['-e', script], { input: 'secret' });
    expect(output).toEqual({ code: 3, stdout: 'got secret\n', stderr: 'e\n' });
  });

  it('outlives a command that ends without reading', async () => {
    const outputs = Array.from({ length: 8 }, () =>
      run(node, ['-e', 'process.exit(7)'], { input: 'x'.repeat(1_000_000) }),
    );
    expect((await Promise.all(outputs)).map(({ code }) => code)).toEqual(Array(8).fill(7));
  });

  it('ends one that takes too long, and says so', async () => {
    const output = await runWithin(300)(node, ['-e', 'setInterval(() => {}, 1000)']);
    expect(output).toMatchObject({ code: 124, stderr: '\nError: no answer within 0.3 s\n' });
  });

  it('refuses a command that is none', async () => {
    await expect(runWithin(1_000)('/nowhere/helm', [])).rejects.toThrow('ENOENT');
    await expect(run('no-such-program', [])).rejects.toThrow('no-such-program was not found on PATH');
  });
});
