import { createHash, createHmac } from 'node:crypto';
import { type KubeObject, keyOf, type ObjectRef, refOf } from '../kubernetes/object.ts';
import { canonicalText } from './canonical.ts';
import { redactSecrets } from './secrets.ts';
import { isMap, type YamlMap } from './values.ts';

/** What a pull request's diff leaves for the deploy: which objects the reviewed render had, and none of their content. */
export interface Fingerprint {
  /** How many objects the render had. */
  count: number;
  /** Hash of an object's name → hash of its content, hex digits; absent when there are more than MOST_OBJECTS. */
  objects?: Record<string, string>;
  /** The chart could ask the cluster: what it is compared with has to be rendered so too. */
  lookup?: true;
}

/** One object of a render, as hashes. */
export interface Print {
  ref: ObjectRef;
  key: string;
  content: string;
}

export interface PrintOptions {
  /** Not in the comment, and the same for every run on this cluster: without it nobody can try values out. */
  salt: string;
  /** The commits that the run is about, in full: a value that is one of them is the same in every run. */
  commits: readonly string[];
  /** What this hides counts as equal in every object: it has to hide the same for the diff and for the deploy. */
  redact: (text: string) => string;
}

/** About 24 bytes each in the comment's hidden line: a sixth of the room that a comment has. */
export const MOST_OBJECTS = 400;

const KEY_DIGITS = 8;
const CONTENT_DIGITS = 10;

/**
 * The objects of a render as salted hashes of their canonical text. Contents of Secrets are left out (their keys are not), what
 * `redact` hides too, and every mention of one of the run's own commits is the same word.
 */
export function printsOf(objects: readonly KubeObject[], { salt, commits, redact }: PrintOptions): Print[] {
  const hash = (text: string, digits: number): string =>
    createHmac('sha256', salt).update(text).digest('hex').slice(0, digits);
  return objects.map((object) => {
    const { now } = redactSecrets({ now: withoutCommits(object, commits) as YamlMap });
    const ref = refOf(object);
    return { ref, key: nameHash(ref), content: hash(redact(canonicalText(now)), CONTENT_DIGITS) };
  });
}

/** What the comment keeps of a render; `lookup`: one in which the chart could ask the cluster. */
export function fingerprintOf(prints: readonly Print[], lookup = false): Fingerprint {
  const kept = prints.length > MOST_OBJECTS ? undefined : prints.map(({ key, content }) => [key, content] as const);
  return {
    count: prints.length,
    ...(kept && { objects: Object.fromEntries(kept) }),
    ...(lookup && { lookup }),
  };
}

/** Reads what a comment holds, which somebody may have edited; undefined when it is no fingerprint. */
export function readFingerprint(value: unknown): Fingerprint | undefined {
  if (!isMap(value) || typeof value.count !== 'number') return undefined;
  const { count, objects } = value;
  const rest = { count, ...(value.lookup === true && { lookup: true as const }) };
  if (!isMap(objects)) return rest;
  const entries = Object.entries(objects);
  const isWhole = entries.every(([key, content]) => HEX.test(key) && typeof content === 'string' && HEX.test(content));
  return isWhole ? { ...rest, objects: Object.fromEntries(entries) as Record<string, string> } : undefined;
}

const HEX = /^[0-9a-f]{8,10}$/;

/** The name of an object is no secret: it stands in the diff. */
function nameHash(ref: ObjectRef): string {
  return createHash('sha256').update(keyOf(ref)).digest('hex').slice(0, KEY_DIGITS);
}

/** A commit is written in full or short, from 7 digits on, also as part of a tag or a URL. */
const COMMIT = /(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])/gi;
const SAME = '(commit)';

function withoutCommits(value: unknown, commits: readonly string[]): unknown {
  if (typeof value === 'string') {
    return value.replace(COMMIT, (word) => (isCommit(word.toLowerCase(), commits) ? SAME : word));
  }
  if (typeof value === 'number') return isCommit(String(value), commits) ? SAME : value;
  if (Array.isArray(value)) return value.map((item) => withoutCommits(item, commits));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutCommits(item, commits)]));
}

function isCommit(word: string, commits: readonly string[]): boolean {
  return word.length >= 7 && commits.some((commit) => commit.startsWith(word));
}
