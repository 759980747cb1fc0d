import type { ReleaseTarget } from '../release/helm-args.ts';
import { isPending, latest, type Revision } from '../release/history.ts';
import { whoHolds } from '../release/holder.ts';
import { imagesThatRan } from '../release/images-that-ran.ts';
import { lastHealthy } from '../release/last-healthy.ts';
import { settle } from '../release/settle.ts';
import type { ReleasePorts } from '../release/settlement.ts';
import type { WriterJob } from './job.ts';

/** The history of a release that is free, or why nothing may be touched. */
export type Freed = { history: Revision[] } | { refused: { reason: string; next: string } };

/** A pending release is settled when its holder is dead; else nothing is touched. */
export async function unlock(
  { session, inputs, hasEnded, say }: WriterJob,
  ports: ReleasePorts,
  history: Revision[],
): Promise<Freed> {
  const { helm, kubectl } = session;
  const pending = latest(history);
  if (!isPending(pending)) return { history };
  const name = `${inputs.namespace}/${inputs.release}`;
  const holder = await whoHolds({ helm, kubectl, history, hasEnded, timeoutMs: inputs.timeout.ms, now: Date.now() });
  if (holder.state !== 'dead') {
    const next = holder.run
      ? 'wait until that run has ended, then re-run this one'
      : `when nobody is at work: ${unlockCommand(helm.target, history)}`;
    return { refused: { reason: `the release ${name} is held: ${holder.why}`, next } };
  }
  const firstInstall = pending?.status === 'pending-install';
  if (firstInstall && (!holder.ours || inputs.atomic === 'off')) {
    const next = `look at it, then remove it: helm uninstall ${inputs.release} --namespace ${inputs.namespace}`;
    return { refused: { reason: `the first install of ${name} was left half-way: ${holder.why}`, next } };
  }
  say(`The release is stuck in ${pending?.status}: ${holder.why}. Settling it first.`);
  const runningImages = firstInstall ? [] : await imagesThatRan(ports, history);
  const settled = await settle(ports, { except: [], runningImages, firstInstall, timeout: inputs.timeout });
  say(`Settled: ${settled.said}`);
  if (settled.verified) return { history: await helm.history() };
  const reason = `the release ${name} was left half-way by an earlier run and could not be settled: ${settled.said}`;
  return { refused: { reason, next: unlockCommand(helm.target, history) } };
}

/** The command that a person runs to bring the release back. */
export function unlockCommand(
  target: Pick<ReleaseTarget, 'release' | 'namespace'>,
  history: readonly Revision[],
): string {
  const healthy = lastHealthy(history);
  if (!healthy) return `\`helm uninstall ${target.release} --namespace ${target.namespace}\``;
  return `\`helm rollback ${target.release} ${healthy.revision.number} --namespace ${target.namespace} --wait\``;
}
