import type { Fingerprint } from '../diff/fingerprint.ts';
import type { Comparison } from '../diff/reviewed.ts';
import { type GitHub, PATIENCE_MS, within } from '../github/client.ts';
import { type RunContext, runUrlOf } from '../github/context.ts';
import type { Reviewed, StateMarker } from '../github/marker.ts';
import { findPullRequests, type Audience as Pulls } from '../github/pull-request.ts';
import { upsertComment } from '../github/sticky-comment.ts';
import type { Redact } from './redact.ts';
import type { ReviewReport } from './report.ts';
import { type Underway, underwayText } from './underway.ts';

/** The comment while a deploy is at work. */
export interface LiveComment {
  /**
   * Says on the pull request that the deploy is under way, and compares it with the diff that stands there. Returns at once; works
   * beside the deploy and never fails it. `compare` is called at most once.
   */
  begin(underway: Underway, compare: (reviewed: Fingerprint) => Promise<Comparison>): void;
  /** Ends that work, after `patienceMs` at the latest, and says what it found out. Never throws. */
  end(patienceMs: number): Promise<Found>;
}

/** What the final report needs not look up again. */
export interface Found {
  pulls?: Pulls;
  reviewed?: ReviewReport;
}

interface Place {
  context: RunContext;
  /** A client of its own: another one's time-out would end these requests. */
  github: GitHub;
  pullRequest: number | undefined;
  redact: Redact;
}

/** Writes as soon as the deploy begins. A run that is killed leaves `deploying`, which post or the next run replaces. */
export function liveComment(place: Place): LiveComment {
  const found: Found = {};
  const over = new AbortController();
  let work: Promise<void> | undefined;
  return {
    begin(underway, compare) {
      work ??= beside(place, underway, compare, found, over.signal).catch(() => {
        // The final report meets the same trouble and says it.
      });
    },
    async end(patienceMs) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, patienceMs);
      });
      await Promise.race([work, late]);
      clearTimeout(timer);
      over.abort();
      return { ...found };
    },
  };
}

async function beside(
  { github, context, pullRequest, redact }: Place,
  underway: Underway,
  compare: (reviewed: Fingerprint) => Promise<Comparison>,
  found: Found,
  over: AbortSignal,
): Promise<void> {
  const pulls = await within(github, PATIENCE_MS, () => findPullRequests(github, context, pullRequest), over);
  found.pulls = pulls;
  const marker = markerOf(underway);
  const text = underwayText(underway, redact);
  const stood: (Reviewed | undefined)[] = [];
  for (const pull of pulls.pulls) {
    const { before } = await within(
      github,
      PATIENCE_MS,
      () => upsertComment(github, context, pull, marker, text),
      over,
    );
    stood.push(before?.reviewed);
  }
  // The changes of several pull requests at once were reviewed nowhere.
  const [reviewed] = stood.length === 1 ? stood : [];
  if (!reviewed) return;
  const diffUrl = runUrlOf(context, reviewed.run.split('/')[0] ?? '');
  const nothing = { except: [], missing: 0, random: 0, secrets: 0, diffUrl };
  // Stands until the comparison is there: one that fails or comes too late claims nothing.
  found.reviewed = { ...nothing, state: 'not-compared', why: 'the comparison did not come to its end' };
  found.reviewed = { ...(await compare(reviewed)), diffUrl };
}

/** Ordered before everything that the run will say at its end: the revision is the one that was there before it. */
function markerOf({ cluster, namespace, release, before, startedAt, run }: Underway): StateMarker {
  const key = `${cluster}/${namespace}/${release}`;
  const id = `${run.id}/${run.attempt}`;
  return { v: 1, kind: 'state', key, run: id, sha: run.sha, revision: before, observed: startedAt };
}
