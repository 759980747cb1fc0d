import { latest, type Revision } from './history.ts';
import { type HealthyRevision, isOurs, lastHealthy, originOf, unfitness } from './last-healthy.ts';

/** What a wish for a revision comes to; `same`: it is the current one, which helps only when that has drifted. */
export type Choice = { target: HealthyRevision } | { same: HealthyRevision } | { refused: string };

/**
 * The revision that a rollback goes to. `wanted` as the user wrote it; undefined: the last healthy one before the current,
 * and not one of `except` either (those that say what the current one says). Pure.
 */
export function chooseTarget(
  history: readonly Revision[],
  wanted: string | undefined,
  except: readonly number[] = [],
): Choice {
  const current = latest(history);
  if (!current) return { refused: 'the release has no revision' };
  const same = sameAs(current, history);
  if (wanted === undefined) {
    const target = lastHealthy(history, { except: [...same, ...except] });
    return target ? { target } : { refused: `no healthy revision is stored before revision ${current.number}` };
  }
  if (!/^[1-9]\d{0,8}$/.test(wanted)) return { refused: `"${clipped(wanted)}" is not the number of a revision` };
  const number = Number(wanted);
  const revision = history.find((other) => other.number === number);
  if (!revision) return { refused: missing(number, history) };
  const why = unfitness(revision, history);
  if (why) return { refused: `revision ${number} is no healthy one: ${why}` };
  const chosen: HealthyRevision = { revision, proof: isOurs(revision, history) ? 'recorded' : 'assumed' };
  return same.includes(number) ? { same: chosen } : { target: chosen };
}

/** The revisions that a rollback may go to, newest first. */
export function candidatesOf(history: readonly Revision[]): Revision[] {
  const current = latest(history);
  const same = current ? sameAs(current, history) : [];
  return history
    .filter((revision) => !same.includes(revision.number) && unfitness(revision, history) === undefined)
    .toReversed();
}

/** Itself, what it repeats, and what repeats the same. */
function sameAs(current: Revision, history: readonly Revision[]): number[] {
  const root = rootOf(current, history);
  return history.filter((other) => rootOf(other, history) === root).map(({ number }) => number);
}

function rootOf(revision: Revision, history: readonly Revision[]): number {
  const origin = originOf(revision, history);
  // One that was pruned is still the same root.
  return origin ? rootOf(origin, history) : (revision.rollbackOf ?? revision.number);
}

function missing(number: number, history: readonly Revision[]): string {
  const newest = latest(history)?.number ?? 0;
  if (number > newest) return `there is no revision ${number}: the newest is ${newest}`;
  return `revision ${number} is not stored any more: Helm keeps the newest ones only (history-max)`;
}

function clipped(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}

/** Who deployed a revision and from which commit, as our description says it; a rollback's are its target's. */
export function deploymentOf(revision: Revision, history: readonly Revision[]): { commit: string; by: string } {
  const found = /^helm-rollout: commit ([0-9a-f]{7,40}), run \S*, by (.*)$/.exec(revision.description);
  if (found) return { commit: found[1] ?? '', by: found[2] ?? '' };
  const origin = originOf(revision, history);
  return origin ? deploymentOf(origin, history) : { commit: '', by: '' };
}

/** The commits behind the revisions that a rollback from the newest one to `to` takes back, newest first. */
export function takenBack(history: readonly Revision[], to: number): { revision: number; commit: string }[] {
  const kept = history.find(({ number }) => number === to);
  const good = kept && deploymentOf(kept, history).commit;
  const left = history.filter(({ number, rollbackOf }) => number > to && rollbackOf === undefined).toReversed();
  const named = left.map((revision) => ({
    revision: revision.number,
    commit: deploymentOf(revision, history).commit,
  }));
  return named.filter(({ commit }, at) => {
    return commit !== '' && commit !== good && named.findIndex((other) => other.commit === commit) === at;
  });
}
