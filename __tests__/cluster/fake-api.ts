import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, ApiError, type ObjectList } from '../../src/cluster/api.ts';
import type { KubeObject } from '../../src/kubernetes/object.ts';

/** One watch that `reflect` has opened. */
export interface OpenWatch {
  query: Record<string, string>;
  send(type: string, object: Record<string, unknown>): void;
  raw(line: string): void;
  /** The server ends it, as it does every few minutes. */
  end(): void;
  /** The connection breaks. */
  drop(error?: Error): void;
}

/** An API server of one list: what `list` answers is set by the test, watches are kept open until it says so. */
export class FakeApi implements Api {
  readonly lists: Record<string, string>[] = [];
  readonly watches: OpenWatch[] = [];
  answer: () => ObjectList = () => ({ resourceVersion: '1', items: [] });

  list(_path: string, query: Record<string, string>): Promise<ObjectList> {
    this.lists.push(query);
    return Promise.resolve().then(() => this.answer());
  }

  watch(
    _path: string,
    query: Record<string, string>,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const raw = (line: string): void => {
      // As in the real client, an error in onLine ends the stream.
      try {
        onLine(line);
      } catch (error) {
        reject(error);
      }
    };
    signal.addEventListener('abort', () => reject(new Error('aborted')));
    this.watches.push({
      query,
      raw,
      send: (type, object) => raw(JSON.stringify({ type, object })),
      end: resolve,
      drop: (error = new Error('socket hang up')) => reject(error),
    });
    return promise;
  }

  /** The newest watch, when there have been `count`. */
  async opened(count: number): Promise<OpenWatch> {
    await until(() => this.watches.length >= count, `${count} watches`);
    return this.watches[count - 1] as OpenWatch;
  }
}

export const refuse =
  (status: number, message = `status ${status}`, retryAfterMs?: number) =>
  (): never => {
    throw new ApiError(message, status, retryAfterMs);
  };

export const listed =
  (resourceVersion: string, ...items: KubeObject[]) =>
  (): ObjectList => ({ resourceVersion, items });

/** Waits until something holds; fails after two seconds. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  for (let waited = 0; waited < 2_000; waited += 2) {
    if (holds()) return;
    await sleep(2);
  }
  throw new Error(`waited in vain for ${what}`);
}
