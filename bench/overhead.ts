import type { HelmName } from '../__tests__/e2e/step.ts';
import { recordWritten } from './audit.ts';
import { randomFrom, type Spread, shuffled, spread } from './numbers.ts';
import type { Options } from './options.ts';
import { type ActionRun, bareUpgrade, load, runAction, type Say, type Scene, setScene } from './runs.ts';
import { type Call, traced } from './trace.ts';

/** One healthy deploy of three replicas, in ms. */
export interface OverheadRun {
  round: number;
  helm: HelmName;
  side: 'action' | 'helm';
  wall: number;
  /** The action's post step, which a runner starts as well. */
  post?: number;
  phases?: Phases;
  load: number;
}

/** Where the action's time goes, by the moments of its log lines and of Helm's last write, in ms. */
export interface Phases {
  /** Start of node, tools, cluster, proxy, history. */
  prepare: number;
  /** Dry run, manifests, watches, judging what runs. */
  inspect: number;
  /** From the start of Helm to its record saying `deployed`. */
  upgrade: number;
  /** Helm's exit, last look, report, end of the proxy. */
  finish: number;
}

export interface OverheadRow {
  helm: HelmName;
  action: Spread;
  bare: Spread;
  post: Spread;
  phases: Record<keyof Phases, Spread>;
  /** Median of the action minus median of the bare Helm. */
  difference: number;
}

export interface OverheadResult {
  runs: OverheadRun[];
  rows: OverheadRow[];
  /** One run of each Helm with every program that it starts. */
  traces: { helm: HelmName; wall: number; calls: Call[] }[];
}

/** The same tag change by the action and by Helm alone, each in a release of its own. */
export async function measureOverhead(options: Options, say: Say): Promise<OverheadResult> {
  const random = randomFrom(options.seed + 1);
  const sides = await Promise.all(
    options.helms.flatMap((helm) =>
      (['action', 'helm'] as const).map(async (side) => ({ helm, side, scene: await setScene('overhead', helm) })),
    ),
  );
  const runs: OverheadRun[] = [];
  const traces: OverheadResult['traces'] = [];
  try {
    // Round 0 warms caches up and is not counted.
    for (let round = 0; round <= options.rounds; round += 1) {
      for (const { helm, side, scene } of shuffled(sides, random)) {
        const run = await once(scene, { round, helm, side });
        if (round > 0) runs.push(run);
        say(line(run));
      }
    }
    for (const { helm, scene } of sides.filter(({ side }) => side === 'action')) {
      traces.push({ helm, ...(await traced(scene.place, `1.${options.rounds + 1}.0`)) });
    }
  } finally {
    for (const { scene } of sides) scene.remove();
  }
  return { runs, rows: options.helms.map((helm) => overheadRow(helm, runs)), traces };
}

type Which = Pick<OverheadRun, 'round' | 'helm' | 'side'>;

async function once(scene: Scene, which: Which): Promise<OverheadRun> {
  const tag = `1.${which.round}.1`;
  const before = load();
  if (which.side === 'helm') {
    const { beganAt, endedAt } = await bareUpgrade(scene.place, tag);
    return { ...which, wall: endedAt - beganAt, load: before };
  }
  const run = await runAction(scene.place, tag, 'deployed', { withPost: true });
  const revision = Number(run.result.outputs.revision);
  const written = recordWritten(scene.events(), scene.place.namespace, revision);
  const phases = phasesOf(run, written);
  return { ...which, wall: run.endedAt - run.beganAt, post: run.postMs, phases, load: before };
}

/** The phases of a run; throws when a line that parts them is missing. */
export function phasesOf(run: Pick<ActionRun, 'beganAt' | 'endedAt' | 'lines'>, written: number | undefined): Phases {
  const at = (start: string): number => {
    const line = run.lines.find(({ text }) => text.startsWith(start));
    if (!line) throw new Error(`the action's log has no line that starts with "${start}"`);
    return line.at;
  };
  if (written === undefined) throw new Error("the audit log has no second write of Helm's record");
  const rendering = at('Rendering ');
  const upgrading = at('helm upgrade ');
  return {
    prepare: rendering - run.beganAt,
    inspect: upgrading - rendering,
    upgrade: written - upgrading,
    finish: run.endedAt - written,
  };
}

/** One row of the table. */
export function overheadRow(helm: HelmName, runs: readonly OverheadRun[]): OverheadRow {
  const own = runs.filter((run) => run.helm === helm && run.side === 'action');
  const bare = spread(runs.filter((run) => run.helm === helm && run.side === 'helm').map(({ wall }) => wall));
  const action = spread(own.map(({ wall }) => wall));
  const phase = (name: keyof Phases): Spread => spread(own.flatMap(({ phases }) => phases?.[name] ?? []));
  return {
    helm,
    action,
    bare,
    post: spread(own.flatMap(({ post }) => post ?? [])),
    phases: {
      prepare: phase('prepare'),
      inspect: phase('inspect'),
      upgrade: phase('upgrade'),
      finish: phase('finish'),
    },
    difference: action.median - bare.median,
  };
}

function line({ round, helm, side, wall, phases, load: now }: OverheadRun): string {
  const parts = Object.entries(phases ?? {}).map(([name, ms]) => `${name} ${(ms / 1000).toFixed(2)}`);
  return `overhead round ${round}${round === 0 ? ' (warm-up)' : ''}  ${helm} ${side}: ${(wall / 1000).toFixed(2)} s  ${parts.join(', ')}  load ${now}`;
}
