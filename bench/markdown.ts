import { seconds } from './numbers.ts';
import type { Phases } from './overhead.ts';
import type { Results, Target } from './results.ts';

const NAMES = { helm3: 'Helm 3', helm4: 'Helm 4' };
const FAULTS = { missing: 'image not found', crash: 'crash loop' };

/** docs/bench.md: each part from the newest run that measured it. Oldest run first. */
export function renderBench(runs: readonly Results[]): string {
  const newest = <K extends 'verdict' | 'overhead' | 'watch'>(part: K) => runs.findLast((run) => run[part]);
  const parts = [verdict(newest('verdict')), overhead(newest('overhead')), watch(newest('watch'))];
  return `${[INTRO, ...parts.filter(Boolean)].join('\n\n')}\n`;
}

const INTRO = `# Bench

<!-- Written by: npm run bench -- --commit. Do not edit. -->

\`npm run bench\` measures the built action beside Helm itself on a test bed of its own, both sides in one run, in an order that is drawn anew for every round from a printed seed. Numbers are medians with (minimum–maximum). Pods are played by [kwok](https://kwok.sigs.k8s.io): there is no real image pull and no real start of a program in these times. The raw numbers of every run are in [bench/results](../bench/results).`;

function where({ date, machine, seed, rounds, load }: Results): string {
  const { cores, memoryGb, node, versions, dist, commit } = machine;
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${date.slice(0, 16).replace('T', ' ')} UTC · ${cores} cores, ${memoryGb} GB · Node ${node}, ${named.join(', ')} · commit ${commit}, dist ${dist} · seed ${seed}, ${rounds} rounds · load of the machine ${load.start} at the start, ${load.end} at the end (the bed's own work is part of it)`;
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function verdict(run: Results | undefined): string {
  const result = run?.verdict;
  if (!run || !result) return '';
  const rows = result.rows.map(({ helm, fault, side, lag, ruleMetAfterApply, goodAfterApply, saidAfterStart }) => [
    FAULTS[fault],
    side === 'action'
      ? `the action (${NAMES[helm]})`
      : `${NAMES[helm]} \`${helm === 'helm3' ? '--atomic' : '--rollback-on-failure'}\``,
    String(goodAfterApply.n),
    seconds(ruleMetAfterApply),
    lag ? seconds(lag, 3) : '',
    seconds(goodAfterApply),
    seconds(saidAfterStart),
  ]);
  const head = [
    'fault',
    'side',
    'n',
    'certain, s after the apply',
    'verdict after that, s',
    'good image live again, s after the apply',
    'job ended, s after its start',
  ];
  return `## Verdict

A healthy release of three replicas, then an image that does not exist or a program that crashes; time-out ${result.timeout} on both sides. *Certain* is the moment at which the rule was met: the API server's audit log has the time of the write that shows it, to the microsecond. The verdict's time is in the action's report, and a run only counts when it lies between that write and Helm's own \`failed\` record in the same log. *Live again*: the bench's own watch sees the good image on all three replicas and no other pods.

${table(head, rows)}

Over all ${result.lag.n} runs the verdict came ${seconds(result.lag, 3)} s after it was certain, 95 of 100 times within ${(result.lag.p95 / 1000).toFixed(3)} s; Helm's record said \`failed\` ${seconds(result.recordLag, 3)} s after it.

${targets(run.targets, /verdict|live again/)}

${where(run)}`;
}

const PHASES: Record<keyof Phases, string> = {
  prepare: 'start of Node, tools, cluster, proxy, history',
  inspect: 'dry run, manifests, watches, what runs',
  upgrade: '`helm upgrade` until its record says deployed',
  finish: 'end of Helm, last look, report',
};

function overhead(run: Results | undefined): string {
  const result = run?.overhead;
  if (!run || !result) return '';
  const rows = result.rows.map(({ helm, action, bare, difference, post }) => [
    NAMES[helm],
    String(action.n),
    seconds(action),
    seconds(bare),
    `+${(difference / 1000).toFixed(2)}`,
    seconds(post),
  ]);
  const phases = (Object.keys(PHASES) as (keyof Phases)[]).map((name) => [
    PHASES[name],
    ...result.rows.map((row) => seconds(row.phases[name])),
  ]);
  return `## Overhead

A healthy change of the tag of three replicas: the action against \`helm upgrade --install\` with the same wait (Helm 3 \`--wait\`, which looks every 2 s; Helm 4 \`--wait=watcher\`). Walls of the whole process; the action's post step, which a runner starts as well, stands apart.

${table(['', 'n', 'action, s', 'bare Helm, s', 'difference of the medians, s', 'post step, s'], rows)}

${table(['where the action spends it, s', ...result.rows.map(({ helm }) => NAMES[helm])], phases)}

${targets(run.targets, /healthy deploy/)}

${where(run)}`;
}

function watch(run: Results | undefined): string {
  if (!run?.watch) return '';
  const rows = run.watch.map(({ helm, ours, helms }) => [NAMES[helm], String(ours), String(helms)]);
  return `## Requests while waiting

Pods that never get ready, time-out 130 s: requests to the API server in the second minute after the apply, from its audit log.

${table(['', "the action's own", "Helm's beside it"], rows)}

${targets(run.targets, /requests/)}

${where(run)}`;
}

function targets(all: readonly Target[], which: RegExp): string {
  const rows = all
    .filter(({ name }) => which.test(name))
    .map(({ name, limit, measured, unit, met }) => [
      name,
      `≤ ${limit} ${unit}`,
      `${measured} ${unit}`,
      met ? '✅' : '❌',
    ]);
  return table(['target', 'limit', 'measured', ''], rows);
}
