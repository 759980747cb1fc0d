import { type KubeObject, keyOf, refOf } from '../../src/kubernetes/object.ts';
import { EMPTY_LEDGER, type Ledger } from '../../src/rollout/ledger.ts';
import type { Picture } from '../../src/rollout/picture.ts';
import { type Baseline, judge, type Situation, type Tracked, type Verdict } from '../../src/rollout/verdict.ts';
import { at } from './objects.ts';

export const NOTHING_BEFORE: Baseline = { objects: new Map(), brokenPods: new Set(), brokenWorkloads: new Set() };

export const picture = (seconds: number, objects: KubeObject[], events: KubeObject[] = []): Picture => ({
  takenAt: at(seconds),
  objects,
  events,
  refused: [],
});

/** What a rollout of these objects follows. */
export const track = (objects: KubeObject[], more: Partial<Tracked> = {}): Tracked[] =>
  objects.map((object) => ({ ref: refOf(object), hook: false, changes: true, ...more }));

/** A baseline that knows these objects, one generation earlier. */
export const baselineFrom = (objects: KubeObject[], more: Partial<Baseline> = {}): Baseline => ({
  ...NOTHING_BEFORE,
  objects: new Map(
    objects.map((object) => [
      keyOf(refOf(object)),
      { uid: object.metadata.uid ?? '', generation: (object.metadata.generation ?? 0) - 1 },
    ]),
  ),
  ...more,
});

/** Judges one picture with everything written and nothing before it. */
export function judgeOnce(shown: Picture, tracked: Tracked[], more: Partial<Situation> = {}): Verdict {
  return film([shown], tracked, more)[0] as Verdict;
}

/** Judges pictures one after the other, each with the ledger of the one before. */
export function film(pictures: Picture[], tracked: Tracked[], more: Partial<Situation> = {}): Verdict[] {
  let ledger: Ledger = EMPTY_LEDGER;
  return pictures.map((shown) => {
    const judged = judge({
      tracked,
      baseline: NOTHING_BEFORE,
      picture: shown,
      ledger,
      applied: true,
      waitForJobs: false,
      hasSecretMakers: false,
      ...more,
    });
    ledger = judged.ledger;
    return judged.verdict;
  });
}
