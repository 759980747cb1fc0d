import type { HelmName } from '../__tests__/e2e/step.ts';
import { appliedAt, recordWritten, statusWrites, writeBehind } from './audit.ts';
import { randomFrom, type Spread, shuffled, spread } from './numbers.ts';
import { isLive, RULE_MET, type Seen } from './observer.ts';
import type { Options } from './options.ts';
import { atomicUpgrade, load, runAction, type Say, type Scene, setScene, type Timed } from './runs.ts';

export type Fault = 'missing' | 'crash';
const FAULTS: readonly Fault[] = ['missing', 'crash'];
const RULES: Record<Fault, string> = { missing: 'image-not-found', crash: 'crash-loop' };

/** The time-out of both sides. */
export const TIMEOUT = '60s';

/** One run, all in ms; `lag` for the action only. */
export interface VerdictRun {
  round: number;
  helm: HelmName;
  fault: Fault;
  side: 'action' | 'helm';
  /** From the moment when the rule was met to the verdict, by the action's own report. */
  lag?: number;
  /** From the same moment to Helm's record saying `failed`, by the audit log. */
  recordLag?: number;
  /** From the apply to the moment when the rule was met. */
  ruleMetAfterApply: number;
  /** From the apply until the good image was live on all replicas again, and nothing else. */
  goodAfterApply: number;
  goodAfterStart: number;
  saidAfterStart: number;
  load: number;
}

export interface VerdictResult {
  timeout: string;
  runs: VerdictRun[];
  rows: VerdictRow[];
  /** Over all runs of the action. */
  lag: Spread;
  recordLag: Spread;
}

export interface VerdictRow {
  helm: HelmName;
  fault: Fault;
  side: 'action' | 'helm';
  lag?: Spread;
  recordLag?: Spread;
  ruleMetAfterApply: Spread;
  goodAfterApply: Spread;
  goodAfterStart: Spread;
  saidAfterStart: Spread;
}

/** Bad deploys by both sides. Helm's runs wait 60 s each and cost nothing meanwhile, so those of a round go side by side. */
export async function measureVerdict(options: Options, say: Say): Promise<VerdictResult> {
  const random = randomFrom(options.seed);
  const runs: VerdictRun[] = [];
  const pairs = options.helms.flatMap((helm) => FAULTS.map((fault) => ({ helm, fault })));
  for (let round = 1; round <= options.rounds; round += 1) {
    const ours = pairs.map(({ helm, fault }) => async () => [await ourRun(round, helm, fault)]);
    const theirs = () => Promise.all(pairs.map(({ helm, fault }) => theirRun(round, helm, fault)));
    for (const work of shuffled(round <= options.peerRounds ? [...ours, theirs] : ours, random)) {
      for (const run of await work()) {
        runs.push(run);
        say(line(run));
      }
    }
  }
  return summarise(runs);
}

/** The rows of the tables. */
export function summarise(runs: readonly VerdictRun[]): VerdictResult {
  const groups = Map.groupBy(runs, ({ helm, fault, side }) => `${fault} ${helm} ${side}`);
  const rows = [...groups.values()].flatMap((group): VerdictRow[] => {
    const [first] = group;
    if (!first) return [];
    const of = (key: 'ruleMetAfterApply' | 'goodAfterApply' | 'goodAfterStart' | 'saidAfterStart') =>
      spread(group.map((run) => run[key]));
    const { helm, fault, side } = first;
    const own = side === 'action' ? { lag: lags(group, 'lag'), recordLag: lags(group, 'recordLag') } : {};
    return [
      {
        helm,
        fault,
        side,
        ...own,
        ruleMetAfterApply: of('ruleMetAfterApply'),
        goodAfterApply: of('goodAfterApply'),
        goodAfterStart: of('goodAfterStart'),
        saidAfterStart: of('saidAfterStart'),
      },
    ];
  });
  rows.sort((a, b) => `${b.fault}${a.helm}${a.side}`.localeCompare(`${a.fault}${b.helm}${b.side}`));
  return { timeout: TIMEOUT, runs: [...runs], rows, lag: lags(runs, 'lag'), recordLag: lags(runs, 'recordLag') };
}

function lags(runs: readonly VerdictRun[], key: 'lag' | 'recordLag'): Spread {
  return spread(runs.flatMap((run) => run[key] ?? []));
}

