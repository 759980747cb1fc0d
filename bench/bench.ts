import { setTimeout as sleep } from 'node:timers/promises';
import { bedOf, down, status, up } from '../testbed/bed.ts';
import { describeMachine } from './machine.ts';
import { type Options, parseOptions } from './options.ts';
import { measureOverhead } from './overhead.ts';
import { type Results, targetsOf } from './results.ts';
import { endRuns, load } from './runs.ts';
import { measureVerdict } from './verdict.ts';
import { measureWatch } from './watch.ts';
import { writeResults } from './write-results.ts';

/** A bed of its own: the developer's would have other work in its audit log. */
const NAME = 'bench';
const end = (): void => void down(NAME).finally(() => process.exit(130));
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Measures, writes, and is red when a target was missed. */
async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const running = await status(NAME);
  if (running.length > 0)
    throw new Error(
      `Test bed "${NAME}" is up already: another bench is at work, or run npm run testbed -- down --name ${NAME}`,
    );
  await quiet(options.quiet);
  say(`seed ${options.seed} (repeat with --seed ${options.seed}), load ${load()}`);
  await up(NAME, (text) => void process.stderr.write(text));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void endRuns().finally(end));
  }
  try {
    process.env.HELM_ROLLOUT_BED = JSON.stringify(bedOf(NAME));
    const results = await measure(options);
    for (const file of writeResults(results, options.commit)) say(`written: ${file}`);
    for (const { name, limit, measured, unit, met } of results.targets) {
      say(`${met ? 'met   ' : 'MISSED'}  ${name}: ${measured} ${unit} (limit ${limit})`);
    }
    if (results.targets.some(({ met }) => !met)) process.exitCode = 1;
  } finally {
    await down(NAME);
  }
}

/** Other work on the machine makes every number worse, and unequally. */
async function quiet(limit: number): Promise<void> {
  if (Number.isNaN(limit)) throw new Error('--quiet needs a number, such as 1.5.');
  if (load() > limit) say(`waiting until the load is ${limit} or less; it is ${load()}`);
  while (load() > limit) await sleep(5_000);
}

async function measure(options: Options): Promise<Results> {
  const { parts, seed, rounds, peerRounds } = options;
  const start = load();
  const date = new Date().toISOString();
  const overhead = parts.includes('overhead') ? await measureOverhead(options, say) : undefined;
  const verdict = parts.includes('verdict') ? await measureVerdict(options, say) : undefined;
  const watch = parts.includes('watch') ? await measureWatch(options, say) : undefined;
  const measured = { verdict, overhead, watch };
  const targets = targetsOf(measured);
  const machine = describeMachine();
  return {
    schemaVersion: 1,
    date,
    seed,
    rounds,
    peerRounds,
    machine,
    load: { start, end: load() },
    targets,
    ...measured,
  };
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
