import { describe, expect, it } from '@jest/globals';
import { crashing, pulling } from '../rollout/container-states.ts';
import { at } from '../rollout/objects.ts';
import { DONE, ends, GAVE_UP, LOCKED, LOST, MISSING_SECRET, ready, sick, tracked, WELL } from './rollouts.ts';
import { play, type Script } from './stage.ts';

const STALE = { stale: true };
const CANCEL = { cancel: true } as const;

// [what, script, kind of the outcome, second of the decision]
const ROWS: [string, Script, string, number][] = [
  ['all is done, then Helm has ended well', { 0: ready(0), 5: ready(2), 9: DONE, 10: WELL }, 'healthy', 10],
  ['Helm ends first', { 0: ready(0), 3: WELL, 9: DONE }, 'healthy', 9],
  ['a rule that is final at once', { 0: ready(0), 4: sick(pulling('missing')) }, 'failed', 4],
  ['a rule, exactly at its threshold', { 0: ready(0), 4: sick(MISSING_SECRET) }, 'failed', 34],
  ['a rule, though Helm has given up before', { 0: ready(0), 4: sick(MISSING_SECRET), 10: GAVE_UP }, 'failed', 34],
  ['a rule, though the API was away for Helm', { 0: ready(0), 1: LOST, 4: sick(crashing(2)) }, 'failed', 4],
  ['Helm refuses', { 0: ready(3), 2: ends('field is immutable') }, 'helm-failed', 2],
  ['Helm is killed', { 0: ready(0), 2: { helm: 137 } }, 'helm-failed', 2],
  ['Helm is killed while it says that it waits', { 0: ready(0), 2: { ...GAVE_UP, helm: 143 } }, 'helm-failed', 2],
  ['Helm fails and a rule knows why', { 0: ready(0), 2: [sick(pulling('missing')), ends('x')] }, 'failed', 2],
  ['somebody else is at work', { 0: DONE, 1: LOCKED }, 'locked', 1],
  ['Helm gave up, later all is done', { 0: ready(0), 30: GAVE_UP, 45: DONE }, 'healthy-although-helm-failed', 45],
  ['Helm lost the API, later all is done', { 0: ready(0), 30: LOST, 45: DONE }, 'healthy-although-helm-failed', 45],
  ['all is done, Helm waits to the deadline', { 0: DONE }, 'healthy-although-helm-failed', 600],
  ['a cancel', { 0: ready(0), 7: CANCEL }, 'cancelled', 7],
  ['a cancel before it began', { 0: [CANCEL, DONE, WELL] }, 'cancelled', 0],
  ['a cancel with all done', { 0: ready(0), 7: [DONE, WELL, CANCEL] }, 'cancelled', 7],
  ['a picture that is stale to the end', { 0: ready(0), 100: STALE }, 'unknown', 600],
  ['a stale picture in which all was done', { 0: DONE, 1: STALE, 2: WELL }, 'unknown', 600],
  ['a stale picture and Helm lost the API', { 0: ready(0), 100: STALE, 101: LOST }, 'unknown', 600],
  ['a picture that comes back', { 0: ready(0), 9: STALE, 15: WELL, 16: DONE, 20: { stale: false } }, 'healthy', 20],
  ['the deadline', { 0: ready(0) }, 'timed-out', 600],
  ['the deadline, though Helm said well', { 0: ready(0), 1: WELL }, 'timed-out', 600],
];

describe('a rollout is decided by', () => {
  it.each(ROWS)('%s', async (_, script, kind, second) => {
    const played = await play(tracked, script);
    expect([played.outcome.kind, played.second]).toEqual([kind, second]);
    expect(played.outcome.milestones).toMatchObject({ startedAt: at(0), endedAt: at(second) });
  });

  it('the convergence alone when Helm has been at work before', async () => {
    const { outcome, second } = await play(tracked, { 0: ready(1), 8: DONE }, { withoutHelm: true });
    expect([outcome.kind, second, outcome.ending]).toEqual(['healthy', 8, undefined]);
  });

  it("Helm's ending, which stands in the outcome", async () => {
    const { outcome } = await play(tracked, { 0: DONE, 1: GAVE_UP });
    expect(outcome.ending).toEqual({ code: 1, stdout: '', stderr: 'Error: UPGRADE FAILED: context deadline exceeded' });
  });
});
