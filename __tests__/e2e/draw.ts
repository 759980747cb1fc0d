/** A source of chance that can be repeated: HELM_ROLLOUT_SEED, else a new seed; always print it. */
export function seeded(): { seed: number; random: () => number } {
  const seed = Number(process.env.HELM_ROLLOUT_SEED ?? Math.floor(Math.random() * 2 ** 31));
  let state = seed >>> 0;
  // mulberry32, public domain: https://github.com/bryc/code/blob/master/jshash/PRNGs.md
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { seed, random };
}
