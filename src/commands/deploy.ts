import { setTimeout as sleep } from 'node:timers/promises';
import type { RunContext } from '../github/context.ts';
import type { Inputs } from '../inputs.ts';
import { titleOf } from '../kubernetes/object.ts';
import type { Child, Ending } from '../process/child.ts';
import { follow, type Outcome } from '../release/follow.ts';
import { HelmError } from '../release/helm.ts';
import type { UpgradePlan } from '../release/helm-args.ts';
import { latest, type Revision } from '../release/history.ts';
import { type HasEnded, REVISION_LABEL, RUN_LABEL, whoHolds } from '../release/holder.ts';
import { type Facts, inspect } from '../release/inspect.ts';
import { DESCRIPTION_PREFIX } from '../release/last-healthy.ts';
import { ManifestError } from '../release/manifest.ts';
import { type ReleasePorts, type Settlement, settle } from '../release/settle.ts';
import type { Report } from '../report/report.ts';
import { EvidenceKeeper } from '../rollout/evidence.ts';
import { type Cause, type Verdict, workloadStates } from '../rollout/verdict.ts';
import { keep } from '../state.ts';
import { conclude, failureOf } from './conclude.ts';
import { type Draft, draftOf, finish } from './deploy-report.ts';
import type { Session } from './prepare.ts';
import { unlock } from './unlock.ts';

/** What a deploy gets handed in. */
export interface DeployJob {
  inputs: Inputs;
  context: RunContext;
  session: Session;
  hasEnded: HasEnded;
  cancelled: AbortSignal;
  say: (line: string) => void;
}

/** Evidence may cost the end of a run so long, in ms; it never delays the rollback. */
const EVIDENCE_MS = 5_000;

/** The Events about a failure follow it by so long at the most, in ms. */
const EVENTS_LAG_MS = 500;

/** After SIGINT Helm writes `failed` within milliseconds; one that hangs is ended after so long, in ms. */
const LAST_WORDS_MS = 5_000;

/**
 * One deploy: inspect → gate → apply under watch → settle → report. Throws only for what was found before anything was
 * touched; from the first write on everything ends in a report.
 */
export async function deploy(job: DeployJob): Promise<Report> {
  const { session, inputs, say } = job;
  const draft = draftOf(job);
  const ports: ReleasePorts = { ...session, say, cancelled: job.cancelled };

  const freed = await unlock(job, ports, await session.helm.history());
  if ('refused' in freed) return finish(draft, { status: 'refused', ...freed.refused });

  say(`Rendering ${inputs.release} and reading what runs in ${inputs.namespace}`);
  const facts = await inspect(ports, session.source, freed.history).catch(chartProblem);
  if ('problem' in facts) return finish(draft, { status: 'failed', ...facts.problem, history: freed.history });
  try {
    announce(job, facts);
    const evidence = new EvidenceKeeper((request) => session.kubectl.logs(request));
    const outcome = await apply(job, facts, evidence, draft);
    const found = outcome.kind === 'failed' || outcome.kind === 'timed-out' ? outcome.cause : undefined;
    const over = new AbortController();
    const lingering = found && linger(facts, evidence, found, over.signal);
    const [settled] = await Promise.all([settleAfter(job, ports, facts, outcome), found && sleep(EVENTS_LAG_MS)]);
    over.abort();
    await lingering;
    const history = settled?.history ?? (await session.helm.history().catch(() => facts.history));
    const report = finish(draft, {
      ...conclude(outcome, settled, inputs, facts.history),
      ...(outcome.kind === 'locked' && { reason: await heldBy(job, history) }),
      facts,
      outcome,
      settled,
      evidence: found && (await evidence.of(found, EVIDENCE_MS)),
      history,
    });
    // A cancel that came before the end was observed leaves the rest to post.
    const decided = outcome.kind !== 'cancelled' && (!job.cancelled.aborted || settled?.verified !== false);
    if (decided) keep({ folder: session.folder });
    return report;
  } finally {
    facts.observation.close();
  }
}

/** A chart that does not render is the user's to mend; everything else is unexpected. Nothing has been changed. */
function chartProblem(error: unknown): { problem: { reason: string; next: string } } {
  if (!(error instanceof HelmError) && !(error instanceof ManifestError)) throw error;
  return {
    problem: { reason: `${error.message}; nothing was changed`, next: 'mend the chart or the values, then re-run' },
  };
}

function announce({ inputs, say }: DeployJob, { target, imageChanges, hotFixes }: Facts): void {
  for (const { workload, container, from, to } of hotFixes) {
    say(`Drift: ${titleOf(workload)} container ${container} runs ${to}; the release says ${from}.`);
  }
  for (const { workload, container, from, to } of imageChanges)
    say(`${titleOf(workload)} ${container}: ${from} → ${to}`);
  const back = target ? `revision ${target.revision.number} (${target.proof})` : 'nothing: this is a first install';
  say(
    `On failure it goes back to ${back}. Time-out ${inputs.timeout.text}; at the worst this takes twice that and a minute.`,
  );
}

