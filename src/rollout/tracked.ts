import { isDeepStrictEqual } from 'node:util';
import { type KubeObject, keyOf, refOf } from '../kubernetes/object.ts';
import { isFollowed, isWorkload, readiness } from './done.ts';
import type { Picture } from './picture.ts';
import { find } from './picture.ts';
import { brokenPods } from './signals.ts';
import type { Baseline, Tracked } from './verdict.ts';

/** The objects of a new manifest that a rollout follows; `before` is the manifest that it replaces. */
export function trackObjects(
  rendered: readonly KubeObject[],
  hooks: readonly KubeObject[],
  before: readonly KubeObject[],
): Tracked[] {
  const old = new Map(before.map((object) => [keyOf(refOf(object)), object]));
  const track = (object: KubeObject, hook: boolean): Tracked[] => {
    if (!isFollowed(object)) return [];
    const ref = refOf(object);
    return [{ ref, hook, changes: !isDeepStrictEqual(old.get(keyOf(ref))?.spec, object.spec) }];
  };
  return [...rendered.flatMap((object) => track(object, false)), ...hooks.flatMap((object) => track(object, true))];
}

/** How things are now, to be compared with later. */
export function baselineOf(picture: Picture, tracked: readonly Tracked[]): Baseline {
  const live = tracked.flatMap(({ ref }) => find(picture, ref.kind, ref.namespace, ref.name) ?? []);
  const objects = live.map(
    (object) =>
      [keyOf(refOf(object)), { uid: object.metadata.uid ?? '', generation: object.metadata.generation ?? 0 }] as const,
  );
  const unhealthy = live.filter((object) => isWorkload(object.kind) && !readiness(object, { waitForJobs: false }).done);
  return {
    objects: new Map(objects),
    brokenPods: brokenPods(picture),
    brokenWorkloads: new Set(unhealthy.map((object) => keyOf(refOf(object)))),
  };
}

/** Operators that make the Secrets that pods refer to; they need a moment. */
const SECRET_MAKERS = new Set(['ExternalSecret', 'ClusterExternalSecret', 'SealedSecret', 'SecretProviderClass']);

/** True when something in the manifest makes Secrets by itself. */
export function hasSecretMakers(rendered: readonly KubeObject[]): boolean {
  return rendered.some((object) => SECRET_MAKERS.has(object.kind));
}
