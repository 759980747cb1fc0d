import { gunzipSync, gzipSync } from 'node:zlib';
import { storedCrds } from './chart-crds.ts';

/**
 * Helm keeps each revision in one Secret: the release as JSON, gzipped, in base64. Kubernetes takes at most so many bytes of data
 * in a Secret: https://kubernetes.io/docs/concepts/configuration/secret/#restriction-data-size
 */
export const RECORD_LIMIT = 1024 * 1024;

/** From here on the next chart file may be the one too many, in bytes. */
export const RECORD_ALARM = 0.8 * RECORD_LIMIT;

/** How large the record of a revision is, in bytes as Kubernetes counts them, and what makes it so. */
export interface RecordSize {
  bytes: number;
  /** The largest parts first, each by what it adds to the record. Names of chart files, `the rendered manifest`, … */
  biggest: { name: string; bytes: number }[];
}

interface StoredFile {
  name?: string;
  data?: string;
}

interface StoredRelease {
  apply_method?: string;
  info?: { deleted?: unknown };
  chart?: { templates?: StoredFile[] | null; files?: StoredFile[] | null; schema?: string | null; values?: unknown };
  config?: unknown;
  manifest?: string;
  hooks?: unknown;
}

/** So many of the largest parts are named. */
const MOST_NAMED = 3;

/**
 * The size of the record that Helm would write, from the release as `helm upgrade --dry-run -o json` prints it: that is the text
 * that Helm compresses (https://github.com/helm/helm/blob/v3.22.0/pkg/storage/driver/util.go). Its description, times and
 * labels differ by some bytes, and so does Go's gzip from zlib's. Throws for text that is no JSON.
 */
export function recordSize(releaseJson: string): RecordSize {
  const { chart, config, manifest, hooks } = JSON.parse(releaseJson) as StoredRelease;
  const files = [...(chart?.templates ?? []), ...(chart?.files ?? [])];
  const parts = [
    ...files.map(({ name = '', data = '' }) => ({ name, text: data })),
    { name: 'values.schema.json', text: chart?.schema ?? '' },
    { name: "the chart's default values", text: JSON.stringify(chart?.values ?? '') },
    { name: 'the values given', text: JSON.stringify(config ?? '') },
    { name: 'the rendered manifest', text: manifest ?? '' },
    { name: 'the hooks', text: JSON.stringify(hooks ?? '') },
  ];
  // What can be among the largest is measured; compressing each of hundreds of small files would cost time for nothing.
  const largest = parts.toSorted((a, b) => b.text.length - a.text.length).slice(0, 4 * MOST_NAMED);
  const measured = largest.map(({ name, text }) => ({ name, bytes: stored(text) }));
  return {
    bytes: stored(releaseJson),
    biggest: measured.sort((a, b) => b.bytes - a.bytes).slice(0, MOST_NAMED),
  };
}

/** How many bytes of base64 a text becomes. */
function stored(text: string): number {
  return 4 * Math.ceil(gzipSync(text, { level: 9 }).length / 3);
}

/** True when a text of so many bytes cannot come near the limit, however badly it compresses. */
export function isSurelySmall(bytes: number): boolean {
  // gzip's own overhead is 5 bytes per 16 KB and 18 more.
  return (bytes * 1.001 + 18) * (4 / 3) < RECORD_ALARM;
}

/** `1.15 MiB, most of it files/dump.sql 0.90 MiB and the rendered manifest 0.15 MiB`; what is below a twentieth is not named. */
export function sizeSentence({ bytes, biggest }: RecordSize): string {
  const telling = biggest.filter(({ bytes: own }) => own >= bytes / 20);
  const named = telling.map(({ name, bytes: own }) => `\`${name}\` ${size(own)}`);
  const last = named.length > 1 ? ` and ${named.pop()}` : '';
  return `${size(bytes)}${named.length > 0 ? `, most of it ${named.join(', ')}${last}` : ''}`;
}

function size(bytes: number): string {
  return bytes < 100_000 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / RECORD_LIMIT).toFixed(2)} MiB`;
}

/** What to do about a record that is too large. */
export const SLIM_DOWN =
  'Helm stores every file of the chart with each revision: keep what no template reads out of it with a .helmignore file';

/** What a stored record tells beside the release itself. */
export interface RecordFacts {
  /** The major of Helm that wrote it; undefined when the record does not tell. */
  writtenBy: 3 | 4 | undefined;
  /** How the revision was applied; undefined when it does not say, which Helm 4 takes for `csa`. */
  applyMethod: 'ssa' | 'csa' | undefined;
  /** What stands in `crds/` of the chart that was deployed; undefined when the record cannot be read. */
  crds: string | undefined;
}

/**
 * Reads a record from the Secret's `release` field as the API server gives it (base64 over Helm's own base64). Helm 4 always
 * writes how it applied the release (`apply_method`); Helm 3 never does, and always writes when it was deleted, if only as an
 * empty text, which Helm 4 leaves out. A record that is neither, or that cannot be read, tells nothing.
 */
export function recordFacts(field: string): RecordFacts {
  try {
    const text = gunzipSync(Buffer.from(Buffer.from(field, 'base64').toString('latin1'), 'base64')).toString('utf8');
    const { apply_method: method, info, chart } = JSON.parse(text) as StoredRelease;
    const crds = storedCrds(chart?.files ?? []);
    if (method === 'ssa' || method === 'csa') return { writtenBy: 4, applyMethod: method, crds };
    return { writtenBy: method === undefined && info?.deleted === '' ? 3 : undefined, applyMethod: undefined, crds };
  } catch {
    return { writtenBy: undefined, applyMethod: undefined, crds: undefined };
  }
}

/** The name of the Secret that holds a revision. */
export function recordName(release: string, revision: number): string {
  return `sh.helm.release.v1.${release}.v${revision}`;
}

/** Where Helm keeps its records: https://helm.sh/docs/topics/advanced/#storage-backends */
export function recordsAre(driver: string | undefined): 'in secrets' | 'in configmaps' | 'elsewhere' {
  if (driver === undefined || driver === '' || /^secrets?$/.test(driver)) return 'in secrets';
  return /^configmaps?$/.test(driver) ? 'in configmaps' : 'elsewhere';
}
