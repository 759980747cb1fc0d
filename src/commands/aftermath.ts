import { setTimeout as sleep } from 'node:timers/promises';
import type { Facts } from '../release/inspect.ts';
import type { EvidenceKeeper } from '../rollout/evidence.ts';
import type { Cause } from '../rollout/verdict.ts';
import type { WriterJob } from './job.ts';
import { learnLiveSecrets, saidAfter } from './known-secrets.ts';
import { publicWords } from './prepare/prepare.ts';

/** The Events about a failure follow it by so long at the most, in ms. */
export const EVENTS_LAG_MS = 500;

/** Evidence may cost the end of a run so long, in ms. */
export const EVIDENCE_MS = 5_000;

/**
 * Settling after a watch that did not end well. Messages and logs of pods may repeat a Secret: `settle` gets a `say` whose words wait
 * until the live ones are known, and when this returns they are. Events about `cause` go on being collected meanwhile.
 */
export async function aftermath<T>(
  job: WriterJob,
  facts: Facts,
  { evidence, cause }: { evidence: EvidenceKeeper; cause: Cause | undefined },
  settle: (say: WriterJob['say']) => Promise<T>,
): Promise<T> {
  const { session, inputs } = job;
  const open = publicWords(inputs, session.chartValues, facts.all);
  const armed = learnLiveSecrets({ ...job, ...session }, facts.all, open);
  const over = new AbortController();
  const lingering = cause && linger(facts, evidence, cause, over.signal);
  try {
    const [settled] = await Promise.all([settle(saidAfter(armed, job.say)), cause && sleep(EVENTS_LAG_MS)]);
    return settled;
  } finally {
    over.abort();
    await armed;
    await lingering;
  }
}

/** Goes on collecting while settle is at work: Events come a moment after the state that ended the watch. */
export async function linger(
  { observation }: Pick<Facts, 'observation'>,
  evidence: EvidenceKeeper,
  cause: Cause,
  over: AbortSignal,
): Promise<void> {
  while (!over.aborted) {
    await observation.changed(EVENTS_LAG_MS / 2, over);
    evidence.note(observation.picture(), [cause]);
  }
}
