import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A running process that belongs to a step. */
export interface Found {
  pid: number;
  args: string[];
}

/** The processes whose command line names this step's folder: its guards, helm, kubectl. Zombies are gone. Linux only. */
export function processesOf(step: { folder: string }): Found[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const args = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
        return args.some((arg) => arg.includes(step.folder)) ? [{ pid: Number(name), args }] : [];
      } catch {
        return [];
      }
    });
}

/** The helm process itself, not its guard. */
export function helmOf(step: { folder: string }): Found | undefined {
  return processesOf(step).find(
    ({ args }) => args[0]?.endsWith('/bin/helm') && ['upgrade', 'rollback'].includes(args[1] ?? ''),
  );
}

/** Sends SIGKILL to processes that may end at the same moment. */
export function killAll(found: readonly Found[]): void {
  for (const { pid } of found) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It was faster.
    }
  }
}

/** Waits until the condition holds; throws with `what` when it does not within `ms`. */
export async function until(what: string, ms: number, condition: () => boolean): Promise<void> {
  const end = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`${what}: not within ${ms} ms`);
    await sleep(50);
  }
}
