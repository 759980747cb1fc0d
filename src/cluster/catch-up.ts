import { setTimeout as sleep } from 'node:timers/promises';
import { kindInfo, listPath } from '../kubernetes/kinds.ts';
import type { KubeObject, ObjectRef } from '../kubernetes/object.ts';
import { find, type Picture } from '../rollout/picture.ts';
import { type Api, ApiError } from './api.ts';

/** Between two attempts to ask an API server that is away, in ms. */
const RETRY_MS = 250;

/**
 * The object as the API server has it now; undefined when there is none, or it may not be read. Asks again while the server is away,
 * until `signal`, then throws.
 */
export async function objectNow(
  api: Pick<Api, 'list'>,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  const info = kindInfo(ref.apiVersion, ref.kind);
  if (!info) return undefined;
  for (;;) {
    signal.throwIfAborted();
    try {
      const { items } = await api.list(listPath(info, ref.namespace), { fieldSelector: `metadata.name=${ref.name}` });
      return items[0];
    } catch (error) {
      if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return undefined;
      await sleep(RETRY_MS, undefined, { signal });
    }
  }
}

/** True when the picture shows an object as it was read, or as it has become since. */
export function hasCaughtUp(picture: Picture, { kind, metadata }: KubeObject): boolean {
  const shown = find(picture, kind, metadata.namespace, metadata.name)?.metadata;
  if (shown?.uid !== metadata.uid) return (shown?.creationTimestamp ?? '') > (metadata.creationTimestamp ?? '');
  return (shown?.generation ?? 0) >= (metadata.generation ?? 0);
}
