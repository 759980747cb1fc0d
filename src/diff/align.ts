import { diffArrays } from 'diff';
import {
  blockOf,
  canonicalText,
  entryLines,
  indented,
  inlineText,
  itemLines,
  scalarText,
  valueLines,
} from './canonical.ts';
import { itemKeyOf } from './merge-keys.ts';
import { equal, isMap, orderedKeys, type YamlMap } from './values.ts';

/** One line of the difference: kept, removed or added. */
export interface DiffLine {
  op: ' ' | '-' | '+';
  text: string;
}

/** What stands opposite each other: one of both, or only the old or the new. */
export type Opposite<T> = { old: T; now: T } | { old: T } | { now: T };

// Beyond this many edits the shortest difference is not worth its time: everything is then shown as replaced.
const MOST_EDITS = 2000;
const lines = (op: DiffLine['op'], texts: readonly string[]): DiffLine[] => texts.map((text) => ({ op, text }));

/**
 * The canonical texts of two values as one list of lines: those marked ` ` and `-` are the old text, those marked ` ` and
 * `+` the new one. Maps are matched by key and lists by merge key, so an inserted container is only its own lines.
 */
export function alignedLines(old: YamlMap, now: YamlMap): DiffLine[] {
  return mapLines(old, now, 0);
}

function mapLines(old: YamlMap, now: YamlMap, indent: number): DiffLine[] {
  return orderedKeys({ ...old, ...now }).flatMap((key) => {
    if (!Object.hasOwn(now, key)) return lines('-', entryLines(key, old[key], indent));
    if (!Object.hasOwn(old, key)) return lines('+', entryLines(key, now[key], indent));
    return entryDiff(key, old[key], now[key], indent);
  });
}

function entryDiff(key: string, old: unknown, now: unknown, indent: number): DiffLine[] {
  if (equal(old, now)) return lines(' ', entryLines(key, old, indent));
  const nested = nestedDiff(key, old, now, indent + 2);
  if (nested !== undefined) return [{ op: ' ', text: `${' '.repeat(indent)}${scalarText(key)}:` }, ...nested];
  const block = blockDiff(old, now, indent + 2);
  if (block !== undefined) {
    return [{ op: ' ', text: `${' '.repeat(indent)}${scalarText(key)}: ${block.header}` }, ...block.body];
  }
  return [...lines('-', entryLines(key, old, indent)), ...lines('+', entryLines(key, now, indent))];
}

/** The difference inside two maps or two lists that both have content; undefined when there is no inside to compare. */
function nestedDiff(name: string, old: unknown, now: unknown, indent: number): DiffLine[] | undefined {
  if (inlineText(old) !== undefined || inlineText(now) !== undefined) return undefined;
  if (isMap(old) && isMap(now)) return mapLines(old, now, indent);
  if (Array.isArray(old) && Array.isArray(now)) return listLines(name, old, now, indent);
  return undefined;
}

/** The difference of two block texts with the same header. */
function blockDiff(old: unknown, now: unknown, indent: number): { header: string; body: DiffLine[] } | undefined {
  const before = blockOf(old);
  const after = blockOf(now);
  if (before === undefined || after === undefined || before.header !== after.header) return undefined;
  const body = opposites(before.lines, after.lines, (line) => line).flatMap((pair): DiffLine[] => {
    if (!('now' in pair)) return lines('-', indented([pair.old], indent));
    return lines('old' in pair ? ' ' : '+', indented([pair.now], indent));
  });
  return { header: before.header, body };
}

function listLines(name: string, old: unknown[], now: unknown[], indent: number): DiffLine[] {
  return pairItems(name, old, now).flatMap((pair) => {
    if (!('now' in pair)) return lines('-', itemLines(pair.old, indent));
    if (!('old' in pair)) return lines('+', itemLines(pair.now, indent));
    return itemDiff(pair.old, pair.now, indent);
  });
}

function itemDiff(old: unknown, now: unknown, indent: number): DiffLine[] {
  if (equal(old, now)) return lines(' ', itemLines(old, indent));
  const nested = nestedDiff('', old, now, indent + 2);
  if (nested !== undefined) return dashed(nested, indent);
  return [...lines('-', itemLines(old, indent)), ...lines('+', itemLines(now, indent))];
}

