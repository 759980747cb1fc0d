import type { AuditReport } from '../../audit/summary.ts';
import { titleOf } from '../../kubernetes/object.ts';
import { causeOf, type Outcome } from '../../release/follow.ts';
import { HelmError } from '../../release/helm.ts';
import { latest, type Revision } from '../../release/history.ts';
import { whoHolds } from '../../release/holder.ts';
import { type Facts, inspect } from '../../release/inspect.ts';
import { ManifestError } from '../../release/manifest.ts';
import { RECORD_LIMIT, type RecordSize, SLIM_DOWN, sizeSentence } from '../../release/record.ts';
import { settle } from '../../release/settle.ts';
import type { ReleasePorts, Settlement } from '../../release/settlement.ts';
import { secretsOf } from '../../report/release-secrets.ts';
import type { Report } from '../../report/report.ts';
import { EvidenceKeeper } from '../../rollout/evidence.ts';
import { keep } from '../../state.ts';
import { aftermath, EVIDENCE_MS } from '../aftermath.ts';
import { auditRefusal } from '../audit/chart-audit.ts';
import { blind } from '../blind.ts';
import { type Draft, draftOf, type Findings, finish } from '../draft.ts';
import { againstNew, type DriftBefore, driftBefore } from '../drift/before.ts';
import type { WriterJob } from '../job.ts';
import { publicWords } from '../prepare/prepare.ts';
import { unlock } from '../unlock.ts';
import { apply, correctRecord, keepForPost } from './apply.ts';
import { deployAudit, storedHooks } from './audit.ts';
import { conclude, failureOf } from './conclude.ts';
import { driftLines, driftRefusal, mustForce } from './drift.ts';
import { runTests } from './run-tests.ts';
import { isUnchanged } from './unchanged.ts';

/**
 * One deploy: inspect → gate → apply under watch → settle → report. Throws only for what was found before anything was
 * touched; from the first write on everything ends in a report.
 */
export async function deploy(job: WriterJob): Promise<Report> {
  const { session, inputs, say } = job;
  const draft = draftOf(job);
  const ports: ReleasePorts = { ...session, say, cancelled: job.cancelled };

  // Begun beside the look at the history, for speed; for a release that is settled first it comes too early.
  const early = session.helm.render(session.source);
  early.catch(() => {});
  const before = await session.helm.history();
  const freed = await unlock(job, ports, before);
  if ('refused' in freed) return finish(draft, { status: 'refused', ...freed.refused });

  say(`Rendering ${inputs.release} and reading what runs in ${inputs.namespace}`);
  const looking = driftBefore(job, freed.history);
  const rendering = freed.history === before ? early : session.helm.render(session.source);
  const oldHooks = storedHooks(job, freed.history);
  oldHooks.catch(() => {});
  const facts = await inspect(ports, rendering, freed.history).catch(chartProblem);
  if ('problem' in facts) return finish(draft, { status: 'failed', ...facts.problem, history: freed.history });
  job.learn(secretsOf(facts.all, inPublic(job, facts)));
  try {
    const [refusal] = facts.observation.picture().refused;
    if (refusal) return finish(draft, { status: 'refused', ...blind(refusal), history: freed.history });
    const drift = againstNew(await looking, facts.rendered);
    if (drift.problem) draft.warnings.push(`Drift could not be looked for: ${drift.problem}`);
    const audit = deployAudit(job, facts, await rendering, await oldHooks);
    // Not in the draft: post gets that through the environment, which has no room for it.
    const found = { audit, ...(drift.report && { driftCheck: drift.report }) };
    const gate = gateOf(job, facts, drift, audit);
    if (gate) return { ...finish(draft, { status: 'refused', ...gate, facts, history: freed.history }), ...found };
    if (await isUnchanged(job, ports, facts, drift.check)) return { ...finish(draft, untouched(facts)), ...found };
    facts.forceConflicts &&= mustForce(job, drift);
    announce(job, facts, drift);
    return { ...(await applyAndSettle(job, ports, facts, draft)), ...found };
  } finally {
    facts.observation.close();
  }
}

/** From the first write on: everything ends in a report, also what nobody thought of. */
async function applyAndSettle(job: WriterJob, ports: ReleasePorts, facts: Facts, draft: Draft): Promise<Report> {
  const { session, inputs } = job;
  try {
    const evidence = new EvidenceKeeper((request) => session.kubectl.logs(request));
    const applied = await apply(job, facts, evidence, draft);
    const tested = inputs.test && applied.kind.startsWith('healthy');
    const outcome = tested ? await runTests(job, ports, facts, evidence, applied) : applied;
    if (tested && outcome === applied) keepForPost(job, facts, draft, false);
    const found = causeOf(outcome);
    // What a test showed has been collected already.
    const cause = outcome.during === 'test' ? undefined : found;
    const settled =
      outcome.kind === 'healthy'
        ? await settleAfter(job, ports, facts, outcome)
        : await aftermath(job, facts, { evidence, cause }, (say) =>
            settleAfter({ ...job, say }, { ...ports, say }, facts, outcome),
          );
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
  } catch (error) {
    // The state for post stays: it looks at the release again.
    const reason = `the run broke down in the middle: ${error instanceof Error ? error.message : String(error)}`;
    return finish(draft, { status: 'unknown', reason, next: 're-run this job: it settles the release first', facts });
  }
}

