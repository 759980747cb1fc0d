import { HELMS, type HelmName } from './step.ts';

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

/**
 * The Helms that a test runs with: one that chance draws, for what costs much and depends little on Helm's major; with
 * HELM_ROLLOUT_HELMS=all every one.
 */
export function drawHelms(random: () => number): HelmName[] {
  const drawn = HELMS[Math.floor(random() * HELMS.length)] ?? 'helm3';
  return process.env.HELM_ROLLOUT_HELMS === 'all' ? HELMS : [drawn];
}