/** Puts the dash before the first line of each side, which need not be the same line. */
function dashed(body: DiffLine[], indent: number): DiffLine[] {
  const withDash = (text: string) => `${text.slice(0, indent)}- ${text.slice(indent + 2)}`;
  let oldOpen = true;
  let newOpen = true;
  return body.flatMap((line): DiffLine[] => {
    const startsOld = oldOpen && line.op !== '+';
    const startsNew = newOpen && line.op !== '-';
    if (startsOld) oldOpen = false;
    if (startsNew) newOpen = false;
    if (!startsOld && !startsNew) return [line];
    if (line.op !== ' ' || (startsOld && startsNew)) return [{ op: line.op, text: withDash(line.text) }];
    return [
      { op: '-', text: startsOld ? withDash(line.text) : line.text },
      { op: '+', text: startsNew ? withDash(line.text) : line.text },
    ];
  });
}

/** The items of two lists opposite each other: by merge key, else by content and then by position where both changed. */
export function pairItems(name: string, old: readonly unknown[], now: readonly unknown[]): Opposite<unknown>[] {
  const keyOf = itemKeyOf(name, old, now);
  return keyOf === undefined ? pairReplaced(opposites(old, now, canonicalText)) : opposites(old, now, keyOf);
}

/** In a run of removed and added items, the first removed stands opposite the first added, when both are maps. */
function pairReplaced(pairs: Opposite<unknown>[]): Opposite<unknown>[] {
  const result: Opposite<unknown>[] = [];
  let removed: unknown[] = [];
  let added: unknown[] = [];
  const flush = () => {
    const both = Math.min(removed.length, added.length);
    for (let index = 0; index < both; index++) result.push({ old: removed[index], now: added[index] });
    result.push(...removed.slice(both).map((old) => ({ old })), ...added.slice(both).map((now) => ({ now })));
    removed = [];
    added = [];
  };
  for (const pair of pairs) {
    if (!('now' in pair)) removed.push(pair.old);
    else if (!('old' in pair)) added.push(pair.now);
    else {
      flush();
      result.push(pair);
    }
  }
  flush();
  return result;
}

/** The shortest way from one list to the other; items are the same when their keys are. */
function opposites<T>(old: readonly T[], now: readonly T[], keyOf: (item: T) => string): Opposite<T>[] {
  const result: Opposite<T>[] = [];
  let [oldAt, newAt] = [0, 0];
  for (const [oldEnd, newEnd] of [...matches(old.map(keyOf), now.map(keyOf)), [old.length, now.length] as const]) {
    while (oldAt < oldEnd) result.push({ old: old[oldAt++] as T });
    while (newAt < newEnd) result.push({ now: now[newAt++] as T });
    if (oldAt < old.length && newAt < now.length) result.push({ old: old[oldAt++] as T, now: now[newAt++] as T });
  }
  return result;
}

/** The positions of the items that stay, as pairs. */
function matches(old: readonly string[], now: readonly string[]): (readonly [number, number])[] {
  // What one side alone has is in no match; without it two texts that have little in common are compared at once.
  const left = positionsOf(old, new Set(now));
  const right = positionsOf(now, new Set(old));
  const pick = (list: readonly string[], positions: number[]) => positions.map((position) => list[position] ?? '');
  const changes = diffArrays(pick(old, left), pick(now, right), { maxEditLength: MOST_EDITS }) ?? [];
  let [oldAt, newAt] = [0, 0];
  return changes.flatMap(({ removed, added, count }) => {
    const pairs = Array.from({ length: removed || added ? 0 : count }, (_, step) => {
      return [left[oldAt + step] ?? 0, right[newAt + step] ?? 0] as const;
    });
    if (!added) oldAt += count;
    if (!removed) newAt += count;
    return pairs;
  });
}

function positionsOf(list: readonly string[], wanted: ReadonlySet<string>): number[] {
  return list.flatMap((text, position) => (wanted.has(text) ? [position] : []));
}

/** The lines of an object that is only on one side. */
export function oneSided(op: '-' | '+', value: YamlMap): DiffLine[] {
  return lines(op, valueLines(value, 0));
}
