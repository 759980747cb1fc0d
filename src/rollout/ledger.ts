import type { Signal } from './signals.ts';

/** Since when a signal stands and how often its attempt failed. */
export interface Entry {
  /** ms since 1970, by our clock, when it was first seen. */
  since: number;
  attempts: number;
  /** ms since 1970, when its newest attempt was first seen to have failed. */
  attemptAt: number;
  reason: string;
}

/** The memory between two pictures; a plain value, replaced and never changed. */
export type Ledger = ReadonlyMap<string, Entry>;

export const EMPTY_LEDGER: Ledger = new Map();

/** The ledger's key of a signal: one rule on one container of one object. */
export function entryKey(signal: Signal): string {
  return `${signal.rule}|${signal.uid}|${signal.container ?? ''}`;
}

/**
 * The ledger after another look: new signals are entered, standing ones kept with their first time, gone ones dropped.
 * A pull that goes from its back-off to an error again is another failing attempt.
 */
export function remember(ledger: Ledger, signals: readonly Signal[], now: number): Ledger {
  const next = new Map<string, Entry>();
  for (const signal of signals) {
    const known = ledger.get(entryKey(signal));
    const again = known?.reason === 'ImagePullBackOff' && signal.reason === 'ErrImagePull';
    next.set(entryKey(signal), {
      since: known?.since ?? now,
      attempts: (known?.attempts ?? 1) + (again ? 1 : 0),
      attemptAt: again ? now : (known?.attemptAt ?? now),
      reason: signal.reason,
    });
  }
  return next;
}

/**
 * When the last of so many failing attempts was seen, in ms since 1970; Infinity while there were fewer.
 * Containers of one pod that fail side by side are one attempt, other pods are others.
 */
export function attemptsReached(ledger: Ledger, signals: readonly Signal[], wanted: number): number {
  const entries = signals.flatMap((signal) => ledger.get(entryKey(signal)) ?? []);
  const ofPod = (group: readonly Signal[]): number =>
    Math.max(...group.map((signal) => ledger.get(entryKey(signal))?.attempts ?? 0));
  const pods = Map.groupBy(signals, (signal) => signal.uid);
  const seen = Array.from(pods.values(), ofPod).reduce((sum, attempts) => sum + attempts, 0);
  return seen >= wanted ? Math.max(...entries.map(({ attemptAt }) => attemptAt)) : Number.POSITIVE_INFINITY;
}
