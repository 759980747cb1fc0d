import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, isRunning, recordedIdentity } from './process.ts';

/**
 * Runs `work` while this process alone holds the lock file. A lock whose holder no longer runs is taken over, so a
 * killed holder blocks nobody. `waiting` is called once with the holder's pid when somebody else holds it.
 */
export async function withLock<T>(path: string, waiting: (pid: number) => void, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  // One name per call: two calls in one process exclude each other too.
  const mine = `${path}.${randomUUID()}`;
  writeFileSync(mine, `${process.pid} ${identityOf(process.pid)?.started ?? ''}\n`);
  let told = false;
  let held = false;
  try {
    while (!take(mine, path)) {
      const holder = recordedIdentity(path);
      if (holder !== undefined && isRunning(holder)) {
        if (!told) waiting(holder.pid);
        told = true;
        await sleep(200);
      } else if (holder !== undefined) {
        discardStale(path, `${mine}.stale`);
      }
    }
    held = true;
    return await work();
  } finally {
    if (held) rmSync(path, { force: true });
    rmSync(mine, { force: true });
  }
}

// link() fails when the name exists, and the file is complete the moment it has the name.
function take(mine: string, path: string): boolean {
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

// Two waiters may see the same dead holder: the slower one must not throw away the faster one's fresh lock.
function discardStale(path: string, aside: string): void {
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (isRunning(recordedIdentity(aside))) take(aside, path);
  rmSync(aside, { force: true });
}
