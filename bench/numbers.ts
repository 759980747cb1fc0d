/** What a row of measurements comes to, in the unit of the measurements. */
export interface Spread {
  n: number;
  median: number;
  p95: number;
  min: number;
  max: number;
}

/** Median (mean of the middle two), 95th percentile (nearest rank), extremes. Throws on an empty row. */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error('there is nothing to summarise: no measurement was taken');
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[Math.min(sorted.length - 1, Math.max(0, index))] ?? 0;
  const half = sorted.length / 2;
  return {
    n: sorted.length,
    median: Number.isInteger(half) ? (at(half - 1) + at(half)) / 2 : at(Math.floor(half)),
    p95: at(Math.ceil(sorted.length * 0.95) - 1),
    min: at(0),
    max: at(sorted.length - 1),
  };
}

/** Milliseconds as seconds: `1.23 (0.98–1.50)`. */
export function seconds({ median, min, max }: Spread, digits = 2): string {
  const s = (ms: number): string => (ms / 1000).toFixed(digits);
  return `${s(median)} (${s(min)}–${s(max)})`;
}

/** A source of chance that is the same for the same seed: mulberry32, https://github.com/bryc/code/blob/master/jshash/PRNGs.md */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same things in another order (Fisher–Yates); the input stays as it is. */
export function shuffled<T>(things: readonly T[], random: () => number): T[] {
  const left = [...things];
  const order: T[] = [];
  while (left.length > 0) order.push(...left.splice(Math.floor(random() * left.length), 1));
  return order;
}
