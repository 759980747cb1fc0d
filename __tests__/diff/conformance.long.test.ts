import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HELMS } from '../e2e/step.ts';
import { createdPairs, generatedPairs, kwokPairs, pearlPairs } from './chart-pairs.ts';
import { answersOf, type ChartPair, compare, Helm, ours, pluginFolder, releaseOf, unexplained } from './conformance.ts';
import { printedSeed, Random } from './random.ts';

const random = new Random(printedSeed('diff conformance'));
const real = [...createdPairs(HELMS), ...pearlPairs(), ...kwokPairs()];
const pairs = [...real, ...generatedPairs(random, 40)];

describe('every chart pair', () => {
  const helm = new Helm(`conformance-${Math.random().toString(36).slice(2, 8)}`, pluginFolder());
  beforeAll(() => helm.kubectl('create', 'namespace', helm.namespace));
  afterAll(() => helm.kubectl('delete', 'namespace', helm.namespace, '--wait=false'));

  it('there are at least 40, half of them real', () => {
    expect(real.length).toBeGreaterThanOrEqual(20);
    expect(pairs.length).toBeGreaterThanOrEqual(40);
  });

  it.each(pairs.map((pair): [string, ChartPair] => [pair.name, pair]))('%s', async (_name, pair) => {
    await helm.record(releaseOf(pair), pair.old);
    const answers = await compare(helm, pair);
    expect(unexplained(pair, answers)).toEqual({ onlyOurs: [], onlyTheirs: [] });
    expect(answersOf(await ours(helm, 'helm4', pair))).toEqual(answers.ours);
  });
});
