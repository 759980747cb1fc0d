import { liveViewOf } from '../../cluster/live-view.ts';
import { checkDrift, type DriftCheck } from '../../drift/check.ts';
import { run } from '../../process/run.ts';
import type { Revision } from '../../release/history.ts';
import { secretsOf } from '../../report/release-secrets.ts';
import type { DriftJob } from '../job.ts';
import { publicWords } from '../prepare/prepare.ts';

/** The check of the job's release, with the Secrets that it read made known; undefined when there is nothing to compare with. */
export async function checkRelease(
  job: Pick<DriftJob, 'inputs' | 'session' | 'learn'>,
  history: readonly Revision[],
): Promise<DriftCheck | undefined> {
  const { session, inputs } = job;
  const view = liveViewOf(session.kubectl, session.api, run);
  const check = await checkDrift(session.helm, view, history, inputs['drift-ignore']);
  if (check) job.learn(secretsOf(check.live, publicWords(inputs, session.chartValues, check.live)));
  return check;
}
