import { setTimeout as sleep } from 'node:timers/promises';
import { classifyFailure } from './helm.ts';

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;

/** True for errors that say nothing about the release, only that the API server could not be asked. */
export function isApiTrouble(error: unknown): boolean {
  const text =
    error instanceof Error ? `${error.message}\n${'stderr' in error ? String(error.stderr) : ''}` : String(error);
  return classifyFailure(text) === 'lost-the-api';
}

/**
 * A read that is repeated with back-off and jitter while the API server is away, until `deadline` (ms since 1970).
 * Throws the last error then, and every other error at once. Writes are never repeated this way.
 */
export async function patiently<T>(deadline: number, read: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt) * (0.5 + Math.random() / 2);
      if (!isApiTrouble(error) || Date.now() + delay >= deadline) throw error;
      await sleep(delay);
    }
  }
}
