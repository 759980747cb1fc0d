import type { Leaf } from './values.ts';
import type { ScalarValue } from './yaml-edit.ts';

/** One value and what it would have to be. */
export interface ValueChange {
  leaf: Leaf;
  value: ScalarValue;
  /** The value is not there yet. */
  adds?: boolean;
}

/** Values that may make a field say `live`, best first; each is a set of values to change together. Only a render tells. */
export type Proposal = readonly ValueChange[];

interface Goal {
  /** What the field says with the values as they are, and what it is to say. */
  now: string;
  live: string;
  /** The field's name: values that are called like it come first. */
  field: string;
}

/** A combination of several values is tried so often at the most. */
const MOST_PAIRS = 12;

/** The proposals for one field, from the values whose text occurs in it. */
export function proposals(leaves: readonly Leaf[], goal: Goal): Proposal[] {
  const single = leaves.flatMap((leaf) => substitutions(leaf, goal));
  const ranked = single.toSorted((a, b) => rank(b, goal) - rank(a, goal)).map((change) => [change]);
  return [...ranked, ...(goal.field === 'image' ? imagePairs(leaves, goal) : [])];
}

/** What the value would have to be, for every place where its text stands in the field and the rest fits. */
function substitutions(leaf: Leaf, { now, live }: Goal): ValueChange[] {
  const text = String(leaf.value);
  if (text === '') return [];
  const found: ValueChange[] = [];
  for (let at = now.indexOf(text); at >= 0; at = now.indexOf(text, at + 1)) {
    const [before, after] = [now.slice(0, at), now.slice(at + text.length)];
    if (live.length < before.length + after.length || !live.startsWith(before) || !live.endsWith(after)) continue;
    const wanted = live.slice(before.length, live.length - after.length);
    // An empty value makes a chart fall back to something else.
    if (wanted !== '' && wanted !== text) found.push({ leaf, value: typed(wanted, leaf.value) });
  }
  return found;
}

/** Where repository and tag both change, one value alone cannot do it. */
function imagePairs(leaves: readonly Leaf[], { now, live }: Goal): Proposal[] {
  const [a, b] = [partsOf(now), partsOf(live)];
  if (a.repository === b.repository || a.version === b.version) return [];
  const saying = (parts: (readonly [string, string])[]): ValueChange[] =>
    parts.flatMap(([old, next]) =>
      old === '' || next === ''
        ? []
        : leaves.filter(({ value }) => String(value) === old).map((leaf) => ({ leaf, value: typed(next, leaf.value) })),
    );
  const [hostA = '', ...restA] = a.repository.split('/');
  const [hostB = '', ...restB] = b.repository.split('/');
  const repositories: ValueChange[][] = saying([[a.repository, b.repository]]).map((change) => [change]);
  const paths = saying([[restA.join('/'), restB.join('/')]]);
  const hosts = saying([[hostA, hostB]]);
  if (hostA === hostB) repositories.push(...paths.map((change) => [change]));
  else if (restA.join('/') === restB.join('/')) repositories.push(...hosts.map((change) => [change]));
  else repositories.push(...paths.flatMap((change) => hosts.map((host) => [change, host])));
  const versions = saying([[a.version, b.version]]);
  return repositories.flatMap((repository) => versions.map((version) => [...repository, version])).slice(0, MOST_PAIRS);
}

/** `host/path` and `tag` (with its digest): the colon of a port stands before a slash. */
function partsOf(image: string): { repository: string; version: string } {
  const [, repository = image, version = ''] = /^(.+?)(?::([^/:@]+(?:@.+)?)|@.+)?$/.exec(image) ?? [];
  return { repository, version };
}

/** A number stays a number, as far as it can. */
function typed(text: string, old: ScalarValue): ScalarValue {
  if (typeof old === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return typeof old === 'number' && text.trim() !== '' && String(Number(text)) === text ? Number(text) : text;
}

const NAMED: Record<string, RegExp> = { image: /image|tag|version|repository/i, replicas: /replica/i };

/** A value that is the whole field, or a long part of it, or called like it, is the likelier one. */
function rank({ leaf }: ValueChange, { now, field }: Goal): number {
  const text = String(leaf.value);
  const path = leaf.path.join('.').toLowerCase();
  const alike = (NAMED[field] ?? new RegExp(field.replace(/[^A-Za-z0-9]/g, '.'), 'i')).test(path);
  return (alike ? 1_000_000 : 0) + (text === now ? 1_000 : 0) + text.length;
}
