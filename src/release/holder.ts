import type { Kubectl } from '../cluster/kubectl.ts';
import type { Helm } from './helm.ts';
import { latest, type Revision } from './history.ts';

/** Which run wrote a revision; Helm stores the labels with the first pending record. */
export const RUN_LABEL = 'helm-rollout-run';

/** The revision that the run label speaks of: later upgrades by hand inherit a release's labels, and this tells them apart. */
export const REVISION_LABEL = 'helm-rollout-revision';

/** Whether a run of GitHub Actions has ended; undefined when GitHub does not say. */
export type HasEnded = (runId: string, attempt: string) => Promise<boolean | undefined>;

export type Holder =
  | { state: 'dead'; ours: boolean; why: string }
  | { state: 'alive' | 'unknown'; why: string; run?: { id: string; attempt: string } };

export interface HolderQuestion {
  helm: Helm;
  kubectl: Kubectl;
  history: readonly Revision[];
  hasEnded: HasEnded;
  timeoutMs: number;
  now: number;
}

/** A pending record that is older than the longest deploy is nobody's any more; ms on top of 2 × timeout. */
const MARGIN_MS = 5 * 60_000;

/** Who holds a release whose newest revision is pending, and whether they are still at work. */
export async function whoHolds({ helm, kubectl, history, hasEnded, timeoutMs, now }: HolderQuestion): Promise<Holder> {
  const pending = latest(history);
  if (!pending) return { state: 'unknown', why: 'the release has no revision' };
  const since = new Date(pending.updated).toISOString();
  const run = await writer(helm, kubectl, history, pending);
  if (run) {
    const ended = await hasEnded(run.id, run.attempt);
    const named = `run ${run.id} (attempt ${run.attempt})`;
    if (ended === true) return { state: 'dead', ours: true, why: `${named} began it at ${since} and has ended` };
    if (ended === false) return { state: 'alive', why: `${named} is at work on it since ${since}`, run };
  }
  const ageMs = now - pending.updated;
  if (ageMs > 2 * timeoutMs + MARGIN_MS) {
    return {
      state: 'dead',
      ours: run !== undefined,
      why: `it is ${pending.status} since ${since}, longer than any deploy takes`,
    };
  }
  const who = run
    ? `run ${run.id} (attempt ${run.attempt}), whose state GitHub does not tell`
    : 'somebody who is not a run of this action';
  return { state: 'unknown', why: `${who} holds it as ${pending.status} since ${since}`, run };
}

async function writer(
  helm: Helm,
  kubectl: Kubectl,
  history: readonly Revision[],
  pending: Revision,
): Promise<{ id: string; attempt: string } | undefined> {
  // A rollback carries its target's labels: it is the run's whose upgrade it takes back, the revision right before it.
  const number = pending.status === 'pending-rollback' ? pending.number - 1 : pending.number;
  if (!history.some((revision) => revision.number === number)) return undefined;
  const kind = process.env.HELM_DRIVER === 'configmap' ? 'configmap' : 'secret';
  const { release, namespace } = helm.target;
  const labels = await kubectl.labels(kind, namespace, `sh.helm.release.v1.${release}.v${number}`);
  const [, id, attempt] = /^(\d+)-(\d+)$/.exec(labels?.[RUN_LABEL] ?? '') ?? [];
  if (!id || !attempt || labels?.[REVISION_LABEL] !== String(number)) return undefined;
  return { id, attempt };
}
