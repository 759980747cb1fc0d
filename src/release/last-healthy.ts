import { deployed, type Revision } from './history.ts';

/** Every revision that we deploy says so in its description, which Helm stores only when its upgrade succeeded. */
export const DESCRIPTION_PREFIX = 'helm-rollout:';

/** A failure text in the description outweighs the status: a failed upgrade can end up `superseded` (Helm 3 and 4). */
const FAILURE = /\b(failed|failure|context deadline exceeded|timed out)\b/i;

/** How sure we are that the target ran well. */
export type Proof = 'observed' | 'recorded' | 'assumed';

export interface HealthyRevision {
  revision: Revision;
  proof: Proof;
  /** Of its manifest (fingerprintOf): finds another revision that says the same, when Helm has pruned this one. */
  fingerprint?: string;
}

export interface HealthFacts {
  /**
   * What the live objects say of the deployed revision: `healthy`; `broken`, it shows a trouble of its own that does not
   * pass; `unclear`, not looked at, or unhealthy for a reason that may pass (a lost node is no reason to go back further).
   */
  deployedIs?: 'healthy' | 'broken' | 'unclear';
  /** Revisions that must not be chosen, such as the one that just failed. */
  except?: readonly number[];
}

/**
 * The revision to go back to, in this order: the deployed one when its live objects are healthy (`observed`); the newest
 * that we deployed and nobody rolled back from (`recorded`); the newest other one of Helm's good statuses (`assumed`).
 * Undefined when no stored revision qualifies: then nothing is rolled back.
 */
export function lastHealthy(history: readonly Revision[], facts: HealthFacts = {}): HealthyRevision | undefined {
  const current = deployed(history);
  const rejected = new Set([...rolledBackFrom(history), ...(facts.except ?? [])]);
  if (facts.deployedIs === 'broken' && current) rejected.add(current.number);

  const candidates = history.filter((revision) => isCandidate(revision, history) && !rejected.has(revision.number));
  if (facts.deployedIs === 'healthy' && current && !rejected.has(current.number)) {
    return { revision: current, proof: 'observed' };
  }
  const recorded = candidates.findLast((revision) => isOurs(revision, history));
  if (recorded) return { revision: recorded, proof: 'recorded' };
  const assumed = candidates.at(-1);
  return assumed && { revision: assumed, proof: 'assumed' };
}

/** Why a revision is nothing to go back to, in a few words; undefined when it is. */
export function unfitness(revision: Revision, history: readonly Revision[]): string | undefined {
  if (hasFailed(revision, history)) return 'it failed';
  if (!isCandidate(revision, history)) return `it is ${revision.status}`;
  const later = history.find(({ number, rollbackOf }) => {
    return rollbackOf !== undefined && number > revision.number && rollbackOf < revision.number;
  });
  if (!later || !rolledBackFrom(history).includes(revision.number)) return undefined;
  return `revision ${later.number} rolled back from it`;
}

function isCandidate(revision: Revision, history: readonly Revision[]): boolean {
  const goodStatus = revision.status === 'deployed' || revision.status === 'superseded';
  return goodStatus && !hasFailed(revision, history);
}

/** A rollback to a revision that failed repeats what never ran: Helm 4 does that by itself and calls it deployed. */
function hasFailed(revision: Revision, history: readonly Revision[]): boolean {
  if (FAILURE.test(revision.description)) return true;
  const origin = originOf(revision, history);
  return origin !== undefined && hasFailed(origin, history);
}

/** The revision that this one repeats, as far as it is stored. */
export function originOf(revision: Revision, history: readonly Revision[]): Revision | undefined {
  return history.find((other) => other.number === revision.rollbackOf && other.number < revision.number);
}

/** True for what we deployed ourselves; a rollback inherits from the revision that it repeats. */
export function isOurs(revision: Revision, history: readonly Revision[]): boolean {
  if (revision.description.startsWith(DESCRIPTION_PREFIX)) return true;
  const origin = originOf(revision, history);
  return origin !== undefined && isOurs(origin, history);
}

/**
 * The revisions that a later rollback left behind: everything between a rollback and the revision it went back to. A
 * rollback that was itself rolled back from was a mistake, and says nothing of what it left.
 */
function rolledBackFrom(history: readonly Revision[]): number[] {
  const left = new Set<number>();
  for (const rollback of history.toReversed()) {
    const target = rollback.rollbackOf;
    if (target === undefined || rollback.status === 'failed' || left.has(rollback.number)) continue;
    for (const other of history) {
      const between = other.number > target && other.number < rollback.number;
      if (between && !repeats(other, target, history)) left.add(other.number);
    }
  }
  return [...left];
}

/** True when `revision` is itself (a rollback of a rollback of …) the revision `target`. */
function repeats(revision: Revision, target: number, history: readonly Revision[]): boolean {
  if (revision.rollbackOf === undefined) return false;
  if (revision.rollbackOf === target) return true;
  const origin = originOf(revision, history);
  return origin !== undefined && repeats(origin, target, history);
}
