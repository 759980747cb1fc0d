import { type Fingerprint, readFingerprint } from '../diff/fingerprint.ts';

/** What the hidden first line of our comment says: it finds the comment again and orders what is written into it. */
export type Marker = DiffMarker | StateMarker;

interface AnyMarker {
  v: 1;
  /** cluster/namespace/release */
  key: string;
  /** The workflow run and its attempt: `4711/1`. */
  run: string;
  /** The commit that the run is about. */
  sha?: string;
  /** What the diff on this pull request showed; kept through the comment's life. */
  reviewed?: Reviewed;
}

/** The render that was reviewed, and the run that showed it. */
export interface Reviewed extends Fingerprint {
  run: string;
}

/** What a merge would do: ordered by head commit and run. */
export interface DiffMarker extends AnyMarker {
  kind: 'diff';
}

/** What is in the cluster: ordered by what was observed last on the API server. */
export interface StateMarker extends AnyMarker {
  kind: 'state';
  /** The newest Helm revision; absent when the release is not there. */
  revision?: number;
  /** When it was observed, in ms since 1970. */
  observed: number;
}

const START = '<!-- helm-rollout ';
const END = ' -->';

/**
 * A release that is uninstalled and installed again begins at revision 1. Clocks of runners differ by seconds: an older revision seen
 * so much later, in ms, is a new life of the release.
 */
const NEW_LIFE_MS = 10 * 60_000;

/** The hidden line; `--` would end an HTML comment, so it is escaped inside the JSON. */
export function markerLine(marker: Marker): string {
  return `${START}${JSON.stringify(marker).replaceAll('--', '-\\u002d').replaceAll('>', '\\u003e')}${END}`;
}

/** The marker of a comment's body, or undefined when it is not ours. */
export function readMarker(body: string | undefined): Marker | undefined {
  const [line = ''] = (body ?? '').split(/\r?\n/, 1);
  if (!line.startsWith(START) || !line.endsWith(END)) return undefined;
  try {
    return known(JSON.parse(line.slice(START.length, -END.length)));
  } catch {
    return undefined;
  }
}

function known(value: Partial<StateMarker> | Partial<DiffMarker>): Marker | undefined {
  if (value?.v !== 1 || typeof value.key !== 'string') return undefined;
  // The first release wrote no kind: it only knew deploys.
  if (value.kind === undefined) return { ...(value as StateMarker), kind: 'state', observed: 0 };
  const { reviewed, ...marker } = value as Marker;
  const seen = readFingerprint(reviewed);
  return seen && typeof reviewed?.run === 'string' ? { ...marker, reviewed: { ...seen, run: reviewed.run } } : marker;
}

/** What is known of the pull request, to order diffs. */
export interface PullState {
  /** The commit at its head now. */
  head: string;
  open: boolean;
}

/**
 * True when `other`, which stands in the comment, is newer than what we are about to write, and has to stay.
 * `pull` is needed when we write a diff.
 */
export function isNewer(other: Marker, own: Marker, pull?: PullState): boolean {
  if (own.kind === 'state') return other.kind === 'state' && observedLater(other, own);
  if (other.kind === 'diff') return diffIsNewer(other, own, pull);
  // A diff of the commit that was deployed, or of one that is no longer the head, says nothing new.
  return pull?.open !== true || own.sha !== pull.head || other.sha === own.sha;
}

function observedLater(other: StateMarker, own: StateMarker): boolean {
  const later = other.observed - own.observed;
  if (other.revision === undefined || own.revision === undefined || other.revision === own.revision) return later > 0;
  return other.revision > own.revision ? -later < NEW_LIFE_MS : later >= NEW_LIFE_MS;
}

function diffIsNewer(other: DiffMarker, own: DiffMarker, pull: PullState | undefined): boolean {
  if (other.sha !== own.sha && pull) {
    if (own.sha === pull.head) return false;
    if (other.sha === pull.head) return true;
  }
  return compareRuns(other.run, own.run) > 0;
}

/** Run ids grow; BigInt because they outgrow 2^53 some day. */
function compareRuns(a: string, b: string): number {
  const [idA = 0n, attemptA = 0n] = a.split('/').map(number);
  const [idB = 0n, attemptB = 0n] = b.split('/').map(number);
  const difference = idA === idB ? attemptA - attemptB : idA - idB;
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
}

function number(text: string): bigint {
  return /^\d+$/.test(text) ? BigInt(text) : 0n;
}
