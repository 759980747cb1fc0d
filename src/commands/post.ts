import { apiOver } from '../cluster/api.ts';
import { removePrivate } from '../cluster/kubeconfig.ts';
import { kubectlFor } from '../cluster/kubectl.ts';
import { openProxy } from '../cluster/proxy.ts';
import { start } from '../process/child.ts';
import { run } from '../process/run.ts';
import { helmFor } from '../release/helm.ts';
import { latest } from '../release/history.ts';
import type { HealthyRevision } from '../release/last-healthy.ts';
import { settle } from '../release/settle.ts';
import type { Settlement } from '../release/settlement.ts';
import type { Report } from '../report/report.ts';
import type { State, Unsettled } from '../state.ts';
import { type Draft, finish } from './deploy-report.ts';
import { nextDeploy } from './rollback-conclude.ts';
import { unlockCommand } from './unlock.ts';

/** A cancelled job is given about five minutes before GitHub ends it for good: so long, in ms, post watches. */
const WATCH_MS = 4 * 60_000;

/**
 * What runs after main, also when the job was cancelled or main was killed: settles a release that main left half-way
 * and removes the private files. Returns the completed report, or undefined when main had finished by itself.
 */
export async function afterMain(state: State, say: (line: string) => void): Promise<Report | undefined> {
  try {
    return state.unsettled && (await settleLeftover(state.unsettled, say));
  } finally {
    await removePrivate(state.folder);
  }
}

async function settleLeftover(left: Unsettled, say: (line: string) => void): Promise<Report> {
  const draft = JSON.parse(left.draft) as Draft;
  say(
    `The run ended in the middle of ${draft.command === 'deploy' ? 'an upgrade' : 'a rollback'} of ${left.namespace}/${left.release}: settling it`,
  );
  const access = { kubeconfig: left.kubeconfig, kubeContext: left.kubeContext };
  const helm = helmFor({ release: left.release, namespace: left.namespace, ...access }, { ...left.helm, run, start });
  const kubectl = kubectlFor(left.kubectlBin, access, run);
  const history = await helm.history().catch(() => []);
  const next = `re-run this job, or run ${unlockCommand(left, history)}`;
  if (left.atomic === 'off') {
    return finish(draft, { status: 'unknown', reason: 'the run ended before the rollout was decided', next, history });
  }
  const proxy = await openProxy(left.kubectlBin, access, start);
  try {
    const ports = {
      helm,
      kubectl,
      api: apiOver(proxy.socket),
      revive: proxy.revive,
      say,
      cancelled: new AbortController().signal,
    };
    const current = latest(history);
    const isDone = draft.command === 'deploy' && current?.number === left.ownRevision && current.status === 'deployed';
    if (isDone && !left.untested) {
      // Helm was done before the run ended: what it deployed stays when it is healthy.
      const target: HealthyRevision = { revision: current, proof: 'recorded' };
      const plan = { target, except: [], runningImages: [], firstInstall: false, timeout: seconds(WATCH_MS / 4) };
      const seen = await settle(ports, plan);
      const reason = 'the run was ended after the upgrade had succeeded; every object is healthy';
      if (seen.verified) return finish(draft, { status: 'deployed', reason, next: '', history });
    }
    const except = draft.command === 'deploy' ? [left.ownRevision] : [];
    const settled = await settle(ports, { ...left, except, timeout: seconds(WATCH_MS) });
    return finish(draft, { ...conclusion(draft, settled, next), settled, history: settled.history });
  } finally {
    await proxy.close();
  }
}

function seconds(ms: number): { text: string; ms: number } {
  return { text: `${ms / 1000}s`, ms };
}

function conclusion(draft: Draft, settled: Settlement, next: string): Pick<Report, 'status' | 'reason' | 'next'> {
  const isRollback = draft.command === 'rollback';
  const reason = `the run ended in the middle of the ${isRollback ? 'rollback' : 'upgrade'}; ${settled.said}`;
  if (isRollback && settled.status === 'rolled-back') {
    return { status: 'rolled-back', reason, next: draft.undo ? nextDeploy(draft.undo) : '' };
  }
  if (settled.status === 'rolled-back' || settled.status === 'uninstalled') {
    return { status: settled.status, reason, next: 're-run the job when you want the new version' };
  }
  const status =
    settled.status === 'rollback-failed' ? 'rollback-failed' : settled.status === 'unknown' ? 'unknown' : 'failed';
  return { status, reason, next };
}