/** Helm at work with the watch beside it. */
async function apply(job: DeployJob, facts: Facts, evidence: EvidenceKeeper, draft: Draft): Promise<Outcome> {
  const { inputs, session, say } = job;
  const ownRevision = (latest(facts.history)?.number ?? 0) + 1;
  const startedAt = Date.now();
  keep({
    folder: session.folder,
    unsettled: {
      release: inputs.release,
      namespace: inputs.namespace,
      ...session.access,
      helm: session.helmTool,
      kubectlBin: session.kubectl.bin,
      cluster: session.cluster.id,
      atomic: inputs.atomic,
      timeout: inputs.timeout,
      target: facts.target,
      ownRevision,
      firstInstall: facts.history.length === 0,
      runningImages: facts.runningImages,
      startedAt,
      draft: JSON.stringify(draft),
    },
  });
  say(`helm upgrade --install ${inputs.release} (revision ${ownRevision})`);
  const helm = session.helm.upgrade(upgradePlan(job, facts, ownRevision), () => {});
  const outcome = await follow({
    observation: facts.observation,
    evidence,
    tracked: facts.tracked,
    baseline: facts.baseline,
    waitForJobs: inputs['wait-for-jobs'],
    hasSecretMakers: facts.hasSecretMakers,
    failFast: inputs['fail-fast'],
    deadline: startedAt + inputs.timeout.ms,
    helm,
    cancelled: job.cancelled,
    onProgress: (verdict) => say(progressLine(verdict, Date.now() - startedAt)),
  });
  if (outcome.ending === undefined) outcome.ending = await stop(helm);
  return outcome;
}

/** Somebody was faster by a moment: who. */
async function heldBy({ session, hasEnded, inputs }: DeployJob, history: readonly Revision[]): Promise<string> {
  const { helm, kubectl } = session;
  const question = { helm, kubectl, history, hasEnded, timeoutMs: inputs.timeout.ms, now: Date.now() };
  const { why } = await whoHolds(question).catch(() => ({ why: 'who holds it could not be read' }));
  return `another operation on the release began a moment earlier: ${why}`;
}

/** Goes on collecting while settle is at work: Events come a moment after the state that ended the watch. */
async function linger(
  { observation }: Facts,
  evidence: EvidenceKeeper,
  cause: Cause,
  over: AbortSignal,
): Promise<void> {
  while (!over.aborted) {
    await observation.changed(EVENTS_LAG_MS / 2, over);
    evidence.note(observation.picture(), [cause]);
  }
}

function upgradePlan({ inputs, context, session }: DeployJob, facts: Facts, revision: number): UpgradePlan {
  return {
    ...session.source,
    timeout: inputs.timeout.text,
    atomic: inputs.atomic,
    wait: true,
    waitForJobs: inputs['wait-for-jobs'],
    createNamespace: inputs['create-namespace'],
    description: `${DESCRIPTION_PREFIX} commit ${context.sha.slice(0, 12)}, run ${context.runId}, by ${context.actor}`,
    labels: { [RUN_LABEL]: `${context.runId || '0'}-${context.attempt}`, [REVISION_LABEL]: String(revision) },
    waitStrategy: facts.waitStrategy,
    forceConflicts: facts.serverSideApplied,
  };
}

/** One SIGINT: Helm writes `failed` into its record and ends. One that cannot reach the API server may hang. */
async function stop(helm: Child): Promise<Ending> {
  helm.signal('SIGINT');
  const harder = setTimeout(() => helm.signal('SIGTERM'), LAST_WORDS_MS);
  const hardest = setTimeout(() => helm.signal('SIGKILL'), 2 * LAST_WORDS_MS);
  const ending = await helm.ended;
  clearTimeout(harder);
  clearTimeout(hardest);
  return ending;
}

/**
 * Everything is healthy and Helm's record says `failed`: the same upgrade once more, without waiting, sets it right.
 * When it does not, the warning of the report says so; nothing is rolled back either way.
 */
async function correctRecord(job: DeployJob, { helm, say }: ReleasePorts, facts: Facts): Promise<undefined> {
  const history = await helm.history();
  if (latest(history)?.status === 'deployed') return;
  say('Every object is healthy, but Helm gave up: repeating the upgrade without waiting, to set its record right');
  const plan = upgradePlan(job, facts, (latest(history)?.number ?? 0) + 1);
  const ending = await helm.upgrade({ ...plan, wait: false }, () => {}).ended;
  if (ending.code !== 0) say(`Helm's record still says failed: ${ending.stderr.trim()}`);
}

function progressLine(verdict: Verdict, afterMs: number): string {
  const rows = workloadStates(verdict).map(({ ref, ready, desired, missing }) => {
    return `${titleOf(ref)} ${ready}/${desired}${missing ? ` (${missing})` : ''}`;
  });
  return `+${(afterMs / 1000).toFixed(1)} s  ${rows.join(', ') || 'no workloads'}`;
}

/** Settles what went wrong, when it may be settled; undefined when there is nothing to settle. */
async function settleAfter(
  job: DeployJob,
  ports: ReleasePorts,
  facts: Facts,
  outcome: Outcome,
): Promise<Settlement | undefined> {
  const { inputs, say } = job;
  const untouched = await wasUntouched(ports, facts, outcome);
  if (['healthy', 'locked', 'cancelled', 'unknown'].includes(outcome.kind) || untouched) return undefined;
  if (outcome.kind === 'healthy-although-helm-failed') return correctRecord(job, ports, facts);
  say(`The upgrade failed: ${failureOf(outcome).reason}`);
  if (inputs.atomic === 'off') return undefined;
  return settle(ports, {
    target: facts.target,
    except: [],
    ownRevision: (latest(facts.history)?.number ?? 0) + 1,
    runningImages: facts.runningImages,
    firstInstall: facts.history.length === 0,
    // A hook that was called broken is not waited for.
    hooks: outcome.kind === 'failed' ? [] : facts.tracked.filter(({ hook }) => hook).map(({ ref }) => ref),
    timeout: inputs.timeout,
  });
}

/** Helm refused before it wrote anything: its history is what it was. */
async function wasUntouched({ helm }: ReleasePorts, facts: Facts, outcome: Outcome): Promise<boolean> {
  if (outcome.kind !== 'helm-failed') return false;
  const now = await helm.history().catch(() => undefined);
  return now !== undefined && latest(now)?.number === latest(facts.history)?.number;
}
