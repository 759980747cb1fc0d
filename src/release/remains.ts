import type { Api } from '../cluster/api.ts';
import { kindInfo, listPath } from '../kubernetes/kinds.ts';
import { type KubeObject, refOf, titleOf } from '../kubernetes/object.ts';

const POLICY = 'helm.sh/resource-policy';

/** True for an object that Helm leaves in the cluster when its release goes. */
export function isKept({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[POLICY]?.trim().toLowerCase() === 'keep';
}

/** `<template>-<StatefulSet>-<number>`: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-storage */
export function claimPattern(set: KubeObject): RegExp | undefined {
  const { volumeClaimTemplates = [] } = (set.spec ?? {}) as { volumeClaimTemplates?: KubeObject[] };
  const names = volumeClaimTemplates.map(({ metadata }) => escaped(metadata.name));
  return names.length > 0 ? new RegExp(`^(?:${names.join('|')})-${escaped(set.metadata.name)}-\\d+$`) : undefined;
}

function escaped(text: string): string {
  return text.replace(/[.\\+*?[^\]$(){}=!<>|:-]/g, '\\$&');
}

/** The claims that StatefulSets among these objects have made and that are there and not on their way out. */
export async function claimsOf(api: Pick<Api, 'list'>, objects: readonly KubeObject[]): Promise<string[]> {
  const info = kindInfo('v1', 'PersistentVolumeClaim');
  const sets = objects.filter(({ kind }) => kind === 'StatefulSet');
  const found: string[] = [];
  for (const set of sets) {
    const pattern = claimPattern(set);
    if (!info || !pattern) continue;
    const { items } = await api.list(listPath(info, set.metadata.namespace), {});
    const own = items.filter(({ metadata }) => pattern.test(metadata.name) && !metadata.deletionTimestamp);
    found.push(...own.map((claim) => titleOf(refOf(claim))));
  }
  return [...new Set(found)];
}
