import { pairItems } from './align.ts';
import { scalarText } from './canonical.ts';
import { itemKeyOf } from './merge-keys.ts';
import { equal, isMap, orderedKeys, type YamlMap } from './values.ts';

/** One field that differs. `path` is for people: `spec.template.spec.containers[web].image`. */
export interface FieldChange {
  path: string;
  change: 'added' | 'removed' | 'changed' | 'reordered';
  /** At most 200 characters; a map or list is shown as `{…}` or `[…]`. */
  old?: string;
  new?: string;
}

const LONGEST = 200;

/** The fields that differ between two values, in the order of the canonical text; items of lists matched by merge key. */
export function fieldChanges(old: YamlMap, now: YamlMap): FieldChange[] {
  return mapChanges(old, now, '');
}

function mapChanges(old: YamlMap, now: YamlMap, path: string): FieldChange[] {
  return orderedKeys({ ...old, ...now }).flatMap((key) => {
    const step = /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) ? key : `[${JSON.stringify(key)}]`;
    const inner = path === '' || step.startsWith('[') ? path + step : `${path}.${step}`;
    if (!Object.hasOwn(now, key)) return [removed(inner, old[key])];
    if (!Object.hasOwn(old, key)) return [added(inner, now[key])];
    return changes(key, old[key], now[key], inner);
  });
}

function changes(name: string, old: unknown, now: unknown, path: string): FieldChange[] {
  if (equal(old, now)) return [];
  if (isMap(old) && isMap(now)) return mapChanges(old, now, path);
  if (Array.isArray(old) && Array.isArray(now)) return listChanges(name, old, now, path);
  return [{ path, change: 'changed', old: short(old), new: short(now) }];
}

function listChanges(name: string, old: unknown[], now: unknown[], path: string): FieldChange[] {
  const keyOf = itemKeyOf(name, old, now);
  if (keyOf === undefined) return positionChanges(old, now, path);
  const before = new Map(old.map((item): [string, unknown] => [keyOf(item), item]));
  const after = new Map(now.map((item): [string, unknown] => [keyOf(item), item]));
  const result: FieldChange[] = [];
  for (const [key, item] of before) {
    if (after.has(key)) result.push(...changes('', item, after.get(key), `${path}[${key}]`));
    else result.push(removed(`${path}[${key}]`, item));
  }
  for (const [key, item] of after) if (!before.has(key)) result.push(added(`${path}[${key}]`, item));
  const kept = [...before.keys()].filter((key) => after.has(key));
  const order = [...after.keys()].filter((key) => before.has(key));
  if (kept.some((key, index) => key !== order[index])) result.push({ path, change: 'reordered' });
  return result;
}

/** Items without a name are known by where they stand: a removed one in the old list, the others in the new one. */
function positionChanges(old: unknown[], now: unknown[], path: string): FieldChange[] {
  let oldIndex = 0;
  let newIndex = 0;
  return pairItems('', old, now).flatMap((pair) => {
    if (!('now' in pair)) return [removed(`${path}[${oldIndex++}]`, pair.old)];
    if (!('old' in pair)) return [added(`${path}[${newIndex++}]`, pair.now)];
    oldIndex++;
    return changes('', pair.old, pair.now, `${path}[${newIndex++}]`);
  });
}

const removed = (path: string, value: unknown): FieldChange => ({ path, change: 'removed', old: short(value) });
const added = (path: string, value: unknown): FieldChange => ({ path, change: 'added', new: short(value) });

function short(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : '[…]';
  if (isMap(value)) return Object.keys(value).length === 0 ? '{}' : '{…}';
  const text = scalarText(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).toWellFormed()}…`;
}
