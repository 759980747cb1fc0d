import { isUtf8 } from 'node:buffer';
import type { KubeObject } from '../kubernetes/object.ts';

/** Helm's own records hold the whole release, compressed: nothing that could be found in a text. */
const HELM_RECORD = /^helm\.sh\/release/;

/** Names of keys whose value is a secret. */
const TELLING = /pass(?:word|phrase|wd)?|secret|token|credential|api-?_?key|private-?_?key|access-?_?key|auth/i;

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
    return Object.entries(value).flatMap(([name, item]) => telling(item, secret || TELLING.test(name)));
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
