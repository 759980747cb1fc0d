import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

type Answer = { code: number | null; stdout: string; stderr: string };

const script = join(import.meta.dirname, '..', '..', 'scripts', 'start.mjs');
const locked = {
  '': {},
  'node_modules/node': { version: '24.0.0' },
  'node_modules/other-os': { version: '1.0.0', optional: true },
};
const installed = { 'node_modules/node': { version: '24.0.0' } };
let root = '';

/** A checkout in miniature: its npm only says that it ran, and leaves what a real `npm ci` leaves. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'start-'));
  for (const folder of ['scripts', 'bin', 'node_modules/.bin']) mkdirSync(join(root, folder), { recursive: true });
  copyFileSync(script, join(root, 'scripts', 'start.mjs'));
  symlinkSync(process.execPath, join(root, 'node_modules', '.bin', 'node'));
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: locked }));
  writeInstalled(installed);
  writeFileSync(join(root, 'bin', 'npm'), '#!/bin/sh\necho "npm $1 ran"\nexit $NPM_EXIT\n');
  chmodSync(join(root, 'bin', 'npm'), 0o755);
  writeFileSync(
    join(root, 'program.ts'),
    'const code: number = Number(process.argv[2]);\nconsole.log("program ran");\nprocess.exit(code);\n',
  );
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function writeInstalled(packages: object): void {
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));
}

function start(
  args: string[],
  env: NodeJS.ProcessEnv = {},
  onOutput?: (kill: (signal: NodeJS.Signals) => void) => void,
) {
  const path = `${join(root, 'bin')}:${process.env.PATH}`;
  const child = spawn(process.execPath, [join(root, 'scripts', 'start.mjs'), ...args], {
    env: { ...process.env, PATH: path, NPM_EXIT: '0', ...env },
  });
  const answer: Answer = { code: null, stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      answer[name] += text;
      if (name === 'stdout') onOutput?.((signal) => void child.kill(signal));
    });
  }
  return new Promise<Answer>((resolve) => child.on('close', (code) => resolve({ ...answer, code })));
}

describe('scripts/start.mjs', () => {
  it('runs the program without installing when node_modules agrees, and passes its exit code on', async () => {
    const answer = await start(['program.ts', '7']);
    expect(answer).toMatchObject({ code: 7, stdout: 'program ran\n' });
    expect(answer.stderr).not.toContain('npm');
  });

  it('installs first, off stdout, when a locked version is not the installed one', async () => {
    writeInstalled({ 'node_modules/node': { version: '23.0.0' } });
    const answer = await start(['program.ts', '0']);
    expect(answer.stderr).toContain('node_modules is out of date: running npm ci\nnpm ci ran\n');
    expect(answer).toMatchObject({ code: 0, stdout: 'program ran\n' });
  });

  it('says that the install failed and does not go on', async () => {
    rmSync(join(root, 'node_modules'), { recursive: true });
    const answer = await start(['program.ts', '0'], { NPM_EXIT: '3' });
    expect(answer.stderr).toContain('node_modules is missing: running npm ci');
    expect(answer.stderr).toContain('npm ci failed with exit code 3');
    expect(answer).toMatchObject({ code: 1, stdout: '' });
  });

  it('forwards a signal and ends as the program ends', async () => {
    const lines = [
      'process.on("SIGTERM", () => process.exit(42));',
      'setInterval(() => undefined, 1000);',
      'console.log("up");',
    ];
    writeFileSync(join(root, 'waits.ts'), lines.join('\n'));
    const answer = await start(['waits.ts'], {}, (kill) => kill('SIGTERM'));
    expect(answer.code).toBe(42);
  });

  it('refuses an old Node in one sentence', async () => {
    const preload = join(root, 'old.mjs');
    writeFileSync(preload, 'Object.defineProperty(process.versions, "node", { value: "18.20.0" });\n');
    const answer = await start(['program.ts', '0'], { NODE_OPTIONS: `--import=${preload}` });
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('Node 18.20.0 is too old: this project starts from Node 20 or newer.');
  });
});
