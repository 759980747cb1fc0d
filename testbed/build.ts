import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { withLock } from './lock.ts';
import { type Part, parts } from './parts.ts';

/** Takes progress text as it is: a line may come in pieces. */
export type Log = (text: string) => void;

const modules = join(import.meta.dirname, 'go');
const oldestGo = [1, 26] as const;

/** Folder of the built programs: HELM_ROLLOUT_CACHE, else XDG_CACHE_HOME, else ~/.cache, each with /helm-rollout/bin. */
export function cacheFolder(): string {
  const base = process.env.HELM_ROLLOUT_CACHE || process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(base, 'helm-rollout', 'bin');
}

/** Where the built program of a part lives: the path changes with everything that changes the program. */
export function cachedPath(part: Part): string {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(modules, part.module, file)));
  hash.update(JSON.stringify([part.package, part.ldflags, process.platform, process.arch]));
  return join(cacheFolder(), `${part.name}-${part.version}-${hash.digest('hex').slice(0, 8)}`, part.name);
}

/** Builds what is missing, one progress line per part. Throws with what to do when Go is missing, old, or fails. */
export async function buildMissing(log: Log): Promise<void> {
  const missing = parts.filter((part) => !isExecutable(cachedPath(part)));
  if (missing.length === 0) return;
  const problem = goProblem();
  if (problem !== undefined) throw new Error(missingBinariesText(problem, missing));
  for (const part of missing) {
    const path = cachedPath(part);
    const waiting = (pid: number) => log(`waiting for process ${pid}, which builds ${part.name}\n`);
    await withLock(`${dirname(path)}.lock`, waiting, async () => {
      if (!isExecutable(path)) await build(part, path, log);
    });
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Why Go cannot be used, as the start of a sentence; undefined when it can. */
export function goProblem(): string | undefined {
  // The installed Go itself: by default it would first try to download the version that a go.mod around it names.
  const env = { ...process.env, GOTOOLCHAIN: 'local' };
  const answer = spawnSync('go', ['version'], { encoding: 'utf8', env });
  const wanted = oldestGo.join('.');
  if (answer.error !== undefined) return `Go is not on the PATH (Go ${wanted} or newer is needed)`;
  const [, major, minor] = /\bgo(\d+)\.(\d+)/.exec(answer.stdout) ?? [];
  if (major === undefined)
    return `"go version" did not name a version (it said: ${(answer.stdout + answer.stderr).trim()})`;
  const old = Number(major) < oldestGo[0] || (Number(major) === oldestGo[0] && Number(minor) < oldestGo[1]);
  return old ? `Go ${major}.${minor} is too old (Go ${wanted} or newer is needed)` : undefined;
}

function missingBinariesText(problem: string, missing: Part[]): string {
  const paths = missing.map((part) => `  ${cachedPath(part)}`).join('\n');
  return `The test bed's programs cannot be built: ${problem}. Install it from https://go.dev/dl, or put built programs here:\n${paths}`;
}

async function build(part: Part, path: string, log: Log): Promise<void> {
  const began = Date.now();
  log(`building ${part.name} ${part.version} … `);
  const temporary = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  const ldflags = ['-s -w', ...part.ldflags].join(' ');
  const args = ['build', '-mod=readonly', '-trimpath', '-ldflags', ldflags, '-o', temporary, part.package];
  const { code, output } = await goBuild(args, join(modules, part.module));
  if (code !== 0) {
    log('failed\n');
    rmSync(temporary, { force: true });
    const tail = output.trimEnd().split('\n').slice(-20).join('\n');
    throw new Error(`Building ${part.name} ${part.version} failed (go build in testbed/go/${part.module}):\n${tail}`);
  }
  renameSync(temporary, path);
  log(`${Math.round((Date.now() - began) / 1000)} s\n`);
}

function goBuild(args: string[], cwd: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    // A go.work or GOFLAGS of the user's own must not change what is built.
    const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' };
    const child = spawn('go', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
