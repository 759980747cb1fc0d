import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '../kubernetes/object.ts';
import { type Api, ApiError } from './api.ts';

/** One list that is kept true by a watch. */
export interface Reflection {
  /** The objects as the API server last told them, by uid. */
  readonly objects: ReadonlyMap<string, KubeObject>;
  /** Since when (ms) the picture may be old because the connection is gone; undefined while it is live. */
  staleSince(): number | undefined;
  /** Set when this list can never be read (403, 404): the reason. */
  refused(): string | undefined;
  /** Settles when the first list has arrived or was refused. */
  readonly synced: Promise<void>;
}

export interface ReflectOptions {
  path: string;
  query: Record<string, string>;
  /** Called after every change of `objects`, and when the connection is lost or comes back. */
  onChange: () => void;
  /** Called before every new attempt after a failure: the place to bring the proxy back. */
  beforeRetry: () => Promise<void>;
  signal: AbortSignal;
  now: () => number;
}

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;
const SHORTEST_WATCH_MS = 1_000;

interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: KubeObject & { code?: number; message?: string };
}

/**
 * Lists, then watches from the list's resourceVersion; a watch that the server ends goes on from the last version seen,
 * a 410 (Gone) starts with a fresh list, and everything else is retried with back-off and jitter until `signal` aborts.
 * Protocol: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export function reflect(api: Api, options: ReflectOptions): Reflection {
  const objects = new Map<string, KubeObject>();
  let stale: number | undefined = options.now();
  let refusedWith: string | undefined;
  let listed = false;
  const { promise: synced, resolve: markSynced } = Promise.withResolvers<void>();

  const live = (): void => {
    if (stale === undefined) return;
    stale = undefined;
    options.onChange();
  };
  const lost = (): void => {
    if (stale !== undefined) return;
    stale = options.now();
    options.onChange();
  };

  const fill = async (): Promise<string> => {
    const { items, resourceVersion } = await api.list(options.path, options.query);
    objects.clear();
    for (const item of items) objects.set(item.metadata.uid ?? item.metadata.name, item);
    stale = undefined;
    listed = true;
    options.onChange();
    markSynced();
    return resourceVersion;
  };

  const follow = async (from: string): Promise<string> => {
    let version = from;
    const query = { ...options.query, resourceVersion: from, allowWatchBookmarks: 'true' };
    const onLine = (line: string): void => {
      const { type, object } = JSON.parse(line) as WatchEvent;
      if (type === 'ERROR') throw new ApiError(object.message ?? 'watch failed', object.code ?? 500);
      version = object.metadata.resourceVersion ?? version;
      live();
      if (type === 'BOOKMARK') return;
      const uid = object.metadata.uid ?? object.metadata.name;
      if (type === 'DELETED') objects.delete(uid);
      else objects.set(uid, object);
      options.onChange();
    };
    await api.watch(options.path, query, onLine, options.signal);
    return version;
  };

  const loop = async (): Promise<void> => {
    let version: string | undefined;
    let failures = 0;
    while (!options.signal.aborted) {
      try {
        const begun = options.now();
        const listing = version === undefined;
        version = await (version === undefined ? fill() : follow(version));
        failures = 0;
        // A server that ends watches at once must not be asked in a loop.
        const early = !listing && options.now() - begun < SHORTEST_WATCH_MS;
        if (early) await sleep(SHORTEST_WATCH_MS, undefined, { signal: options.signal }).catch(() => {});
      } catch (error) {
        if (options.signal.aborted) return;
        const status = error instanceof ApiError ? error.status : 0;
        // A server that starts up may say 403 or 404 for a moment: what was readable once is asked for again.
        if (!listed && (status === 403 || status === 404)) {
          refusedWith = (error as Error).message;
          stale = undefined;
          markSynced();
          options.onChange();
          return;
        }
        // After a break the version may be too old or the server a new one: a fresh list is the safe start.
        version = undefined;
        if (status === 410) continue;
        lost();
        failures += 1;
        await pause(failures, error);
        await options.beforeRetry().catch(() => {});
      }
    }
  };
  const pause = async (failures: number, error: unknown): Promise<void> => {
    const backoff = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1));
    const asked = error instanceof ApiError ? error.retryAfterMs : undefined;
    const delay = Math.max(asked ?? 0, backoff * (0.5 + Math.random() / 2));
    await sleep(delay, undefined, { signal: options.signal }).catch(() => {});
  };

  void loop().finally(markSynced);
  return { objects, synced, staleSince: () => stale, refused: () => refusedWith };
}
