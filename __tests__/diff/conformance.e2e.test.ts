import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { diffRelease } from '../../src/diff/diff.ts';
import { HELMS } from '../e2e/step.ts';
import { TEXTUAL } from './chart-edits.ts';
import { createdPairs, generatedPairs, pearlPairs } from './chart-pairs.ts';
import { answersOf, type ChartPair, compare, Helm, ours, pluginFolder, releaseOf, unexplained } from './conformance.ts';
import { printedSeed, Random } from './random.ts';

// The representative part; every pair is in conformance.long.test.ts.
const random = new Random(printedSeed('diff conformance'));
const generated = generatedPairs(random, TEXTUAL.length + 4);
const named = (pairs: ChartPair[]) => pairs.map((pair): [string, ChartPair] => [pair.name, pair]);
const helm = new Helm(`conformance-${Math.random().toString(36).slice(2, 8)}`, pluginFolder());

beforeAll(() => helm.kubectl('create', 'namespace', helm.namespace));
afterAll(() => helm.kubectl('delete', 'namespace', helm.namespace, '--wait=false'));

describe('against helm diff 3.9.14, recorded releases', () => {
  it.each(named(generated.slice(TEXTUAL.length)))('%s', async (_name, pair) => {
    await helm.record(releaseOf(pair), pair.old);
    const answers = await compare(helm, pair);
    expect(unexplained(pair, answers)).toEqual({ onlyOurs: [], onlyTheirs: [] });
    expect(answersOf(await ours(helm, 'helm4', pair))).toEqual(answers.ours);
  });

  // docs/diff.md lists these differences.
  it.each(
    named(generated.slice(0, TEXTUAL.length)),
  )('%s: helm diff shows what the cluster cannot see', async (_name, pair) => {
    await helm.record(releaseOf(pair), pair.old);
    const answers = await compare(helm, pair);
    expect(answers.ours).toEqual([]);
    expect(answers.theirs).toHaveLength(1);
    expect(unexplained(pair, answers).onlyTheirs).toEqual([]);
  });
});

describe('against helm diff 3.9.14, releases that Helm really installed', () => {
  const [image] = createdPairs(['helm3']);
  const [production] = pearlPairs();
  const pairs = named([image, production].filter((pair) => pair !== undefined));

  it.each(pairs)('%s', async (_name, pair) => {
    const release = releaseOf(pair);
    await helm.call('helm3', 'install', release, pair.old.chart, ...pair.old.options);
    const answers = await compare(helm, pair);
    expect(answers.theirs).not.toEqual([]);
    expect(unexplained(pair, answers)).toEqual({ onlyOurs: [], onlyTheirs: [] });
    for (const name of HELMS) {
      const dry = ['upgrade', release, pair.now.chart, ...pair.now.options, '--dry-run=server', '--output', 'json'];
      const next = JSON.parse(await helm.call(name, ...dry)) as { manifest: string; hooks?: { manifest: string }[] };
      const diff = diffRelease({
        old: await helm.call(name, 'get', 'manifest', release),
        oldHooks: await helm.call(name, 'get', 'hooks', release),
        new: next.manifest,
        newHooks: (next.hooks ?? []).map(({ manifest }) => `---\n${manifest}\n`).join(''),
        releaseNamespace: helm.namespace,
      });
      expect([name, answersOf(diff)]).toEqual([name, answers.ours]);
    }
  });
});
