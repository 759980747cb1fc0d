import type { ObjectRef } from '../kubernetes/object.ts';
import { type Fingerprint, MOST_OBJECTS, type Print } from './fingerprint.ts';

/** How what is deployed compares with what the pull request's diff showed. */
export interface Comparison {
  /** `not-compared`: nothing is claimed; `why` says it. */
  state: 'as-reviewed' | 'differs' | 'not-compared';
  why: string;
  /** Objects that are not as reviewed. */
  except: { ref: ObjectRef; change: 'added' | 'changed' }[];
  /** Objects that were reviewed and are not rendered any more; the comment holds no names. */
  missing: number;
  /** Objects that two renders of the same input give differently: no deploy of theirs can be as reviewed. */
  random: number;
  /** Secrets, whose contents are not compared. */
  secrets: number;
}

/**
 * Compares the reviewed render with two renders of what is deployed now, object by object. Pure. Objects in which those two differ
 * are set aside and counted; one with a random name too, and as many that are missing.
 */
export function compareReviewed(reviewed: Fingerprint, first: readonly Print[], second: readonly Print[]): Comparison {
  const secrets = first.filter(({ ref }) => ref.kind === 'Secret').length;
  const nothing = { except: [], missing: 0, random: 0, secrets };
  const then = reviewed.objects;
  if (!then || first.length > MOST_OBJECTS) {
    const count = Math.max(reviewed.count, first.length);
    return { ...nothing, state: 'not-compared', why: `${count} objects are more than the comment can keep` };
  }
  const again = new Map(second.map(({ key, content }) => [key, content]));
  const [stable, random] = split(first, ({ key, content }) => again.get(key) === content);
  const except = stable.flatMap(({ ref, key, content }): Comparison['except'] => {
    if (!Object.hasOwn(then, key)) return [{ ref, change: 'added' }];
    return then[key] === content ? [] : [{ ref, change: 'changed' }];
  });
  const now = new Set(first.map(({ key }) => key));
  const gone = Object.keys(then).filter((key) => !now.has(key)).length;
  // A random name is a new one each time: it was another when it was reviewed.
  const renamed = random.filter(({ key }) => !Object.hasOwn(then, key)).length;
  const missing = Math.max(0, gone - renamed);
  const state = except.length === 0 && missing === 0 ? 'as-reviewed' : 'differs';
  return { state, why: '', except, missing, random: random.length, secrets };
}

function split<Item>(items: readonly Item[], holds: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(holds), items.filter((item) => !holds(item))];
}
