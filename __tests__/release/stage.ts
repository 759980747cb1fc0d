import { setImmediate as turn } from 'node:timers/promises';
import type { Observation } from '../../src/cluster/observe.ts';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import type { Child, Ending } from '../../src/process/child.ts';
import { type FollowPlan, follow, type Outcome } from '../../src/release/follow.ts';
import { EvidenceKeeper } from '../../src/rollout/evidence.ts';
import type { Tracked } from '../../src/rollout/verdict.ts';
import { at } from '../rollout/objects.ts';
import { NOTHING_BEFORE } from '../rollout/situations.ts';

/** What happens at a second of the fake clock. */
export type Happening =
  | { objects: KubeObject[] }
  | { stale: boolean }
  | { helm: number; stderr?: string }
  | { cancel: true };

/** What happens, by second; several things at once as a list. */
export type Script = Record<number, Happening | Happening[]>;

export interface Played {
  outcome: Outcome;
  /** When it was decided, in seconds. */
  second: number;
  looks: number;
  progress: number;
}

/** Plays a rollout on a fake clock: time passes only while `follow` waits. Deadline after 600 s unless the plan says. */
export async function play(
  tracked: Tracked[],
  script: Script,
  more: Partial<FollowPlan> & { withoutHelm?: boolean } = {},
): Promise<Played> {
  let second = 0;
  let objects: KubeObject[] = [];
  let staleSince: number | undefined;
  let looks = 0;
  let progress = 0;
  const cancel = new AbortController();
  const { promise: ended, resolve: end } = Promise.withResolvers<Ending>();
  const helm: Child = { ended, signal: () => {} };

  const moments = Object.keys(script).map(Number);
  const happen = (what: Happening): void => {
    if ('objects' in what) objects = what.objects;
    else if ('stale' in what) staleSince = what.stale ? at(second) : undefined;
    else if ('helm' in what) end({ code: what.helm, stdout: '', stderr: what.stderr ?? '' });
    else cancel.abort();
  };
  const passTo = async (then: number): Promise<void> => {
    second = then;
    for (const what of [script[then] ?? []].flat()) happen(what);
    await turn();
  };
  const observation: Observation = {
    picture: () => ({ takenAt: at(second), objects, events: [], staleSince, refused: [] }),
    async changed(ms) {
      looks += 1;
      if (looks > 200) throw new Error(`follow spins at second ${second}`);
      const next = Math.min(second + ms / 1000, ...moments.filter((when) => when > second));
      if (!Number.isFinite(next)) throw new Error(`follow waits for ever at second ${second}`);
      await passTo(next);
    },
    catchUp: () => Promise.resolve(true),
    close: () => {},
  };

  const { withoutHelm, ...plan } = more;
  await passTo(0);
  const outcome = await follow({
    observation,
    evidence: new EvidenceKeeper(() => Promise.resolve(undefined)),
    tracked,
    baseline: NOTHING_BEFORE,
    waitForJobs: false,
    hasSecretMakers: false,
    failFast: true,
    deadline: at(600),
    helm: withoutHelm ? undefined : helm,
    cancelled: cancel.signal,
    onProgress: () => {
      progress += 1;
    },
    now: () => at(second),
    ...plan,
  });
  return { outcome, second, looks, progress };
}
