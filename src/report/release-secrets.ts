import { isUtf8 } from 'node:buffer';
import type { KubeObject } from '../kubernetes/object.ts';

/** Helm's own records hold the whole release, compressed: nothing that could be found in a text. */
const HELM_RECORD = /^helm\.sh\/release/;

/** Names of keys whose value is a secret. An author is none. */
const TELLING =
  /pass(?:word|phrase|wd)?|secret|token|credential|api-?_?key|private-?_?key|access-?_?key|auth(?!or(?!i[sz]))/i;

/** Names of keys that say which Secret holds it: a report that hides `Secret redis-auth is missing` is of no use. */
const REFERENCE =
  /existing-?_?secret|external-?_?secret|pull-?_?secrets?$|secret-?_?(?:name|(?:key-?_?)?ref|store)|(?:password|token)-?_?(?:key|file|ttl)$/i;

/**
 * The values of the Secrets among these objects (rendered or live, also inside a List): decoded, and the secrets inside a value that
 * is JSON, a URL with a password, or `KEY=value` lines.
 * `open`: the chart's own values, and whatever else is public anyway (names of the release, its namespace and its objects). A plain
 * word, number or boolean that also stands there is no secret.
 */
export function secretsOf(objects: readonly KubeObject[], open: readonly unknown[] = []): string[] {
  const known = new Set(open.flatMap(scalars));
  const found = objects.flatMap(valuesOf).flatMap((value) => [value, ...within(value)]);
  return [...new Set(found)].filter((value) => value !== '' && !(isPlain(value) && known.has(value)));
}

/** Texts of a values file that stand under a key with a telling name (`password`, `apiToken`, …). `values`: parsed YAML. */
export function secretsInValues(values: unknown, open: readonly unknown[] = []): string[] {
  const known = new Set(open.flatMap(scalars));
  return [...new Set(telling(values, false))].filter((value) => !(isPlain(value) && known.has(value)));
}

/**
 * The same of lines in Helm's `--set` syntax: `db.password=x,db.user=y` has two. A comma, brace or backslash of the value itself has
 * a backslash before it.
 */
export function secretsInSetLines(lines: readonly string[]): string[] {
  const pairs = lines.flatMap((line) => line.split(/(?<!\\),/));
  const found = pairs.flatMap((pair) => {
    const [, key = '', value = ''] = /^([^=]+)=([\s\S]+)$/.exec(pair) ?? [];
    const names = key.replace(/\[\d+\]/g, '').split('.');
    const isSecret = names.some((name) => TELLING.test(name)) && !names.some((name) => REFERENCE.test(name));
    return isSecret ? [value, value.replace(/\\(.)/g, '$1')] : [];
  });
  return [...new Set(found)].filter((value) => value !== 'true' && value !== 'false');
}

function valuesOf(object: KubeObject): string[] {
  const { kind, items } = object;
  if (Array.isArray(items)) return (items as KubeObject[]).flatMap(valuesOf);
  if (kind !== 'Secret' || HELM_RECORD.test(String(object.type ?? ''))) return [];
  return [
    ...Object.values(mapOf(object.data)).flatMap(decoded),
    ...Object.values(mapOf(object.stringData)).map(String),
  ];
}

/** Base64 as the API server keeps it; bytes that are no text are looked for as they are encoded. */
function decoded(value: unknown): string[] {
  const text = String(value ?? '').replace(/\s/g, '');
  const bytes = Buffer.from(text, 'base64');
  // A template that forgot to encode: the text itself is the secret then.
  if (bytes.toString('base64').replace(/=+$/, '') !== text.replace(/=+$/, '')) return [String(value)];
  return [isUtf8(bytes) ? bytes.toString('utf8') : text];
}

function within(value: string): string[] {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:([^\s@]+)@/i.exec(value)?.[1];
  return [...(password ? [password, urlDecoded(password)] : []), ...inJson(value), ...inLines(value)];
}

function urlDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function inJson(value: string): string[] {
  if (!/^\s*[[{]/.test(value)) return [];
  try {
    return strings(JSON.parse(value));
  } catch {
    return [];
  }
}

/** `DB_PASSWORD=…` and `password: …`; the password may be printed without its name. */
function inLines(value: string): string[] {
  if (!value.includes('\n')) return [];
  return value.split('\n').flatMap((line) => {
    const [, name = '', text = ''] = /^\s*(?:export\s+)?([\w.-]+)\s*[=:]\s*(\S.*)$/.exec(line) ?? [];
    return TELLING.test(name) ? [text.trim().replace(/^(["'])(.*)\1$/, '$2')] : [];
  });
}

function telling(value: unknown, secret: boolean): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => telling(item, secret));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, item]) =>
      REFERENCE.test(name) ? [] : telling(item, secret || TELLING.test(name)),
    );
  }
  return secret && value !== null && value !== undefined && typeof value !== 'boolean' ? [String(value)] : [];
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}

function scalars(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(scalars);
  return value === null || value === undefined ? [] : [String(value)];
}

function mapOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** A word in letters, a number or a boolean (which is a word). */
function isPlain(value: string): boolean {
  return /^\p{L}+(?:[-_.]\p{L}+)*$/u.test(value) || /^-?\d+(?:\.\d+)?$/.test(value);
}