/** What stands in public in this release. */
function inPublic({ inputs, session }: WriterJob, { all }: Facts): unknown[] {
  return publicWords(inputs, session.chartValues, all);
}

/** Nothing to do: Helm is not run, and the release stays on its revision. */
function untouched(facts: Facts): Findings {
  const number = latest(facts.history)?.number;
  const reason = `the chart renders what revision ${number} is, and that is live and healthy`;
  return { status: 'unchanged', reason, next: '', facts, history: facts.history };
}

/** A chart that does not render is the user's to mend; everything else is unexpected. Nothing has been changed. */
function chartProblem(error: unknown): { problem: { reason: string; next: string } } {
  if (!(error instanceof HelmError) && !(error instanceof ManifestError)) throw error;
  return {
    problem: { reason: `${error.message}; nothing was changed`, next: 'mend the chart or the values, then re-run' },
  };
}

/** Why the deploy is not begun; undefined when it may be. Nothing has been changed. */
function gateOf(
  job: WriterJob,
  { record }: Facts,
  drift: DriftBefore,
  audit: AuditReport | undefined,
): { reason: string; next: string } | undefined {
  if (record && record.bytes > RECORD_LIMIT) return tooLarge(record);
  return driftRefusal(job, drift) ?? auditRefusal(audit);
}

/** Helm would fail to store it; then nothing of this revision could ever be rolled back or looked at. */
function tooLarge(record: RecordSize): { reason: string; next: string } {
  const reason = `Helm could not store this release: its record would be ${sizeSentence(record)}, and a Secret holds at most 1 MiB`;
  return { reason, next: SLIM_DOWN };
}

function announce({ inputs, say }: WriterJob, { target, imageChanges }: Facts, drift: DriftBefore): void {
  for (const line of driftLines(drift)) say(line);
  for (const { workload, container, from, to } of imageChanges)
    say(`${titleOf(workload)} ${container}: ${from} → ${to}`);
  const back = target ? `revision ${target.revision.number} (${target.proof})` : 'nothing: this is a first install';
  say(
    `On failure it goes back to ${back}. Time-out ${inputs.timeout.text}; at the worst this takes twice that and a minute.`,
  );
}

/** Somebody was faster by a moment: who. */
async function heldBy({ session, hasEnded, inputs }: WriterJob, history: readonly Revision[]): Promise<string> {
  const { helm, kubectl } = session;
  const question = { helm, kubectl, history, hasEnded, timeoutMs: inputs.timeout.ms, now: Date.now() };
  const { why } = await whoHolds(question).catch(() => ({ why: 'who holds it could not be read' }));
  return `another operation on the release began a moment earlier: ${why}`;
}

/** Settles what went wrong, when it may be settled; undefined when there is nothing to settle. */
async function settleAfter(
  job: WriterJob,
  ports: ReleasePorts,
  facts: Facts,
  outcome: Outcome,
): Promise<Settlement | undefined> {
  const { inputs, say } = job;
  const untouched = await wasUntouched(ports, facts, outcome);
  if (['healthy', 'locked', 'cancelled', 'unknown'].includes(outcome.kind) || untouched) return undefined;
  if (outcome.kind === 'healthy-although-helm-failed') return correctRecord(job, facts);
  say(`The ${outcome.during === 'test' ? 'deploy' : 'upgrade'} failed: ${failureOf(outcome).reason}`);
  if (inputs.atomic === 'off') return undefined;
  const ownRevision = (latest(facts.history)?.number ?? 0) + 1;
  return settle(ports, {
    target: facts.target,
    // Helm may call it deployed: its tests failed, or our rules are stricter.
    except: [ownRevision],
    ownRevision,
    runningImages: facts.runningImages,
    firstInstall: facts.history.length === 0,
    // A hook that was called broken is not waited for.
    hooks: outcome.kind === 'failed' ? [] : facts.tracked.filter(({ hook }) => hook).map(({ ref }) => ref),
    noHooks: inputs['helm-args'].includes('--no-hooks'),
    timeout: inputs.timeout,
  });
}

/** Helm refused before it wrote anything: its history is what it was. */
async function wasUntouched({ helm }: ReleasePorts, facts: Facts, outcome: Outcome): Promise<boolean> {
  if (outcome.kind !== 'helm-failed') return false;
  const now = await helm.history().catch(() => undefined);
  return now !== undefined && latest(now)?.number === latest(facts.history)?.number;
}
