import type { Event, Pod } from 'kubernetes-types/core/v1.d.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { isControlledBy } from '../kubernetes/object.ts';

/** What the API server showed of a release at one moment. Plain data: made by cluster/, judged here. */
export interface Picture {
  /** ms since 1970, by our clock. */
  takenAt: number;
  /** All objects that were watched, Events left out. */
  objects: readonly KubeObject[];
  events: readonly KubeObject[];
  /** Since when (ms) part of the picture may be old because the connection is gone; undefined while all is live. */
  staleSince?: number;
  /** The lists of objects that may not be read, in the API server's words: no verdict is possible then. */
  refused: readonly string[];
}

/** The live object of a kind by name, or undefined. */
export function find(
  picture: Picture,
  kind: string,
  namespace: string | undefined,
  name: string,
): KubeObject | undefined {
  return picture.objects.find(
    (object) =>
      object.kind === kind && object.metadata.name === name && (object.metadata.namespace ?? '') === (namespace ?? ''),
  );
}

/** The live objects of a kind whose controller is `owner`. */
export function ownedBy(picture: Picture, kind: string, owner: KubeObject): KubeObject[] {
  return picture.objects.filter((object) => object.kind === kind && isControlledBy(object, owner.metadata.uid));
}

/** The Events about the object with this uid, newest last. */
export function eventsAbout(picture: Picture, uid: string | undefined): Event[] {
  return picture.events
    .map((event) => event as unknown as Event)
    .filter((event) => event.involvedObject.uid === uid)
    .sort((a, b) => lastSeen(a) - lastSeen(b));
}

/** When an Event was last seen, in ms since 1970. */
export function lastSeen(event: Event): number {
  const time =
    event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp;
  return Date.parse(time ?? '') || 0;
}

/** True when the pod is on its way out: it says nothing about the revision any more. */
export function isLeaving(pod: KubeObject): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

/** The pod as the Kubernetes API types it. */
export function podOf(object: KubeObject): Pod {
  return object as unknown as Pod;
}
