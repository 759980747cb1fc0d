import { isMap } from '../diff/values.ts';
import { lastField, type Step } from './path.ts';
import type { Proposal, ValueChange } from './propose.ts';
import type { Place } from './values.ts';
import { isScalarValue, type ScalarValue } from './yaml-edit.ts';

/** What was added by hand: entries of a map, or named items of a list, and the field that they stand in. */
interface Added {
  field: string;
  entries: [name: string, value: ScalarValue][];
  /** They are items `{name, value}`, as of `env`. */
  named: boolean;
}

/**
 * The values to add so that the chart renders what was added by hand (`kubectl set env NEW=1`, a label), best first: in every map and
 * list of the values that is called like the field. Only a render tells. `taken`: changes that are made already.
 */
export function additions(places: readonly Place[], path: readonly Step[], live: unknown, taken: Proposal): Proposal[] {
  const added = addedAt(path, live);
  if (!added) return [];
  const called = new RegExp(added.field.replace(/[^A-Za-z0-9]/g, '.'), 'i');
  const fitting = places.filter(
    (place) => called.test(String(place.path.at(-1))) && (place.kind === 'map' || added.named),
  );
  return fitting.toSorted((a, b) => b.path.length - a.path.length).map((place) => intoPlace(place, added, taken));
}

function addedAt(path: readonly Step[], live: unknown): Added | undefined {
  const last = path.at(-1);
  if (last && 'key' in last) return asAdded(lastField(path), namedEntries([live]), true);
  if (Array.isArray(live)) return asAdded(lastField(path), namedEntries(live), true);
  if (isMap(live)) {
    const all = Object.entries(live);
    const entries = all.filter((entry): entry is [string, ScalarValue] => isScalarValue(entry[1]));
    return asAdded(lastField(path), entries.length === all.length ? entries : [], false);
  }
  const parent = path.at(-2);
  if (!isScalarValue(live) || !parent || !('field' in parent)) return undefined;
  return asAdded(parent.field, [[lastField(path), live]], false);
}

function asAdded(field: string, entries: Added['entries'], named: boolean): Added | undefined {
  return field !== '' && entries.length > 0 ? { field, entries, named } : undefined;
}

/** Items of nothing but a name and a value; none when there is another one among them. */
function namedEntries(items: readonly unknown[]): Added['entries'] {
  const entries = items.flatMap((item): Added['entries'] => {
    if (!isMap(item) || Object.keys(item).length !== 2) return [];
    const { name, value } = item;
    return typeof name === 'string' && isScalarValue(value) ? [[name, value]] : [];
  });
  return entries.length === items.length ? entries : [];
}

function intoPlace({ path, kind, size, source }: Place, { entries }: Added, taken: Proposal): ValueChange[] {
  const at = (...more: (string | number)[]): ValueChange['leaf'] => ({ path: [...path, ...more], value: '', source });
  if (kind === 'map') return entries.map(([name, value]) => ({ leaf: at(name), value, adds: true }));
  const before = taken.filter(({ leaf, adds }) => adds && leaf.path.at(-1) === 'name' && isIn(leaf.path, path)).length;
  return entries.flatMap(([name, value], nth) => [
    { leaf: at(size + before + nth, 'name'), value: name, adds: true },
    { leaf: at(size + before + nth, 'value'), value, adds: true },
  ]);
}

function isIn(path: readonly (string | number)[], list: readonly (string | number)[]): boolean {
  return path.length === list.length + 2 && list.every((step, at) => path[at] === step);
}
