import { spawn } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { start } from '../../src/process/child.ts';
import { inherited, run } from '../../src/process/run.ts';
import { BUNDLE, isAlive, removeFolder, script, until } from './scripts.ts';

jest.setTimeout(60_000);
const before = process.argv[1];
const LOOP = 'while :; do sleep 0.05; done';
const pids: number[] = [];

beforeAll(() => {
  process.argv[1] = BUNDLE;
});
afterEach(() => {
  for (const pid of pids.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
});
afterAll(() => {
  process.argv[1] = before ?? '';
  removeFolder();
});

/** The pids that a script has written: its own first, then its parent's. */
async function pidsOf(read: () => string): Promise<[number, number]> {
  await until(() => read().split(' ').length > 1, 'the pids');
  const [own = 0, parent = 0] = read().split(/\s+/).map(Number);
  pids.push(own, parent);
  return [own, parent];
}

describe('a long command', () => {
  it.each([
    ['exit 0', 0],
    ['exit 3', 3],
    ['kill -TERM $$', 143],
    ['kill -KILL $$', 137],
  ])('%s ends with %d', async (body, code) => {
    expect((await start(script(body).file, []).ended).code).toBe(code);
  });

  it('that cannot be started ends with 127 and says why', async () => {
    const { code, stderr } = await start('/no/such/command', []).ended;
    expect(code).toBe(127);
    expect(stderr).toBe('/no/such/command could not be started: spawn /no/such/command ENOENT\n');
  });

  it('gets its arguments as they are', async () => {
    const { file } = script('for one in "$@"; do echo "<$one>"; done');
    const { stdout } = await start(file, ['a b', '$HOME', '', "it's", '--set=x=1,y=2']).ended;
    expect(stdout).toBe("<a b>\n<$HOME>\n<>\n<it's>\n<--set=x=1,y=2>\n");
  });

  it('gives its lines as they come, the last one too when it has no end, and all of both outputs at the end', async () => {
    const lines: string[] = [];
    const { file } = script(
      'printf "o"; sleep 0.1; printf "ne\\r\\n\\ntw\\303"; sleep 0.1; printf "\\266\\n"; echo err >&2; sleep 0.1; printf last >&2',
    );
    const child = start(file, [], { onLine: (line) => lines.push(line) });
    await until(() => lines.length > 0, 'the first line');
    expect(lines[0]).toBe('one');
    const { stdout, stderr } = await child.ended;
    expect(lines).toEqual(['one', '', 'twö', 'err', 'last']);
    expect([stdout, stderr]).toEqual(['one\r\n\ntwö\n', 'err\nlast']);
  });

  it('has the environment of this process, without inputs and HELM_DEBUG, and what is given', async () => {
    const extra = {
      INPUT_VALUES: 'secret',
      'INPUT_KUBE-CONTEXT': 'x',
      HELM_DEBUG: 'true',
      HELM_KUBETOKEN: 't',
      KEPT: 'yes',
    };
    Object.assign(process.env, extra);
    const { stdout } = await start('/usr/bin/env', [], { env: { GIVEN: '1', KEPT: 'mine' } }).ended;
    for (const name of Object.keys(extra)) delete process.env[name];
    expect(stdout).toMatch(/^GIVEN=1$/m);
    expect(stdout).toMatch(/^KEPT=mine$/m);
    expect(stdout).toMatch(/^PATH=./m);
    expect(stdout).not.toMatch(/^(INPUT_|HELM_DEBUG|HELM_KUBE)/m);
  });
});

describe('a signal', () => {
  it('reaches the command, which may end in its own way', async () => {
    const { file, read } = script(`trap 'echo INT >>$OUT; exit 7' INT\necho ready >>$OUT\n${LOOP}`);
    const child = start(file, []);
    await until(() => read() === 'ready', 'the script');
    child.signal('SIGINT');
    expect((await child.ended).code).toBe(7);
    expect(read()).toBe('ready\nINT');
  });

  it('that is ignored ends nothing, the next may', async () => {
    const { file, read } = script(`trap 'echo INT >>$OUT' INT\necho ready >>$OUT\n${LOOP}`);
    const child = start(file, []);
    await until(() => read() === 'ready', 'the script');
    child.signal('SIGINT');
    await until(() => read() === 'ready\nINT', 'the first signal');
    child.signal('SIGTERM');
    expect((await child.ended).code).toBe(143);
  });

  it('that comes before the command has begun leaves nothing behind', async () => {
    const { file, read } = script(`echo $$ >>$OUT\n${LOOP}`);
    const child = start(file, []);
    child.signal('SIGINT');
    const { code } = await child.ended;
    expect(code).toBe(130);
    const pid = Number(read());
    expect(pid === 0 || !isAlive(pid)).toBe(true);
  });
});

describe('nothing outlives the action', () => {
  const action = (file: string) => spawn(process.execPath, [BUNDLE, 'run', file], { stdio: 'ignore' });

  it('when it gets SIGKILL: the command is asked to stop', async () => {
    const { file, read } = script(`trap 'echo INT >>$OUT; exit 0' INT\necho "$$ $PPID" >>$OUT\n${LOOP}`);
    const parent = action(file);
    const [command, guard] = await pidsOf(read);
    parent.kill('SIGKILL');
    await until(() => !isAlive(command) && !isAlive(guard), 'the end of command and guard');
    expect(read()).toBe(`${command} ${guard}\nINT`);
  });

  it('when it gets SIGKILL and the command ignores SIGINT: the command is killed after 2 s', async () => {
    const { file, read } = script(`trap '' INT\necho "$$ $PPID" >>$OUT\n${LOOP}`);
    const parent = action(file);
    const [command, guard] = await pidsOf(read);
    const begin = Date.now();
    parent.kill('SIGKILL');
    await until(() => !isAlive(command) && !isAlive(guard), 'the end of command and guard');
    expect(Date.now() - begin).toBeGreaterThan(1_800);
    expect(Date.now() - begin).toBeLessThan(10_000);
  });

  it('when somebody kills the guard: the command is killed at once', async () => {
    const { file, read } = script(`trap '' INT TERM\necho "$$ $PPID" >>$OUT\n${LOOP}`);
    const child = start(file, []);
    const [command, guard] = await pidsOf(read);
    process.kill(guard, 'SIGKILL');
    expect((await child.ended).code).toBe(137);
    await until(() => !isAlive(command), 'the end of the command', 1_000);
  });
});

describe('a short command', () => {
  it('gives code and outputs; a failure is a value', async () => {
    const { file } = script('cat; echo "$1" >&2; exit 4');
    expect(await run(file, ['a "b" $c'], { input: 'typed' })).toEqual({
      code: 4,
      stdout: 'typed',
      stderr: 'a "b" $c\n',
    });
  });

  it('may end without reading what it is given, or find nothing to read', async () => {
    const deaf = script('exec <&-; exit 3');
    const input = 'x'.repeat(1_000_000);
    const codes = await Promise.all(Array.from({ length: 8 }, async () => (await run(deaf.file, [], { input })).code));
    expect(codes).toEqual(Array(8).fill(3));
    expect(await run('cat', [])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('is at its end although something that it left behind holds its outputs open', async () => {
    const { file } = script('echo said; sleep 20 & exit 5');
    const began = Date.now();
    expect(await run(file, [])).toEqual({ code: 5, stdout: 'said\n', stderr: '' });
    expect(Date.now() - began).toBeLessThan(15_000);
  });

  it('that cannot be started is an error', async () => {
    await expect(run('/no/such/command', [])).rejects.toThrow('/no/such/command');
  });

  it('has no inputs in its environment', () => {
    expect(inherited({ INPUT_VALUES: 's', HELM_DEBUG: '1', HELM_KUBECONTEXT: 'x', A: 'a', GONE: undefined })).toEqual({
      A: 'a',
    });
  });
});
