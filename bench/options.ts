export type Part = 'verdict' | 'overhead' | 'watch';
export const PARTS: readonly Part[] = ['verdict', 'overhead', 'watch'];

export interface Options {
  parts: Part[];
  rounds: number;
  helms: ('helm3' | 'helm4')[];
  /** Every how many rounds the peer that waits for its whole time-out takes part too. */
  peerRounds: number;
  seed: number;
  /** Wait until the load of the last minute is no higher before anything begins; Infinity: begin at once. */
  quiet: number;
  /** Write into bench/results and docs/bench.md. */
  commit: boolean;
}

export const USAGE = `npm run bench -- [--only verdict,overhead,watch] [--rounds N] [--peer-rounds N] [--helm 3,4] [--seed N] [--quiet N] [--commit]

  --only         parts to measure (all of them)
  --rounds       rounds of verdict and overhead (10)
  --peer-rounds  rounds in which Helm's own time-out is measured too: 65 s each (3)
  --helm         Helm majors (3,4)
  --seed         repeats the order of an earlier run (a new one)
  --quiet        waits until the load of the last minute is no higher than N (does not wait)
  --commit       writes bench/results/<date>.json and docs/bench.md; without it everything goes to bench-out/`;

/** The command line; throws with one sentence and the usage on anything unknown. */
export function parseOptions(args: readonly string[]): Options {
  const given = new Map<string, string>();
  for (let i = 0; i < args.length; i += 1) {
    const name = args[i] ?? '';
    if (name === '--commit') given.set(name, '');
    else if (['--only', '--rounds', '--peer-rounds', '--helm', '--seed', '--quiet'].includes(name)) {
      i += 1;
      const value = args[i];
      if (value === undefined) throw new Error(`${name} needs a value.\n${USAGE}`);
      given.set(name, value);
    } else throw new Error(`There is no option "${name}".\n${USAGE}`);
  }
  const list = (name: string, fallback: readonly string[]): string[] => given.get(name)?.split(',') ?? [...fallback];
  const parts = list('--only', PARTS).map((part) => oneOf('--only', part, PARTS));
  const helms = list('--helm', ['3', '4']).map((major) => oneOf('--helm', major, ['3', '4'] as const));
  const rounds = whole('--rounds', given.get('--rounds') ?? '10');
  return {
    parts,
    rounds,
    helms: helms.map((major) => `helm${major}` as const),
    peerRounds: Math.min(rounds, whole('--peer-rounds', given.get('--peer-rounds') ?? '3')),
    seed: whole('--seed', given.get('--seed') ?? String(Math.floor(Math.random() * 2 ** 31))),
    quiet: given.has('--quiet') ? Number(given.get('--quiet')) : Number.POSITIVE_INFINITY,
    commit: given.has('--commit'),
  };
}

function oneOf<T extends string>(option: string, value: string, accepted: readonly T[]): T {
  const found = accepted.find((candidate) => candidate === value);
  if (!found) throw new Error(`${option}: "${value}" is not one of ${accepted.join(', ')}.`);
  return found;
}

function whole(option: string, value: string): number {
  if (!/^\d+$/.test(value)) throw new Error(`${option}: "${value}" is not a whole number.`);
  return Number(value);
}
