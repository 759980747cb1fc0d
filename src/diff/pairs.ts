import type { KubeObject } from '../kubernetes/object.ts';
import { visible } from './canonical.ts';
import {
  DiffInputError,
  isTest,
  type ParseCache,
  type ReadOptions,
  type Rendered,
  readValues,
  rendered,
  type Source,
  scopesOf,
} from './documents.ts';
import { at, equal } from './values.ts';

/** The same object before and after. Raw: it may hold Secret values and must not leave this folder. */
export interface Pair {
  old?: Rendered;
  now?: Rendered;
  change: 'added' | 'removed' | 'changed' | 'unchanged';
  /** Leaves the release but stays in the cluster: it is annotated `helm.sh/resource-policy: keep`. */
  kept: boolean;
}

/** The texts of a release on both sides. */
export interface Texts {
  old: string;
  oldHooks: string;
  new: string;
  newHooks: string;
  crds?: { old: string; new: string; isUpgrade?: boolean };
}

/** The pairs, and the documents of the old release that name an object a second time. */
export interface Pairs {
  pairs: Pair[];
  repeated: Rendered[];
}

/** Matches the objects of both sides. Throws DiffInputError for text that is no manifest, and for an object given twice. */
export function pairObjects(texts: Texts, namespace: string): Pairs {
  const cache: ParseCache = new Map();
  const side = (name: 'old' | 'new', manifest: string, hooks: string): Rendered[] => {
    const parts: [Source, string, string][] = [
      ['crds', `the ${name} CRDs`, texts.crds?.[name] ?? ''],
      ['manifest', `the ${name} manifest`, manifest],
      ['hooks', `the ${name} hooks`, hooks],
    ];
    return readSide(parts, namespace, cache);
  };
  const repeated: Rendered[] = [];
  const old = keyed(side('old', texts.old, texts.oldHooks), (_first, second) => repeated.push(second));
  const now = keyed(side('new', texts.new, texts.newHooks), refuse);
  return { pairs: matched(old, now), repeated };
}

function readSide(parts: [Source, string, string][], namespace: string, cache: ParseCache): Rendered[] {
  const read = parts.map(([source, name, text]) => {
    const options: ReadOptions = { name, source, cache };
    return { source, values: readValues(text, options) };
  });
  const scopes = scopesOf(read.flatMap(({ values }) => values));
  const all = read.flatMap(({ source, values }) => values.map((value) => rendered(value, source, namespace, scopes)));
  return all.filter((item) => !isTest(item.object));
}

/** By identity. A chart may run one hook several times under one name, so hooks are also told apart by their number. */
function keyed(list: Rendered[], onRepeat: (first: Rendered, second: Rendered) => void): Map<string, Rendered> {
  const result = new Map<string, Rendered>();
  for (const item of list) {
    let key = `${item.source} ${item.key}`;
    const first = result.get(key);
    if (first !== undefined && item.source === 'manifest') onRepeat(first, item);
    for (let number = 2; item.source !== 'manifest' && result.has(key); number++) {
      key = `${item.source} ${item.key} ${number}`;
    }
    // Of two equal names Helm applies the later one last.
    result.set(key, item);
  }
  return result;
}

function refuse(first: Rendered, second: Rendered): never {
  const { kind, name, namespace } = first.ref;
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  throw new DiffInputError(
    `${visible(`${kind} ${name}${where}`)} stands twice: in ${first.place} and in ${second.place}. ` +
      'Only one of them can be in the cluster, so remove or rename the other one.',
    [first.place, second.place],
  );
}

function matched(old: Map<string, Rendered>, now: Map<string, Rendered>): Pair[] {
  const pairs: Pair[] = [];
  const added: Rendered[] = [];
  const left = new Map(old);
  for (const [key, item] of now) {
    const before = left.get(key);
    left.delete(key);
    if (before === undefined) added.push(item);
    else pairs.push(pairOf(before, item));
  }
  // An object may become a hook, or move from templates/ to crds/, and is still the same object.
  const byKey = new Map([...left].map(([key, item]) => [item.key, { key, item }]));
  for (const item of added) {
    const moved = byKey.get(item.key);
    byKey.delete(item.key);
    if (moved !== undefined) left.delete(moved.key);
    pairs.push(pairOf(moved?.item, item));
  }
  for (const item of left.values()) pairs.push(pairOf(item, undefined));
  return pairs.sort(byName);
}

function pairOf(old: Rendered | undefined, now: Rendered | undefined): Pair {
  const base = { ...(old && { old }), ...(now && { now }), kept: false };
  if (old === undefined) return { ...base, change: 'added' };
  if (now !== undefined) return { ...base, change: equal(old.object, now.object) ? 'unchanged' : 'changed' };
  const kept = isKept(old.object);
  return { ...base, change: kept ? 'unchanged' : 'removed', kept };
}

function isKept(object: KubeObject): boolean {
  return at(object, 'metadata', 'annotations', 'helm.sh/resource-policy') === 'keep';
}

/** The side that says what the object is now, or was. */
export function shown(pair: Pair): Rendered {
  const side = pair.now ?? pair.old;
  if (side === undefined) throw new Error('a pair without an object');
  return side;
}

function byName(a: Pair, b: Pair): number {
  const [x, y] = [shown(a), shown(b)];
  return (
    compare(x.ref.namespace ?? '', y.ref.namespace ?? '') ||
    compare(x.ref.name, y.ref.name) ||
    compare(x.key, y.key) ||
    compare(x.source, y.source)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
