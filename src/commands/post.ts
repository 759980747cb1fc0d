import { apiOver } from '../cluster/api.ts';
import { removePrivate } from '../cluster/kubeconfig.ts';
import { kubectlFor } from '../cluster/kubectl.ts';
import { openProxy } from '../cluster/proxy.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { start } from '../process/child.ts';
import { run } from '../process/run.ts';
import { type Helm, helmFor } from '../release/helm.ts';
import { latest, type Revision } from '../release/history.ts';
import type { HealthyRevision } from '../release/last-healthy.ts';
import { parseManifest } from '../release/manifest.ts';
import { settle } from '../release/settle.ts';
import type { Settlement } from '../release/settlement.ts';
import { secretsOf } from '../report/release-secrets.ts';
import type { Report } from '../report/report.ts';
import type { State, Unsettled } from '../state.ts';
import { type Draft, finish } from './draft.ts';
import { learnLiveSecrets, type SecretReader, saidAfter } from './known-secrets.ts';
import { nextDeploy } from './rollback/conclude.ts';
import { unlockCommand } from './unlock.ts';

/** A cancelled job is given about five minutes before GitHub ends it for good: so long, in ms, post watches. */
const WATCH_MS = 4 * 60_000;

/**
 * What runs after main, also when the job was cancelled or main was killed: settles a release that main left half-way
 * and removes the private files. Returns the completed report, or undefined when main had finished by itself.
 */
export async function afterMain(
  state: State,
  say: (line: string) => void,
  learn: (secrets: readonly string[]) => void,
): Promise<Report | undefined> {
  try {
    return state.unsettled && (await settleLeftover(state.unsettled, say, learn));
  } finally {
    await removePrivate(state.folder);
  }
}

async function settleLeftover(
  left: Unsettled,
  sayNow: (line: string) => void,
  learn: (secrets: readonly string[]) => void,
): Promise<Report> {
  const draft = JSON.parse(left.draft) as Draft;
  const what = draft.command === 'deploy' ? 'an upgrade' : 'a rollback';
  sayNow(`The run ended in the middle of ${what} of ${left.namespace}/${left.release}: settling it`);
  const access = { kubeconfig: left.kubeconfig, kubeContext: left.kubeContext };
  const helm = helmFor({ release: left.release, namespace: left.namespace, ...access }, { ...left.helm, run, start });
  const kubectl = kubectlFor(left.kubectlBin, access, run);
  const history = await helm.history().catch(() => []);
  // What Helm and the pods say may repeat a Secret that main knew. Settling does not wait for it.
  const armed = learnAgain({ kubectl, say: sayNow, learn }, helm, history, left);
  const say = saidAfter(armed, sayNow);
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
    await armed;
    await proxy.close();
  }
}

/** The Secrets of the revision that was under way and of the one to go back to: never kept between main and post. */
async function learnAgain(
  reader: SecretReader,
  helm: Helm,
  history: readonly Revision[],
  { target, release, namespace }: Unsettled,
): Promise<void> {
  const numbers = [latest(history)?.number, target?.revision.number].filter((number) => number !== undefined);
  const texts = await Promise.all([...new Set(numbers)].map((number) => helm.manifest(number).catch(() => '')));
  const objects = texts.flatMap((text) => objectsOf(text, namespace));
  const open = [release, namespace, objects.map(({ metadata }) => metadata.name)];
  reader.learn(secretsOf(objects, open));
  await learnLiveSecrets(reader, objects, open);
}

function objectsOf(text: string, namespace: string): KubeObject[] {
  try {
    return parseManifest(text, namespace);
  } catch {
    // Helm stored it, so it was a manifest for Helm; here it is only looked through for Secrets.
    return [];
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
