import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const BUNDLE = path.resolve('__tests__/process/bundle.ts');
export const folder = mkdtempSync(path.join(tmpdir(), 'process-'));
export const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });

let count = 0;

/** A shell script; `$OUT` in it is a file of its own, which `read` reads. */
export function script(body: string): { file: string; read: () => string } {
  count += 1;
  const out = path.join(folder, `out-${count}`);
  const file = path.join(folder, `script-${count}`);
  writeFileSync(out, '');
  writeFileSync(file, `#!/bin/sh\nOUT=${out}\n${body}\n`, { mode: 0o700 });
  return { file, read: () => readFileSync(out, 'utf8').trim() };
}

/** Waits until something holds; fails after so many ms. */
export async function until(holds: () => boolean, what: string, ms = 20_000): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(10)) if (holds()) return;
  throw new Error(`waited in vain for ${what}`);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = `/proc/${pid}/status`;
  // One that has ended and was not waited for yet is not alive; where there is no /proc nobody can tell.
  return !existsSync(status) || !/^State:\tZ/m.test(readFileSync(status, 'utf8'));
}
