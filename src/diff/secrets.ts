import { equal, field, isMap, type YamlMap } from './values.ts';

/** What stands in place of a Secret's value: only whether it stays, and on which side of the change it stands. */
const UNCHANGED = '(secret, unchanged)';
const BEFORE = '(secret, before)';
const CHANGED = '(secret, changed)';
const REMOVED = '(secret, removed)';
const ADDED = '(secret, added)';

// Everything else that stands in a Secret is its value, whatever it is called.
const OPEN_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'type', 'immutable']);
/** Holds a copy of the whole Secret. https://kubernetes.io/docs/reference/labels-annotations-taints */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** Shorter values are found everywhere by chance. */
const SHORTEST = 4;

/** One or both sides of a value. */
export interface Sides<T = YamlMap> {
  old?: T;
  now?: T;
}

/** Both sides with the values of every Secret in them replaced; a side that was not given stays away. */
export function redactSecrets(sides: Sides): Sides {
  return redactValue(sides) as Sides;
}

/** True when the value is a Secret as a whole. */
export function isSecret(value: unknown): value is YamlMap {
  return field(value, 'kind') === 'Secret';
}

function redactValue(sides: Sides<unknown>): Sides<unknown> {
  if (!holdsSecret(sides.old) && !holdsSecret(sides.now)) return sides;
  if (isSecret(sides.old) || isSecret(sides.now)) return redactSecret(sides);
  if (isMap(sides.old) || isMap(sides.now)) return eachKey(sides, (inner) => redactValue(inner));
  return eachItem(sides);
}

function holdsSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsSecret);
  return isMap(value) && (isSecret(value) || Object.values(value).some(holdsSecret));
}

function redactSecret(sides: Sides<unknown>): Sides<unknown> {
  const values = [...secretValues(sides.old), ...secretValues(sides.now)];
  return eachKey(sides, (inner, key) => {
    if (key === 'metadata') return redactMetadata(inner, values);
    if (OPEN_FIELDS.has(key)) return redactMentions(inner, values);
    return isMap(inner.old) || isMap(inner.now) ? eachKey(inner, marked) : marked(inner);
  });
}

/** The values of a Secret as text, decoded and encoded, so that a copy of one beside its place is found too. */
function secretValues(secret: unknown): string[] {
  if (!isMap(secret)) return [];
  const encoded = textsIn(field(secret, 'data'));
  const plain = textsIn(field(secret, 'stringData'));
  const decoded = encoded.map((text) => Buffer.from(text, 'base64').toString('utf8'));
  const all = [...encoded, ...decoded, ...plain, ...plain.map((text) => Buffer.from(text).toString('base64'))];
  return all.map((text) => text.trim()).filter((text) => text.length >= SHORTEST);
}

function textsIn(value: unknown): string[] {
  if (isMap(value)) return Object.values(value).flatMap(textsIn);
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return value === null || value === undefined || value === '' ? [] : [String(value)];
}

function redactMetadata(sides: Sides<unknown>, values: string[]): Sides<unknown> {
  return eachKey(sides, (inner, key) => {
    if (key !== 'annotations') return redactMentions(inner, values);
    return eachKey(inner, (annotation, name) =>
      name === LAST_APPLIED ? marked(annotation) : redactMentions(annotation, values),
    );
  });
}

/** Marks every text that repeats a value of the Secret. */
function redactMentions(sides: Sides<unknown>, values: string[]): Sides<unknown> {
  if (isMap(sides.old) || isMap(sides.now)) return eachKey(sides, (inner) => redactMentions(inner, values));
  const mentions = [sides.old, sides.now].some((side) =>
    textsIn(side).some((text) => values.some((v) => text.includes(v))),
  );
  return mentions ? marked(sides) : sides;
}

function marked(sides: Sides<unknown>): Sides<unknown> {
  if (!('old' in sides)) return { now: ADDED };
  if (!('now' in sides)) return { old: REMOVED };
  return equal(sides.old, sides.now) ? { old: UNCHANGED, now: UNCHANGED } : { old: BEFORE, now: CHANGED };
}

type Redact = (sides: Sides<unknown>, key: string) => Sides<unknown>;

/** Applies `redact` to the values of two maps key by key; a side that is no map is marked as a whole. */
function eachKey(sides: Sides<unknown>, redact: Redact): Sides<unknown> {
  const { old, now } = sides;
  if (('old' in sides && !isMap(old)) || ('now' in sides && !isMap(now))) return marked(sides);
  const results: Sides<[string, unknown][]> = {};
  if (isMap(old)) results.old = [];
  if (isMap(now)) results.now = [];
  for (const key of Object.keys({ ...(old as YamlMap), ...(now as YamlMap) })) {
    const inner: Sides<unknown> = {};
    if (isMap(old) && Object.hasOwn(old, key)) inner.old = old[key];
    if (isMap(now) && Object.hasOwn(now, key)) inner.now = now[key];
    const done = redact(inner, key);
    if ('old' in done) results.old?.push([key, done.old]);
    if ('now' in done) results.now?.push([key, done.now]);
  }
  return mapped(results);
}

function mapped(results: Sides<[string, unknown][]>): Sides<unknown> {
  const sides: Sides<unknown> = {};
  if (results.old !== undefined) sides.old = Object.fromEntries(results.old);
  if (results.now !== undefined) sides.now = Object.fromEntries(results.now);
  return sides;
}

/** Two lists item by item; what has no counterpart there is redacted alone. */
function eachItem(sides: Sides<unknown>): Sides<unknown> {
  const old = Array.isArray(sides.old) ? (sides.old as unknown[]) : undefined;
  const now = Array.isArray(sides.now) ? (sides.now as unknown[]) : undefined;
  if (('old' in sides && old === undefined) || ('now' in sides && now === undefined)) return marked(sides);
  const result: { old: unknown[]; now: unknown[] } = { old: [], now: [] };
  for (let index = 0; index < Math.max(old?.length ?? 0, now?.length ?? 0); index++) {
    const inner: Sides<unknown> = {};
    if (old !== undefined && index < old.length) inner.old = old[index];
    if (now !== undefined && index < now.length) inner.now = now[index];
    const done = redactValue(inner);
    if ('old' in done) result.old.push(done.old);
    if ('now' in done) result.now.push(done.now);
  }
  return { ...('old' in sides ? { old: result.old } : {}), ...('now' in sides ? { now: result.now } : {}) };
}
