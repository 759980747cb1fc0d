import { type ItemKey, itemKeyOf } from '../diff/merge-keys.ts';
import { quantity } from '../diff/quantity.ts';
import { equal, isMap, type YamlMap } from '../diff/values.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { type Step, valueAt } from './path.ts';

/** One place where two states differ; a side that has nothing there is undefined. */
export interface Difference {
  path: Step[];
  wanted: unknown;
  live: unknown;
}

/** What a manifest can say of an object; everything else in its metadata is the API server's. */
const OPEN_METADATA = ['labels', 'annotations'] as const;

/** The part of an object that a manifest can want: no status, no server-set metadata. */
export function comparable(object: KubeObject): YamlMap {
  const { apiVersion: _version, kind: _kind, status: _status, metadata, ...rest } = object;
  const kept = OPEN_METADATA.map((name) => [name, metadata[name] ?? {}] as const);
  return { ...rest, metadata: Object.fromEntries(kept) };
}

/** Everything that is not the same in two states; the order of named items does not count, other lists are compared as a whole. */
export function differences(wanted: YamlMap, live: YamlMap): Difference[] {
  return mapDifferences(wanted, live, []);
}

function mapDifferences(wanted: YamlMap, live: YamlMap, path: Step[]): Difference[] {
  return Object.keys({ ...wanted, ...live }).flatMap((name) => {
    const inner = [...path, { field: name }];
    return valueDifferences(wanted[name], live[name], inner, name);
  });
}

function valueDifferences(wanted: unknown, live: unknown, path: Step[], name: string): Difference[] {
  if (equal(wanted, live) || (isEmpty(wanted) && isEmpty(live))) return [];
  if (isMap(wanted) && isMap(live)) return mapDifferences(wanted, live, path);
  if (Array.isArray(wanted) && Array.isArray(live)) return listDifferences(wanted, live, path, name);
  return [{ path, wanted, live }];
}

/** As itemKeyOf, but a port without a protocol is one of TCP: the API server fills that in. */
function keyer(name: string, a: readonly unknown[], b: readonly unknown[]): ItemKey | undefined {
  if (name !== 'ports') return itemKeyOf(name, a, b);
  const full = (item: unknown): unknown => (isMap(item) ? { protocol: 'TCP', ...item } : item);
  const keyOf = itemKeyOf(name, a.map(full), b.map(full));
  return keyOf && ((item) => keyOf(full(item)));
}

/** An absent field, null and an empty map or list say the same. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : isMap(value) && Object.keys(value).length === 0;
}

function listDifferences(wanted: unknown[], live: unknown[], path: Step[], name: string): Difference[] {
  const keyOf = keyer(name, wanted, live);
  if (!keyOf) return [{ path, wanted, live }];
  const have = new Map(live.map((item) => [keyOf(item), item]));
  const want = new Map(wanted.map((item) => [keyOf(item), item]));
  const both = [...new Set([...want.keys(), ...have.keys()])];
  return both.flatMap((key) => {
    const inner = [...path, { item: have.get(key) ?? want.get(key), key }];
    return valueDifferences(want.get(key), have.get(key), inner, '');
  });
}

/**
 * What stands in `live` and not in `wanted`: whole items of lists, and fields; a map that is not wanted is given field by field, so
 * that each has its own writer. Lists without named items are not looked into: they are compared as a whole.
 */
export function extras(wanted: YamlMap, live: YamlMap): Difference[] {
  return mapExtras(wanted, live, []);
}

function mapExtras(wanted: unknown, live: YamlMap, path: Step[]): Difference[] {
  return Object.entries(live).flatMap(([name, value]) => {
    const mine = isMap(wanted) && Object.hasOwn(wanted, name) ? wanted[name] : undefined;
    return valueExtras(mine, value, [...path, { field: name }], name);
  });
}

function valueExtras(wanted: unknown, live: unknown, path: Step[], name: string): Difference[] {
  if (isEmpty(live)) return [];
  if (isMap(live)) return wanted === undefined || isMap(wanted) ? mapExtras(wanted, live, path) : [];
  if (!Array.isArray(live)) return wanted === undefined ? [{ path, wanted, live }] : [];
  const known = Array.isArray(wanted) ? wanted : [];
  const keyOf = keyer(name, known, live);
  if (!keyOf) return wanted === undefined ? [{ path, wanted, live }] : [];
  const mine = new Map(known.map((item) => [keyOf(item), item]));
  return live.flatMap((item) => {
    const key = keyOf(item);
    const inner = [...path, { item, key }];
    if (!mine.has(key)) return [{ path: inner, wanted: undefined, live: item }];
    return isMap(item) ? mapExtras(mine.get(key), item, inner) : [];
  });
}

/**
 * The live object with everything in it that the manifest names, as an apply would leave it, worked out here: for objects that the
 * API server was not asked about. A quantity that is only written otherwise (`1000m`, `1`) stays as it is.
 */
export function overlay(wanted: unknown, live: unknown, name = ''): unknown {
  if (isMap(wanted) && isMap(live)) {
    const named = Object.entries(wanted).map(([key, value]) => [key, overlay(value, live[key], key)]);
    return { ...live, ...Object.fromEntries(named) };
  }
  if (Array.isArray(wanted) && Array.isArray(live)) {
    const keyOf = keyer(name, wanted, live);
    if (!keyOf) return wanted.length === live.length ? wanted.map((item, at) => overlay(item, live[at])) : wanted;
    const have = new Map(live.map((item) => [keyOf(item), item]));
    const want = new Set(wanted.map(keyOf));
    return [
      ...wanted.map((item) => overlay(item, have.get(keyOf(item)))),
      ...live.filter((item) => !want.has(keyOf(item))),
    ];
  }
  if (wanted === null) return live;
  return sameText(wanted, live) ? live : wanted;
}

/** The same number, text or quantity in two writings. */
function sameText(wanted: unknown, live: unknown): boolean {
  if (isMap(wanted) || Array.isArray(wanted) || isMap(live) || Array.isArray(live)) return false;
  if (String(wanted) === String(live)) return true;
  const [a, b] = [quantity(wanted), quantity(live)];
  return a !== undefined && a === b;
}

/** Whether the manifest says something at this place. */
export function isNamed(manifest: KubeObject, path: readonly Step[]): boolean {
  return valueAt(manifest, path) !== undefined;
}
