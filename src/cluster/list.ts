import type { KubeObject, ObjectRef } from '../kubernetes/object.ts';

/** Objects as kubectl takes them by `--filename -`. */
export function listOf(items: readonly unknown[]): unknown {
  return { apiVersion: 'v1', kind: 'List', items };
}

/** As much of an object as `kubectl get --filename -` needs. */
export function stub({ apiVersion, kind, name, namespace }: ObjectRef): unknown {
  return { apiVersion, kind, metadata: { name, namespace } };
}

/** The objects that `kubectl --output json` prints: nothing, one alone, or a list. */
export function itemsOf(json: string): KubeObject[] {
  if (json.trim() === '') return [];
  const value = JSON.parse(json) as KubeObject & { items?: KubeObject[] };
  return value.items ?? [value];
}
