import { describe, expect, it } from '@jest/globals';
import { randomFrom, seconds, shuffled, spread } from '../../bench/numbers.ts';
import { parseOptions } from '../../bench/options.ts';

describe('spread', () => {
  it('gives median, 95th percentile and extremes', () => {
    expect(spread([5, 1, 3])).toEqual({ n: 3, median: 3, p95: 5, min: 1, max: 5 });
    expect(spread([4, 1, 3, 2])).toMatchObject({ median: 2.5, p95: 4 });
    const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
    expect(spread(hundred)).toMatchObject({ median: 50.5, p95: 95 });
    expect(() => spread([])).toThrow(/no measurement/);
  });

  it('is said in seconds', () => {
    expect(seconds(spread([1234, 980, 1500]))).toBe('1.23 (0.98–1.50)');
  });
});

describe('the order of a round', () => {
  it('is a permutation, the same for the same seed and another for another', () => {
    const things = Array.from({ length: 20 }, (_, i) => i);
    const order = shuffled(things, randomFrom(7));
    expect(order.toSorted((a, b) => a - b)).toEqual(things);
    expect(shuffled(things, randomFrom(7))).toEqual(order);
    expect(shuffled(things, randomFrom(8))).not.toEqual(order);
  });
});

describe('the command line', () => {
  it('has defaults for everything', () => {
    const options = parseOptions([]);
    expect(options).toMatchObject({
      parts: ['verdict', 'overhead', 'watch'],
      rounds: 10,
      peerRounds: 3,
      commit: false,
    });
    expect(options.helms).toEqual(['helm3', 'helm4']);
    expect(Number.isInteger(options.seed)).toBe(true);
  });

  it('takes parts, rounds, Helm and seed', () => {
    const args = ['--only', 'verdict,watch', '--rounds', '2', '--helm', '4', '--seed', '42', '--commit'];
    expect(parseOptions(args)).toEqual({
      parts: ['verdict', 'watch'],
      rounds: 2,
      peerRounds: 2,
      helms: ['helm4'],
      seed: 42,
      quiet: Number.POSITIVE_INFINITY,
      commit: true,
    });
  });

  it('refuses what it does not know', () => {
    expect(() => parseOptions(['--fast'])).toThrow(/no option "--fast"/);
    expect(() => parseOptions(['--only', 'speed'])).toThrow(/"speed" is not one of verdict, overhead, watch/);
    expect(() => parseOptions(['--rounds', 'many'])).toThrow(/not a whole number/);
    expect(() => parseOptions(['--helm'])).toThrow(/--helm needs a value/);
  });
});
