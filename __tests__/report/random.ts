/** A seeded source of chance (mulberry32), so that a failing draw can be drawn again. */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Texts made of these pieces in any order. */
export function texts(seed: number, count: number, pieces: readonly string[]): string[] {
  const random = chance(seed);
  const pick = (): string => pieces[Math.floor(random() * pieces.length)] ?? '';
  return Array.from({ length: count }, () => Array.from({ length: 1 + Math.floor(random() * 12) }, pick).join(''));
}
