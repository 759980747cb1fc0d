import { setTimeout as sleep } from 'node:timers/promises';
import { NotAsTold } from '../../demo/told.ts';
import { definitionOfDone, gapTable, type Line } from '../done.ts';
import { type Facts, readFacts, readObjects } from '../facts.ts';
import type { Place } from '../place.ts';
import type { Scene } from '../scene.ts';
import { auditAll } from './audit.ts';

/** So long, in ms, autoscalers may need for their first look at the metrics of new pods, and budgets to count them. */
const SETTLE_MS = 60_000;

/** The plan's own lists, each line with what proves it. Throws when one does not hold. */
export async function proof(scene: Scene, seen: Pick<Facts, 'admission' | 'lowestWhileDrained'>): Promise<void> {
  const { place, terminal } = scene;
  terminal.chapter('6  The definition of done');
  await settle(place);
  const drift: Record<string, string> = {};
  const diff: Record<string, string> = {};
  for (const system of place.systems) {
    const inputs = { 'value-files': place.path(system.production) };
    drift[system.release] = (await place.action(system, 'drift', inputs)).outputs.status ?? 'unknown';
    diff[system.release] = (await place.action(system, 'diff', inputs)).outputs.status ?? 'unknown';
  }
  const audit = await auditAll(scene, 'green');
  const facts = await readFacts(place, { drift, diff, audit, ...seen });
  show(scene, 'The plan’s gap table (§3):', gapTable(facts));
  show(scene, 'The plan’s definition of done (§6):', definitionOfDone(facts));
  const open = [...gapTable(facts), ...definitionOfDone(facts)].filter(({ holds }) => !holds);
  if (open.length > 0)
    throw new NotAsTold(`Not done: ${open.map(({ text, proof: why }) => `${text} (${why})`).join('; ')}`);
}

/** Waits until every autoscaler reads its metrics and every budget lets a pod go; the facts say so when they never do. */
async function settle(place: Place): Promise<void> {
  const deadline = Date.now() + SETTLE_MS;
  while (Date.now() < deadline) {
    const { autoscalers, budgets } = await readObjects(place);
    if (autoscalers.every(({ active }) => active) && budgets.every(({ allowed }) => allowed >= 1)) return;
    await sleep(1_000);
  }
}

function show({ terminal }: Scene, heading: string, lines: readonly Line[]): void {
  const row = ({ text, holds, evidence, proof: why }: Line): [string, string] => [
    `${holds ? '[x]' : '[ ]'} ${text}`,
    `${evidence}: ${why}`,
  ];
  terminal.blank();
  terminal.prose(heading);
  for (const line of lines) {
    const [text, why] = row(line);
    terminal.prose(text);
    terminal.quote(why);
  }
}
