import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process named so that another one that later gets the same pid is not taken for it. */
export type Identity = { pid: number; started: string };

/** What `spawnRecorded` needs to know. */
export type Launch = { command: string; args: string[]; cwd: string; home: string; log: string; pidFile: string };

// The process writes its own identity before it becomes the program: an `up` that is killed between the two calls
// leaves nothing that the next one cannot find. Linux: field 22 of /proc/<pid>/stat (man 5 proc); macOS: ps.
const recordThenExec = `
if [ -r /proc/$$/stat ]; then started=$(cut -d' ' -f22 /proc/$$/stat); else started=$(LC_ALL=C ps -o lstart= -p $$); fi
printf '%s %s\\n' "$$" "$started" >"$0.new" && mv "$0.new" "$0" && exec "$@"`;

/** Starts a program detached from this one (it outlives it), its output appended to `log`, its identity in `pidFile`. */
export function spawnRecorded(launch: Launch): void {
  const log = openSync(launch.log, 'a', 0o600);
  const args = ['-c', recordThenExec, launch.pidFile, launch.command, ...launch.args];
  // Nothing else of the caller's environment: etcd, kwok and Go's proxy settings all listen to variables and home files.
  const env = { PATH: process.env.PATH, HOME: launch.home, TMPDIR: process.env.TMPDIR };
  const child = spawn('/bin/sh', args, { cwd: launch.cwd, env, detached: true, stdio: ['ignore', log, log] });
  child.unref();
  closeSync(log);
}

/** The identity written by `spawnRecorded`; undefined when there is none (yet). */
export function recordedIdentity(pidFile: string): Identity | undefined {
  try {
    const [pid, ...started] = readFileSync(pidFile, 'utf8').trim().split(/\s+/);
    return pid === undefined ? undefined : { pid: Number(pid), started: started.join(' ') };
  } catch {
    return undefined;
  }
}

/** Who runs under this pid now; undefined when nobody does. A zombie is nobody: not every container's init reaps. */
export function identityOf(pid: number): Identity | undefined {
  try {
    if (process.platform !== 'linux') return identityFromPs(pid);
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name may hold spaces and parentheses: count the fields from behind its last ')'.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : { pid, started: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

function identityFromPs(pid: number): Identity | undefined {
  const env = { ...process.env, LC_ALL: 'C' };
  const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { env, encoding: 'utf8' });
  const [state, ...started] = line.trim().split(/\s+/);
  return state === undefined || state.startsWith('Z') ? undefined : { pid, started: started.join(' ') };
}

/** True while exactly this process runs: same pid and same start time. */
export function isRunning(identity: Identity | undefined): boolean {
  return identity !== undefined && identityOf(identity.pid)?.started === identity.started;
}

/** Ends the processes that are still ours: `signal` first, SIGKILL after `grace` ms. Resolves when all are gone. */
export async function end(identities: Identity[], signal: NodeJS.Signals, grace: number): Promise<void> {
  send(identities, signal);
  if (await gone(identities, grace)) return;
  send(identities, 'SIGKILL');
  if (await gone(identities, 10_000)) return;
  const left = identities.filter(isRunning).map((identity) => identity.pid);
  throw new Error(`Processes ${left.join(', ')} are still there 10 s after SIGKILL. Look at them with ps.`);
}

function send(identities: Identity[], signal: NodeJS.Signals): void {
  for (const identity of identities.filter(isRunning)) {
    try {
      process.kill(identity.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

async function gone(identities: Identity[], milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (identities.some(isRunning)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}