async function ourRun(round: number, helm: HelmName, fault: Fault): Promise<VerdictRun> {
  const scene = await setScene('bench', helm);
  try {
    const before = load();
    const run = await runAction(scene.place, fault, 'rolled-back', { timeout: TIMEOUT });
    const { cause, startedAt = 0 } = run.result.report ?? {};
    if (cause?.rule !== RULES[fault]) throw new Error(`${fault}: called by ${cause?.rule}, not by ${RULES[fault]}`);
    const { ruleMet, times } = await outside(scene, fault, run);
    const verdictAt = startedAt + cause.finalAfterMs;
    const record = recordWritten(scene.events(), scene.place.namespace, 2);
    checkOwnWord({ ruleMet, verdictAt, record });
    const recordLag = (record ?? 0) - ruleMet;
    return { round, helm, fault, side: 'action', lag: verdictAt - ruleMet, recordLag, ...times, load: before };
  } finally {
    scene.remove();
  }
}

/** The clock of a report has whole ms. */
const ROUNDING_MS = 1;

/**
 * The report's own time of the verdict must lie between what the API server logged: after the write that met the rule,
 * before Helm wrote `failed`. Throws otherwise: then the lag would be worth nothing.
 */
export function checkOwnWord(times: { ruleMet: number; verdictAt: number; record: number | undefined }): void {
  const { ruleMet, verdictAt, record } = times;
  if (record === undefined) throw new Error('the audit log has no second write of the failed revision');
  // A watch may tell of a write before the API server has logged it as done.
  if (verdictAt < ruleMet - 20 - ROUNDING_MS || verdictAt > record + ROUNDING_MS) {
    const gap = (at: number): string => (at - ruleMet).toFixed(1);
    throw new Error(`verdict at +${gap(verdictAt)} ms, Helm's record at +${gap(record)} ms: not in this order`);
  }
}

async function theirRun(round: number, helm: HelmName, fault: Fault): Promise<VerdictRun> {
  const scene = await setScene('bench', helm);
  try {
    const before = load();
    const run = await atomicUpgrade(scene.place, fault, TIMEOUT);
    if (run.code === 0) throw new Error(`${helm} said that ${fault} is well`);
    const { times } = await outside(scene, fault, run);
    return { round, helm, fault, side: 'helm', ...times, load: before };
  } finally {
    scene.remove();
  }
}

/** What the bench itself saw and what the API server logged. */
async function outside(scene: Scene, fault: Fault, run: Timed) {
  const { observer, events, place } = scene;
  const isBad = (object: Seen): boolean =>
    object.kind === 'Deployment' && (object.spec?.template?.spec.containers[0]?.image.endsWith(`:${fault}`) ?? false);
  const bad = observer.firstSeen(isBad);
  const met = observer.firstSeen(RULE_MET[fault]);
  if (!bad || !met) throw new Error(`${place.namespace}: the bench did not see the fault itself`);
  const good = await untilSeen(() => observer.firstSeen((object) => isLive(object, '1.0.0'), bad.at)?.at);
  const log = events();
  const applied = appliedAt(log, place.namespace);
  if (applied === undefined) throw new Error(`${place.namespace}: the audit log has no apply`);
  const ruleMet = writeBehind(statusWrites(log, met.object.metadata.name), met.at);
  const times = {
    ruleMetAfterApply: ruleMet - applied,
    goodAfterApply: good - applied,
    goodAfterStart: good - run.beganAt,
    saidAfterStart: run.endedAt - run.beganAt,
  };
  return { ruleMet, times };
}

async function untilSeen(look: () => number | undefined): Promise<number> {
  const end = Date.now() + 30_000;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error('the good image was not live on all replicas 30 s after the run');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function line(run: VerdictRun): string {
  const lag =
    run.lag === undefined ? '' : `lag ${run.lag.toFixed(0)} ms (Helm's record ${run.recordLag?.toFixed(0)} ms), `;
  const good = (run.goodAfterApply / 1000).toFixed(2);
  const said = (run.saidAfterStart / 1000).toFixed(2);
  return `verdict  round ${run.round}  ${run.fault} ${run.helm} ${run.side}: ${lag}good again ${good} s after the apply, said after ${said} s, load ${run.load}`;
}
