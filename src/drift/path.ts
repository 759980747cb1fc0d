import { equal, field, isMap } from '../diff/values.ts';

/** One step into an object: a field of a map, or an item of a list with what names it among its siblings. */
export type Step = { field: string } | { item: unknown; key: string };

/** For people: `spec.template.spec.containers[web].image`, `metadata.annotations["example.com/note"]`. */
export function pathText(path: readonly Step[]): string {
  return path.reduce((text, step) => {
    if ('key' in step) return `${text}[${step.key}]`;
    if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(step.field)) return `${text}[${JSON.stringify(step.field)}]`;
    return text === '' ? step.field : `${text}.${step.field}`;
  }, '');
}

/** Where the pods of a workload are described: long, and in most rows. */
const POD = 'spec.template.spec.';

/** A path as a table shows it: `…containers[web].image`. fullPath reads it back. */
export function shortPath(text: string): string {
  return text.startsWith(POD) ? `…${text.slice(POD.length)}` : text;
}

/** The path that a shortened one stands for. */
export function fullPath(text: string): string {
  return text.startsWith('…') ? `${POD}${text.slice(1)}` : text;
}

/** The names of the fields on the way, items left out: `spec.template.spec.containers.image`. */
export function fieldNames(path: readonly Step[]): string[] {
  return path.flatMap((step) => ('field' in step ? [step.field] : []));
}

/** The last field's name; empty for the object itself. */
export function lastField(path: readonly Step[]): string {
  return fieldNames(path).at(-1) ?? '';
}

/** The value at a path; undefined when it is not there. Items are found by what the step knows of them. */
export function valueAt(value: unknown, path: readonly Step[]): unknown {
  return path.reduce((inner, step) => {
    if ('field' in step) return field(inner, step.field);
    return Array.isArray(inner) ? inner.find((item) => sameItem(item, step.item)) : undefined;
  }, value);
}

// What Kubernetes names items of lists by; a protocol that is not written is TCP.
const NAMES = [
  'name',
  'key',
  'containerPort',
  'port',
  'protocol',
  'mountPath',
  'devicePath',
  'ip',
  'type',
  'host',
  'path',
];

function sameItem(a: unknown, b: unknown): boolean {
  if (!isMap(a) || !isMap(b)) return equal(a, b);
  const [first] = NAMES.filter((name) => name in a && name in b);
  if (first === undefined) return equal(a, b);
  if (first === 'containerPort' || first === 'port') return a[first] === b[first] && protocol(a) === protocol(b);
  return equal(a[first], b[first]);
}

function protocol(item: unknown): unknown {
  return field(item, 'protocol') ?? 'TCP';
}

/**
 * Whether a managedFields set (`fieldsV1`) holds the place at `path`, something below it, or a list or map above it that is owned
 * as a whole. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/#System
 */
export function holds(fields: unknown, path: readonly Step[]): boolean {
  let here: unknown = fields;
  for (const step of path) {
    if (!isMap(here)) return false;
    if (Object.keys(here).length === 0) return true;
    here = 'field' in step ? field(here, `f:${step.field}`) : itemIn(here, step.item);
    if (here === undefined) return false;
  }
  return true;
}

function itemIn(fields: Record<string, unknown>, item: unknown): unknown {
  for (const [name, inner] of Object.entries(fields)) {
    if (name.startsWith('v:') && equal(parsed(name), item)) return inner;
    if (!name.startsWith('k:')) continue;
    const keys = parsed(name);
    if (isMap(keys) && Object.entries(keys).every(([key, value]) => equal(keyOfItem(item, key), value))) return inner;
  }
  return undefined;
}

function keyOfItem(item: unknown, key: string): unknown {
  return key === 'protocol' ? protocol(item) : field(item, key);
}

function parsed(name: string): unknown {
  try {
    return JSON.parse(name.slice(2)) as unknown;
  } catch {
    return undefined;
  }
}
