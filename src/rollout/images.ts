import type { Container } from 'kubernetes-types/core/v1.d.ts';
import { type KubeObject, keyOf, type ObjectRef, refOf } from '../kubernetes/object.ts';
import { isWorkload } from './done.ts';

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
