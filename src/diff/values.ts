/** A YAML map. */
export type YamlMap = Record<string, unknown>;

/** True for a map, not for a list or null. */
export function isMap(value: unknown): value is YamlMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The field of a map; undefined when it is absent or `value` is no map. Never reads a prototype. */
export function field(value: unknown, name: string): unknown {
  return isMap(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The value at a path of map fields. */
export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce(field, value);
}

/** The items of a list; none when `value` is no list. */
export function items(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Deep equality; the order of the keys of a map does not count. */
export function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]));
  }
  if (!isMap(a) || !isMap(b)) return a === b;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]));
}

// The order in which people read an object; everything else follows by name, as kubectl prints it.
const FIRST = ['apiVersion', 'kind', 'metadata', 'name', 'namespace'];

/** The keys of a map in the order in which canonical text shows them. */
export function orderedKeys(map: YamlMap): string[] {
  const rest = Object.keys(map).filter((key) => !FIRST.includes(key));
  return [...FIRST.filter((key) => Object.hasOwn(map, key)), ...rest.sort()];
}
