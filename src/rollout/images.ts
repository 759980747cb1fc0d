import type { Container } from 'kubernetes-types/core/v1.d.ts';
import { type KubeObject, keyOf, type ObjectRef, refOf } from '../kubernetes/object.ts';
import { isWorkload } from './done.ts';
import { find, isLeaving, ownedBy, type Picture, podOf } from './picture.ts';

/** The image of one container in a workload's template. */
export interface ImageUse {
  workload: ObjectRef;
  container: string;
  image: string;
}

interface PodTemplate {
  spec?: { template?: { spec?: { containers?: Container[]; initContainers?: Container[] } } };
}

/** The images that the workloads among these objects ask for, init containers included. */
export function imagesOf(objects: readonly KubeObject[]): ImageUse[] {
  return objects
    .filter((object) => isWorkload(object.kind))
    .flatMap((object) => {
      const template = (object as unknown as PodTemplate).spec?.template?.spec;
      const containers = [...(template?.initContainers ?? []), ...(template?.containers ?? [])];
      return containers.map(({ name, image = '' }) => ({ workload: refOf(object), container: name, image }));
    });
}

/** An image that changed, or that differs between what a manifest says and what runs. */
export interface ImageDifference {
  workload: ObjectRef;
  container: string;
  from: string;
  to: string;
}

/** The containers in both lists whose image differs. */
export function imageDifferences(from: readonly ImageUse[], to: readonly ImageUse[]): ImageDifference[] {
  const old = new Map(from.map((use) => [`${keyOf(use.workload)}|${use.container}`, use.image]));
  return to.flatMap(({ workload, container, image }) => {
    const before = old.get(`${keyOf(workload)}|${container}`);
    return before === undefined || before === image ? [] : [{ workload, container, from: before, to: image }];
  });
}

/**
 * What ready pods of these workloads run instead of the image that is wanted of their container. A container whose ready pods run
 * several such images is left out: which of them counts is not known.
 */
export function imagesStillReady(picture: Picture, wanted: readonly ImageUse[]): ImageUse[] {
  return wanted.flatMap(({ workload, container, image: want }) => {
    const owner = find(picture, workload.kind, workload.namespace, workload.name);
    const pods = owner ? podsUnder(picture, owner).filter((pod) => isReady(pod) && !isLeaving(pod)) : [];
    const others = new Set(pods.flatMap((pod) => imageIn(pod, container) ?? []).filter((image) => image !== want));
    const [image, ...more] = others;
    return image !== undefined && more.length === 0 ? [{ workload, container, image }] : [];
  });
}

function podsUnder(picture: Picture, workload: KubeObject): KubeObject[] {
  const owners = workload.kind === 'Deployment' ? ownedBy(picture, 'ReplicaSet', workload) : [workload];
  return owners.flatMap((owner) => ownedBy(picture, 'Pod', owner));
}

function isReady(pod: KubeObject): boolean {
  return (podOf(pod).status?.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True');
}

function imageIn(pod: KubeObject, container: string): string | undefined {
  const { initContainers = [], containers = [] } = podOf(pod).spec ?? { containers: [] };
  return [...initContainers, ...containers].find(({ name }) => name === container)?.image;
}
