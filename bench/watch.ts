import type { HelmName } from '../__tests__/e2e/step.ts';
import type { AuditEvent } from './audit.ts';
import { appliedAt } from './audit.ts';
import type { Options } from './options.ts';
import { runAction, type Say, setScene } from './runs.ts';

/** API requests in the second minute of a wait on pods that never get ready. */
export interface WatchRun {
  helm: HelmName;
  ours: number;
  helms: number;
  /** Ours as `verb path`, for who wants to know what they were. */
  requests: string[];
}

const MINUTE_MS = 60_000;

/** One wait per Helm, side by side: each is counted in its own namespace, and what has no namespace counts for both. */
export async function measureWatch(options: Options, say: Say): Promise<WatchRun[]> {
  return Promise.all(
    options.helms.map(async (helm) => {
      const scene = await setScene('watch', helm);
      try {
        await runAction(scene.place, 'unready', 'rolled-back', { timeout: '130s' });
        const events = scene.events();
        const applied = appliedAt(events, scene.place.namespace);
        if (applied === undefined) throw new Error(`${scene.place.namespace}: the audit log has no apply`);
        // A count of nothing would be met by a wrong filter too.
        if (!events.some(isOurs)) throw new Error(`${scene.place.namespace}: no request of the action was seen at all`);
        const counted = secondMinute([...events, ...scene.clusterEvents()], applied);
        const ours = counted.filter(isOurs);
        const requests = ours.map(({ verb, requestURI }) => `${verb} ${requestURI.replace(/\?.*/, '')}`);
        const run = { helm, ours: ours.length, helms: counted.filter(isHelms).length, requests };
        say(`watch    ${helm}: ours ${run.ours}, Helm's ${run.helms} ${requests.join(', ')}`);
        return run;
      } finally {
        scene.remove();
      }
    }),
  );
}

/** Each request once, by when it was received. */
export function secondMinute(events: readonly AuditEvent[], applied: number): AuditEvent[] {
  const from = applied + MINUTE_MS;
  const inside = events.filter(({ receivedAt }) => receivedAt >= from && receivedAt < from + MINUTE_MS);
  return [...new Map(inside.map((event) => [event.auditID, event])).values()];
}

/** The proxy and every kubectl that the action starts say kubectl. */
function isOurs({ userAgent }: AuditEvent): boolean {
  return userAgent.startsWith('kubectl/');
}

function isHelms({ userAgent }: AuditEvent): boolean {
  return userAgent.startsWith('Helm/');
}
