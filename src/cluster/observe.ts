import type { KubeObject, ObjectRef } from '../kubernetes/object.ts';
import type { Picture } from '../rollout/picture.ts';
import type { WatchTarget } from '../rollout/watch-plan.ts';
import type { Api } from './api.ts';
import { hasCaughtUp, objectNow } from './catch-up.ts';
import { type Reflection, reflect } from './reflect.ts';

/** Everything that is watched of a release, as one picture that is always the newest. */
export interface Observation {
  picture(): Picture;
  /** Resolves at the next change, after `ms`, or when `signal` aborts, whichever comes first. */
  changed(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Resolves when the picture shows these objects as the API server has them at the call, or newer: a watch tells of a write a moment
   * after it, on a busy machine seconds. False when `ms` pass first, or `signal` aborts.
   */
  catchUp(refs: readonly ObjectRef[], ms: number, signal: AbortSignal): Promise<boolean>;
  close(): void;
}

/** Changes come in bursts (one event per pod and condition): so long, in ms, they are collected into one picture. */
const BURST_MS = 20;

/**
 * Watches all targets and returns when each was listed once or was refused. Until `close` it reconnects by itself; what
 * is old because of a lost connection is said in the picture.
 */
export async function observe(
  api: Api,
  targets: readonly WatchTarget[],
  options: { revive: () => Promise<void>; now?: () => number },
): Promise<Observation> {
  const now = options.now ?? Date.now;
  const stop = new AbortController();
  let wake: () => void = () => {};
  const reflections = targets.map((target) => {
    const { path, query } = target;
    const onChange = (): void => wake();
    return {
      target,
      view: reflect(api, { path, query, onChange, beforeRetry: options.revive, signal: stop.signal, now }),
    };
  });
  await Promise.all(reflections.map(({ view }) => view.synced));

  const views = (events: boolean): Reflection[] =>
    reflections.filter(({ target }) => (target.kind === 'Event') === events).map(({ view }) => view);
  // Events from before are another rollout's: only new and repeated ones count, whatever the server's clock says.
  const old = new Map(collect(views(true)).map((event) => [event.metadata.uid, event.metadata.resourceVersion]));

  const observation: Observation = {
    picture() {
      const stale = reflections.map(({ view }) => view.staleSince()).filter((since) => since !== undefined);
      return {
        takenAt: now(),
        objects: collect(views(false)),
        events: collect(views(true)).filter((event) => old.get(event.metadata.uid) !== event.metadata.resourceVersion),
        staleSince: stale.length > 0 ? Math.min(...stale) : undefined,
        // Without Events there is less to show, but no less to know.
        refused: reflections
          .filter(({ target }) => target.kind !== 'Event')
          .map(({ view }) => view.refused())
          .filter((reason) => reason !== undefined),
      };
    },
    changed(ms, signal) {
      return new Promise((resolve) => {
        let burst: NodeJS.Timeout | undefined;
        const finish = (): void => {
          clearTimeout(timer);
          clearTimeout(burst);
          signal?.removeEventListener('abort', finish);
          resolve();
        };
        const timer = setTimeout(finish, Math.max(0, ms));
        signal?.addEventListener('abort', finish, { once: true });
        wake = () => {
          burst ??= setTimeout(finish, BURST_MS);
        };
        if (signal?.aborted) finish();
      });
    },
    async catchUp(refs, ms, signal) {
      const end = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
      try {
        const read = await Promise.all(refs.map((ref) => within(objectNow(api, ref, end), end)));
        const live = read.filter((object) => object !== undefined);
        while (!live.every((object) => hasCaughtUp(observation.picture(), object))) {
          if (end.aborted) return false;
          await observation.changed(ms, end);
        }
        return true;
      } catch (error) {
        if (end.aborted) return false;
        throw error;
      }
    },
    close: () => stop.abort(),
  };
  return observation;
}

/** The answer, or an error when the signal comes first: a question that hangs is not waited for. */
function within<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  if (signal.aborted) reject(signal.reason);
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return Promise.race([answer, promise]);
}

/** One object may be seen by two lists (a pod of a Job and of a workload's labels): the newest wins, by uid. */
function collect(reflections: readonly Reflection[]): KubeObject[] {
  const all = new Map<string, KubeObject>();
  for (const { objects } of reflections) for (const [uid, object] of objects) all.set(uid, object);
  return [...all.values()];
}
