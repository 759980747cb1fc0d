import type { Deployment, StatefulSet } from 'kubernetes-types/apps/v1.d.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { isLeaving, ownedBy, type Picture } from './picture.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const HASH = 'controller-revision-hash';

/** True when the controller has seen the workload's latest spec; before that its status speaks of an older one. */
export function isObserved(workload: KubeObject): boolean {
  const status = workload.status as { observedGeneration?: number } | undefined;
  return (status?.observedGeneration ?? 0) >= (workload.metadata.generation ?? 0);
}

/**
 * The pods of the workload's newest revision, leaving ones excluded: only they can make a rollout fail.
 * Empty while the controller has not seen the latest spec.
 */
export function newPods(picture: Picture, workload: KubeObject): KubeObject[] {
  if (workload.kind === 'Pod') return isLeaving(workload) ? [] : [workload];
  if (workload.kind === 'Job') return ownedBy(picture, 'Pod', workload).filter((pod) => !isLeaving(pod));
  if (!isObserved(workload)) return [];
  if (workload.kind === 'Deployment') {
    const newest = newestReplicaSet(picture, workload);
    return newest ? ownedBy(picture, 'Pod', newest).filter((pod) => !isLeaving(pod)) : [];
  }
  const hash = workload.kind === 'StatefulSet' ? updateRevision(workload) : newestControllerRevision(picture, workload);
  return ownedBy(picture, 'Pod', workload).filter((pod) => !isLeaving(pod) && pod.metadata.labels?.[HASH] === hash);
}

/** The ReplicaSet of the Deployment's current template: it carries the same revision number. */
export function newestReplicaSet(picture: Picture, deployment: KubeObject): KubeObject | undefined {
  const revision = (deployment as unknown as Deployment).metadata?.annotations?.[REVISION];
  return ownedBy(picture, 'ReplicaSet', deployment).find((set) => set.metadata.annotations?.[REVISION] === revision);
}

function updateRevision(workload: KubeObject): string | undefined {
  return (workload as unknown as StatefulSet).status?.updateRevision;
}

function newestControllerRevision(picture: Picture, workload: KubeObject): string | undefined {
  const revisions = ownedBy(picture, 'ControllerRevision', workload);
  const newest = revisions.toSorted((a, b) => Number(a.revision ?? 0) - Number(b.revision ?? 0)).at(-1);
  return newest?.metadata.labels?.[HASH];
}
