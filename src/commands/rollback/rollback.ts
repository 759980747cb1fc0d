import { diffRelease } from '../../diff/diff.ts';
import { hasDrifted } from '../../drift/check.ts';
import { latest, type Revision } from '../../release/history.ts';
import { inspect } from '../../release/inspect.ts';
import type { HealthyRevision } from '../../release/last-healthy.ts';
import { fingerprintOf, parseManifest } from '../../release/manifest.ts';
import { type Choice, chooseTarget } from '../../release/rollback-target.ts';
import type { ReleasePorts } from '../../release/settlement.ts';
import { secretsOf } from '../../report/release-secrets.ts';
import type { Report } from '../../report/report.ts';
import { blind } from '../blind.ts';
import { type Draft, draftOf, finish } from '../draft.ts';
import { checkRelease } from '../drift/check-release.ts';
import type { WriterJob } from '../job.ts';
import { publicWords } from '../prepare/prepare.ts';
import { unlock } from '../unlock.ts';
import { carryOut } from './apply.ts';
import type { RollbackPlan } from './plan.ts';
import { diffLines, planOf, tableLines, withRows } from './report.ts';
import { type RevisionFacts, revisionFacts } from './revision-facts.ts';

/**
 * One rollback by hand: choose → show what goes back → settle under watch → report. Throws only for what was found before
 * anything was touched; from the first write on everything ends in a report.
 */
export async function rollback(job: WriterJob): Promise<Report> {
  const { session, inputs, say } = job;
  const draft: Draft = { ...draftOf(job), command: 'rollback' };
  const ports: ReleasePorts = { ...session, say, cancelled: job.cancelled };
  const stored = await session.helm.history();
  if (stored.length === 0) return finish(draft, nothingThere(job));
  const freed = inputs['dry-run'] ? { history: stored } : await unlock(job, ports, stored);
  if ('refused' in freed) return finish(draft, { status: 'refused', ...freed.refused, history: stored });

  const { history } = freed;
  const known = await revisionFacts(session.helm, history);
  for (const line of tableLines(history, known)) say(line);
  // Settling a stuck release has brought back the last healthy revision: a step further back was not asked for.
  const settled = history !== stored && inputs.revision === undefined;
  const choice = settled ? backAlready(history) : await choose(job, history, known);
  if ('refused' in choice) return withRows(finish(draft, refusal(choice.refused, history, known)), known);

  const plan = await prepare(job, ports, history, { ...choice, from: latest(stored)?.number ?? 0 });
  try {
    const [hidden] = plan.facts.observation.picture().refused;
    if (hidden) return withRows(finish(draft, { status: 'refused', ...blind(hidden), history }), known);
    const planned: Draft = { ...draft, ...planOf(job, plan) };
    for (const line of diffLines(plan)) say(line);
    for (const warning of planned.warnings) say(`Note: ${warning}`);
    if (inputs['dry-run']) return withRows(finish(planned, dryRun(plan)), known);
    return await carryOut(job, ports, { plan, known }, planned);
  } finally {
    plan.facts.observation.close();
  }
}

function nothingThere({ inputs }: WriterJob): { status: 'refused'; reason: string; next: string } {
  const reason = `there is no release ${inputs.release} in the namespace ${inputs.namespace}`;
  return { status: 'refused', reason, next: 'check the inputs release and namespace' };
}

function refusal(why: string, history: Revision[], known: RevisionFacts) {
  const numbers = known.candidates.map(({ number }) => number);
  const next =
    numbers.length > 0
      ? `choose one of these revisions, newest first: ${numbers.join(', ')}`
      : 'no stored revision can be gone back to: deploy a good commit instead';
  return { status: 'refused' as const, reason: `${why}; nothing was changed`, next, history };
}

function dryRun({ found, target, facts: { history } }: RollbackPlan) {
  const touched = found.objects.filter(({ change }) => change !== 'unchanged').length;
  const reason = `a rollback to revision ${target.revision.number} would change ${touched} objects; nothing was changed`;
  return { status: touched > 0 ? ('changed' as const) : ('clean' as const), reason, next: '', history };
}

type Chosen = Extract<Choice, { target: HealthyRevision }> & { again?: boolean };

function backAlready(history: readonly Revision[]): Chosen | { refused: string } {
  const revision = latest(history);
  return revision ? { target: { revision, proof: 'recorded' } } : { refused: 'the release has no revision' };
}

/** The user's choice, or the last healthy revision whose manifest is another than the current one's. */
async function choose(
  job: WriterJob,
  history: readonly Revision[],
  { manifests }: RevisionFacts,
): Promise<Chosen | { refused: string }> {
  const { inputs, session, say } = job;
  const { helm } = session;
  const current = latest(history);
  const manifestOf = async (number: number): Promise<string> => manifests.get(number) ?? (await helm.manifest(number));
  const now = current ? await manifestOf(current.number) : '';
  const except: number[] = [];
  for (;;) {
    const choice = chooseTarget(history, inputs.revision, except);
    if ('refused' in choice) return choice;
    if ('same' in choice) {
      const drift = await checkRelease(job, history);
      if (drift && hasDrifted(drift) !== false) return { target: choice.same, again: true };
      return {
        refused: `revision ${choice.same.revision.number} is what is deployed now, and nothing has drifted from it`,
      };
    }
    const { number } = choice.target.revision;
    if (inputs.revision !== undefined || fingerprintOf(await manifestOf(number)) !== fingerprintOf(now)) return choice;
    say(`Revision ${number} says what the current one says: going further back`);
    except.push(number);
  }
}

/** Reads what the rollback would do. Nothing is written. */
async function prepare(
  { session, inputs, learn }: WriterJob,
  ports: ReleasePorts,
  history: Revision[],
  { target, again = false, from }: Chosen & { from: number },
): Promise<RollbackPlan> {
  const { helm } = session;
  const current = latest(history) ?? target.revision;
  const { number } = target.revision;
  const [old, oldHooks, goal, goalHooks] = await Promise.all([
    helm.manifest(current.number),
    helm.hooks(current.number),
    helm.manifest(number),
    helm.hooks(number),
  ]);
  // What may throw comes before the watch is opened.
  const texts = [old, oldHooks, goal, goalHooks].flatMap((text) => parseManifest(text, inputs.namespace));
  const found = diffRelease({
    old,
    oldHooks,
    new: goal,
    newHooks: goalHooks,
    releaseNamespace: inputs.namespace,
  });
  const facts = await inspect(ports, Promise.resolve({ manifest: goal, hooks: [], record: '' }), history);
  learn(secretsOf([...facts.all, ...texts], publicWords(inputs, session.chartValues, texts)));
  return { target, again, current, from, facts, found, hooks: parseManifest(oldHooks, inputs.namespace) };
}
