import { isMap } from '../diff/values.ts';
import { isScalarValue, type ScalarValue, type ValuePath } from './yaml-edit.ts';

/** Where values come from; later ones in a list of sources win, as with Helm. */
export interface ValueSource {
  /** `defaults`: the chart's own; `file`: a values file; `inline`: the input `values`; `set`: the lines of an input. */
  kind: 'defaults' | 'file' | 'inline' | 'set';
  /** The file's path, or the input's name. */
  name: string;
  values: unknown;
}

/** A single value as the chart gets it, and the source that gives it. */
export interface Leaf {
  path: ValuePath;
  value: ScalarValue;
  source: ValueSource;
}

/** A map or a list among the values, and the source that gives it, or the upper part of it. */
export interface Place {
  path: ValuePath;
  kind: 'map' | 'list';
  size: number;
  source: ValueSource;
}

/** The maps and lists of all sources, merged as leavesOf merges them; the values as a whole are none. */
export function placesOf(sources: readonly ValueSource[]): Place[] {
  const merged = mergedTree(sources);
  return merged ? places(merged, []).filter(({ path }) => path.length > 0) : [];
}

function places({ value, source, keys }: Tree, path: ValuePath): Place[] {
  if (keys) {
    const inner = [...keys].flatMap(([key, tree]) => places(tree, [...path, key]));
    return [{ path, kind: 'map', size: keys.size, source }, ...inner];
  }
  if (!Array.isArray(value)) return [];
  const inner = value.flatMap((item, at) => places(treeOf(item, source), [...path, at]));
  return [{ path, kind: 'list', size: value.length, source }, ...inner];
}

/** The values of all sources, merged as Helm merges them: maps key by key, everything else as a whole; null takes a key away. */
export function leavesOf(sources: readonly ValueSource[]): Leaf[] {
  const merged = mergedTree(sources);
  return merged ? flat(merged, []) : [];
}

function mergedTree(sources: readonly ValueSource[]): Tree | undefined {
  return sources.reduce<Tree | undefined>((below, source) => over(below, treeOf(source.values, source)), undefined);
}

type Tree = { source: ValueSource; value: unknown; keys?: Map<string, Tree> };

function treeOf(value: unknown, source: ValueSource): Tree {
  if (!isMap(value)) return { source, value };
  return { source, value, keys: new Map(Object.entries(value).map(([key, inner]) => [key, treeOf(inner, source)])) };
}

function over(below: Tree | undefined, above: Tree): Tree {
  if (above.value === undefined) return below ?? above;
  if (!below?.keys || !above.keys) return above;
  const keys = new Map(below.keys);
  for (const [key, tree] of above.keys) keys.set(key, over(keys.get(key), tree));
  return { ...above, keys };
}

function flat({ value, source, keys }: Tree, path: ValuePath): Leaf[] {
  if (keys) return [...keys].flatMap(([key, tree]) => flat(tree, [...path, key]));
  if (Array.isArray(value)) return value.flatMap((item, at) => flat(treeOf(item, source), [...path, at]));
  return isScalarValue(value) ? [{ path, value, source }] : [];
}

/** The values that lines in Helm's `--set` syntax give, as far as they are plain: `image.tag=1.5.0`. */
export function setValues(lines: readonly string[]): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const line of lines) {
    const [, key = '', value = ''] = /^((?:[A-Za-z0-9_-]+\.)*[A-Za-z0-9_-]+)=([^,{}\\]*)$/.exec(line) ?? [];
    if (key === '') continue;
    const names = key.split('.');
    const last = names.pop() ?? '';
    let here = root;
    for (const name of names) {
      if (!isMap(here[name])) here[name] = {};
      here = here[name] as Record<string, unknown>;
    }
    here[last] = value;
  }
  return root;
}

/** `image.tag`, `env[0].value`: how people write the place of a value. */
export function valuePathText(path: ValuePath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}
