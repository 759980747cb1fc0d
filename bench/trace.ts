import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Place } from '../__tests__/e2e/release.ts';
import { type Step, theBed } from '../__tests__/e2e/step.ts';
import { runAction } from './runs.ts';

/** One program that the action started: ms after the action's own start. */
export interface Call {
  what: string;
  from: number;
  /** Undefined for the proxy, which goes on to the end. */
  to?: number;
}

/** One healthy deploy whose helm and kubectl are wrapped to write down when they run. The wrapping costs a few ms a call. */
export async function traced(place: Place, tag: string): Promise<{ wall: number; calls: Call[] }> {
  let file = '';
  let text = '';
  const before = (step: Step): void => {
    file = path.join(step.folder, 'calls.log');
    wrap(step, 'helm', place.helm, file);
    wrap(step, 'kubectl', 'kubectl', file);
    // Read before the step's folder goes.
    const remove = step.remove.bind(step);
    step.remove = () => {
      if (existsSync(file)) text = readFileSync(file, 'utf8');
      remove();
    };
  };
  const run = await runAction(place, tag, 'deployed', { before });
  return { wall: run.endedAt - run.beganAt, calls: parseCalls(text, run.beganAt) };
}

function wrap(step: Step, name: string, real: string, file: string): void {
  const wrapper = path.join(step.folder, 'bin', name);
  rmSync(wrapper);
  const bin = path.join(theBed().bin, real);
  const note = (word: string): string => `echo "${word} $$ $(date +%s%6N) ${name} $1 $2 $3" >> ${file}`;
  // The proxy is ended by a signal, which a shell in between would keep for itself.
  const text = `#!/bin/sh\n${note('from')}\n[ "$1" = proxy ] && exec ${bin} "$@"\n${bin} "$@"\ncode=$?\n${note('to')}\nexit $code\n`;
  writeFileSync(wrapper, text);
  chmodSync(wrapper, 0o755);
}

/** The wrapper's lines as calls, in the order of their starts. */
export function parseCalls(text: string, beganAt: number): Call[] {
  const calls = new Map<string, Call>();
  for (const row of text.split('\n').filter(Boolean)) {
    const [word = '', pid = '', time = '', ...what] = row.split(' ');
    const at = Number(time) / 1000 - beganAt;
    const call = calls.get(pid);
    if (word === 'from') calls.set(pid, { what: what.slice(0, 3).join(' '), from: at });
    else if (call) call.to = at;
  }
  return [...calls.values()].sort((a, b) => a.from - b.from);
}
