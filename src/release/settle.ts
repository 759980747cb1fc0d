import { goBack } from './go-back.ts';
import { lastError } from './helm.ts';
import { latest, type Revision } from './history.ts';
import { type HealthyRevision, lastHealthy } from './last-healthy.ts';
import { fingerprintOf } from './manifest.ts';
import { patiently } from './patience.ts';
import type { Part, ReleasePorts, Settlement, SettlePlan } from './settlement.ts';

/**
 * Brings a release back to a healthy revision and proves it: the only routine that ends a release's trouble.
 * It starts from the truth (history and live objects), so it may be called again at any time, also for a release that
 * another run left behind. Never throws for trouble of the cluster: what could not be done stands in the settlement.
 */
export async function settle(ports: ReleasePorts, plan: SettlePlan): Promise<Settlement> {
  const startedAt = Date.now();
  const deadline = startedAt + plan.timeout.ms;
  const blank = { verified: false, problems: [], restored: [], objects: [], startedAt };
  try {
    const history = await patiently(deadline, () => ports.helm.history());
    const common = { ...blank, history, revision: latest(history)?.number };
    const done = (rest: Pick<Settlement, 'status' | 'said'> & Partial<Settlement>): Settlement => ({
      ...common,
      ...rest,
      endedAt: Date.now(),
    });
    const intruder = newcomer(history, plan);
    if (intruder) {
      const who = `revision ${intruder.number} (${intruder.status}, "${intruder.description}")`;
      return done({
        status: 'taken-over',
        said: `nothing was rolled back: ${who} was made meanwhile by somebody else`,
      });
    }
    if (plan.ownRevision !== undefined && (latest(history)?.number ?? 0) < plan.ownRevision) {
      return done({ status: 'untouched', said: 'Helm had not written anything yet: the release is what it was' });
    }
    if (plan.firstInstall) return done(await uninstall(ports, plan, history));
    const target = (await stored(ports, plan, history, deadline)) ?? lastHealthy(history, { except: plan.except });
    if (!target) {
      const said = 'nothing was rolled back: no stored revision of the release is known to have been healthy';
      return done({ status: 'nothing-to-go-back-to', said });
    }
    return done(await goBack(ports, plan, { history, target, deadline }));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const said = `whether the release was brought back is unknown: ${problem}`;
    return { ...blank, status: 'unknown', said, problems: [problem], history: [], endedAt: Date.now() };
  }
}

function newcomer(history: readonly Revision[], { ownRevision, target }: SettlePlan): Revision | undefined {
  if (ownRevision === undefined) return undefined;
  const isOurRollback = (revision: Revision): boolean =>
    revision.rollbackOf !== undefined &&
    (revision.rollbackOf === target?.revision.number || revision.rollbackOf < ownRevision);
  return history.find((revision) => revision.number > ownRevision && !isOurRollback(revision));
}

/**
 * The target as it is stored now: a pruned one is replaced by the newest stored revision with the same manifest, which
 * Helm would apply just so.
 */
async function stored(
  { helm, say }: ReleasePorts,
  { target, ownRevision = Number.POSITIVE_INFINITY }: SettlePlan,
  history: readonly Revision[],
  deadline: number,
): Promise<HealthyRevision | undefined> {
  if (!target || history.some(({ number }) => number === target.revision.number)) return target;
  const others = history.filter(({ number }) => number < ownRevision && target.fingerprint !== undefined);
  for (const revision of others.toReversed()) {
    const manifest = await patiently(deadline, () => helm.manifest(revision.number));
    if (fingerprintOf(manifest) !== target.fingerprint) continue;
    say(`Revision ${target.revision.number} was pruned from the history; revision ${revision.number} says the same`);
    return { ...target, revision };
  }
  return undefined;
}

async function uninstall({ helm, say }: ReleasePorts, plan: SettlePlan, history: Revision[]): Promise<Part> {
  if (history.length === 0)
    return { status: 'uninstalled', said: 'the first install left no release behind', verified: true };
  say(`Uninstalling the first install of ${helm.target.release}, which failed`);
  const ending = await helm.uninstall(plan.timeout.text).ended;
  const left = await patiently(Date.now() + plan.timeout.ms, () => helm.history());
  if (ending.code === 0 && left.length === 0) {
    return { status: 'uninstalled', said: 'the first install failed and was uninstalled', verified: true, history: [] };
  }
  const problem = lastError(ending.stderr) || 'the release is still listed';
  return {
    status: 'rollback-failed',
    said: `the failed first install could not be removed: ${problem}`,
    problems: [problem],
  };
}
