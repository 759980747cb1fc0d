import type { Machine } from './machine.ts';
import type { OverheadResult } from './overhead.ts';
import type { VerdictResult } from './verdict.ts';
import type { WatchRun } from './watch.ts';

/** One run of the bench: bench/results/<date>.json. Times in ms. */
export interface Results {
  schemaVersion: 1;
  date: string;
  seed: number;
  rounds: number;
  peerRounds: number;
  machine: Machine;
  /** Load of the last minute at the start and at the end. */
  load: { start: number; end: number };
  targets: Target[];
  verdict?: VerdictResult;
  overhead?: OverheadResult;
  watch?: WatchRun[];
}

/** One thing that the action is held to. */
export interface Target {
  name: string;
  limit: number;
  measured: number;
  unit: 's' | 'requests';
  met: boolean;
}

const target = (name: string, limit: number, measured: number, unit: Target['unit'] = 's'): Target => {
  const rounded = unit === 's' ? Math.round(measured) / 1000 : measured;
  return { name, limit, measured: rounded, unit, met: rounded <= limit };
};

/** The targets of what was measured. */
export function targetsOf({ verdict, overhead, watch }: Pick<Results, 'verdict' | 'overhead' | 'watch'>): Target[] {
  const found: Target[] = [];
  if (verdict) {
    found.push(target('verdict after the rule was met, median', 0.1, verdict.lag.median));
    found.push(target('verdict after the rule was met, p95', 0.3, verdict.lag.p95));
    for (const { fault, helm, side, goodAfterApply } of verdict.rows) {
      const name = `${fault}, ${helm}: good image live again after the apply, median`;
      if (side === 'action') found.push(target(name, 10, goodAfterApply.median));
    }
  }
  for (const { helm, difference } of overhead?.rows ?? []) {
    found.push(target(`healthy deploy, ${helm}: action minus bare Helm, medians`, 1, difference));
  }
  for (const { helm, ours } of watch ?? []) {
    found.push(target(`own requests in the second minute of a wait, ${helm}`, 5, ours, 'requests'));
  }
  return found;
}
