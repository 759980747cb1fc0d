import type { Revision } from '../../src/release/history.ts';

/** A stored revision; its description says what Helm or we wrote. */
export function revision(number: number, status: string, description: string, rollbackOf?: number): Revision {
  return {
    number,
    status,
    description,
    rollbackOf,
    updated: Date.parse('2026-11-23T12:00:00Z') + number * 60_000,
    chart: 'web-1.0.0',
    appVersion: '1',
  };
}

/** One that we deployed. */
export const ours = (number: number, status = 'superseded'): Revision =>
  revision(number, status, `helm-rollout: commit 0123456789ab, run ${number}, by ada`);
/** One that somebody deployed with helm alone. */
export const plain = (number: number, status = 'superseded'): Revision =>
  revision(number, status, number === 1 ? 'Install complete' : 'Upgrade complete');
/** A rollback to another revision. */
export const back = (number: number, to: number, status = 'deployed'): Revision =>
  revision(number, status, `Rollback to ${to}`, to);
/** A failed upgrade; after another revision Helm may call it superseded. */
export const failed = (number: number, status = 'failed'): Revision =>
  revision(number, status, 'Upgrade "web" failed: context deadline exceeded');
