import { groupOf, type KubeObject, type ObjectRef } from '../kubernetes/object.ts';
import { alignedLines, oneSided } from './align.ts';
import { visible } from './canonical.ts';
import type { Source } from './documents.ts';
import { type FieldChange, fieldChanges } from './fields.ts';
import { unified } from './hunks.ts';
import { type Meaning, meaningOf } from './meaning.ts';
import { isNoise } from './noise.ts';
import { type Pair, pairObjects, shown } from './pairs.ts';
import { redactSecrets } from './secrets.ts';
import { field } from './values.ts';
import { type DiffWarning, warningsOf } from './warnings.ts';

/** The rendered texts of a release before and after; empty where there is nothing. Hooks as `helm get hooks` prints them. */
export interface DiffInput {
  old: string;
  oldHooks: string;
  new: string;
  newHooks: string;
  /** The CRDs of `crds/`, which Helm creates at the first install and then never touches. */
  crds?: { old: string; new: string; isUpgrade?: boolean };
  releaseNamespace: string;
}

export type Change = Pair['change'];

/** What happens to one object. Holds no value of a Secret. */
export interface ObjectDiff {
  ref: ObjectRef;
  /** As helm diff heads it: `pearl, interface, Deployment (apps) has changed`. */
  title: string;
  change: Change;
  source: Source;
  /** Differs only in chart or app version labels or checksum annotations. */
  noise: boolean;
  /** Leaves the release but stays in the cluster (`helm.sh/resource-policy: keep`); its change is `unchanged`. */
  kept: boolean;
  /** Unified diff of the canonical texts, three lines of context, no file headers; empty when unchanged. */
  lines: string[];
  fields: FieldChange[];
}

/** The difference between two states of a release, ordered by namespace, name and kind. Holds no value of a Secret. */
export interface ReleaseDiff {
  objects: ObjectDiff[];
  meaning: Meaning;
  warnings: DiffWarning[];
  counts: Record<Change, number> & { noise: number };
}

/**
 * Compares two states of a release object by object. Pure; the result holds no value of a Secret.
 * Throws DiffInputError (documents.ts) for text that is no manifest and for an object that the new one gives twice.
 */
export function diffRelease(input: DiffInput): ReleaseDiff {
  const { pairs, repeated } = pairObjects(input, input.releaseNamespace);
  const objects = pairs.map((pair) => objectDiff(pair, input.releaseNamespace));
  const counts = { added: 0, removed: 0, changed: 0, unchanged: 0, noise: 0 };
  for (const object of objects) {
    counts[object.change]++;
    if (object.noise) counts.noise++;
  }
  return { objects, meaning: meaningOf(pairs), warnings: warningsOf(pairs, repeated, input.crds?.isUpgrade), counts };
}

function objectDiff(pair: Pair, releaseNamespace: string): ObjectDiff {
  const { ref, source, object } = shown(pair);
  const { change, kept } = pair;
  const title = titleOf(object, ref, change, kept, releaseNamespace);
  const base = { ref, title, change, source, kept };
  if (change === 'unchanged') return { ...base, noise: false, lines: [], fields: [] };
  const { old, now } = redactSecrets({
    ...(pair.old && { old: pair.old.object }),
    ...(pair.now && { now: pair.now.object }),
  });
  if (old === undefined) return { ...base, noise: false, lines: unified(oneSided('+', now ?? {})), fields: [] };
  if (now === undefined) return { ...base, noise: false, lines: unified(oneSided('-', old)), fields: [] };
  const noise = pair.old !== undefined && pair.now !== undefined && isNoise(pair.old.object, pair.now.object);
  return { ...base, noise, lines: unified(alignedLines(old, now)), fields: fieldChanges(old, now) };
}

const SAYS: Record<Change, string> = {
  added: 'has been added',
  removed: 'has been removed',
  changed: 'has changed',
  unchanged: 'has not changed',
};

/** helm diff writes the release's namespace also before objects that have none, and the version of the core group. */
function titleOf(object: KubeObject, ref: ObjectRef, change: Change, kept: boolean, releaseNamespace: string): string {
  const own = field(object.metadata, 'namespace');
  const namespace = typeof own === 'string' && own !== '' ? own : releaseNamespace;
  const api = groupOf(ref.apiVersion) || ref.apiVersion;
  const says = kept ? 'leaves the release and stays in the cluster' : SAYS[change];
  return visible(`${namespace}, ${ref.name}, ${ref.kind} (${api}) ${says}`);
}
