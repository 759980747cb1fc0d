import { describe, expect, it } from '@jest/globals';
import { applyPatch } from 'diff';
import { alignedLines } from '../../src/diff/align.ts';
import { canonicalText } from '../../src/diff/canonical.ts';
import { diffRelease } from '../../src/diff/diff.ts';
import { fieldChanges } from '../../src/diff/fields.ts';
import { unified } from '../../src/diff/hunks.ts';
import { equal, isMap, type YamlMap } from '../../src/diff/values.ts';
import { parseYaml } from '../../src/kubernetes/yaml.ts';
import { printedSeed, Random } from './random.ts';
import { mutated, randomMap } from './random-values.ts';

const CASES = 10_000;

/** The hunk headers whose line numbers are wrong: applyPatch would find the place all the same. */
function misplaced(lines: string[], old: string, now: string): string[] {
  const [before, after] = [old.split('\n'), now.split('\n')];
  return lines.filter((line, index) => {
    const [, oldAt, , newAt] = /^@@ -(\d+),(\d+) \+(\d+),(\d+) @@$/.exec(line) ?? [];
    if (oldAt === undefined) return false;
    const rest = lines.slice(index + 1);
    const firstOld = rest.find((text) => !text.startsWith('+'));
    const firstNew = rest.find((text) => !text.startsWith('-'));
    return before[Number(oldAt) - 1] !== firstOld?.slice(1) || after[Number(newAt) - 1] !== firstNew?.slice(1);
  });
}

/** A text with a lone surrogate cannot be written to UTF-8; everything that leaves a file is well formed. */
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, wellFormed(inner)]));
}

describe('over generated objects', () => {
  const seed = printedSeed('diff properties');

  it('the unified diff, applied to the old canonical text, gives the new one; equal means no diff and no field', () => {
    const random = new Random(seed);
    let changed = 0;
    for (let index = 0; index < CASES; index++) {
      const old = { kind: 'K', ...randomMap(random, 4) };
      const now = { kind: 'K', ...(mutated(random, old) as YamlMap) };
      const lines = unified(alignedLines(old, now));
      const same = equal(old, now);
      if (!same) changed++;
      const where = `case ${index} of seed ${seed}`;
      expect([where, lines.length === 0]).toEqual([where, same]);
      expect([where, fieldChanges(old, now).length === 0]).toEqual([where, same]);
      if (same) continue;
      expect([where, misplaced(lines, canonicalText(old), canonicalText(now))]).toEqual([where, []]);
      expect([where, applyPatch(canonicalText(old), `${lines.join('\n')}\n`)]).toEqual([where, canonicalText(now)]);
    }
    expect(changed).toBeGreaterThan(CASES / 4);
  });

  it('the canonical text reads back as the same value', () => {
    const random = new Random(seed + 1);
    for (let index = 0; index < CASES / 4; index++) {
      const value = { kind: 'K', ...(wellFormed(randomMap(random, 4)) as YamlMap) };
      const [back] = parseYaml(canonicalText(value));
      const where = `case ${index} of seed ${seed + 1}`;
      expect([where, back]).toEqual([where, value]);
    }
  });

  it('no value of a Secret is in the result, raw or base64, wherever it stands', () => {
    const random = new Random(seed + 2);
    for (let index = 0; index < CASES / 10; index++) {
      const planted = [0, 1, 2, 3].map((number) => plantedValue(random, number));
      const side = (value: string, other: string) => secretText(random, value, other);
      const [a = '', b = '', c = '', d = ''] = planted;
      const input = { old: side(a, b), oldHooks: '', new: side(c, random.chance(0.5) ? b : d), newHooks: '' };
      const out = JSON.stringify(diffRelease({ ...input, releaseNamespace: 'pearl' }));
      for (const value of planted.flatMap((text) => [text, ...text.split('\n')])) {
        expect([index, out.includes(value)]).toEqual([index, false]);
        expect([index, out.includes(Buffer.from(value).toString('base64'))]).toEqual([index, false]);
      }
      expect(out).toContain('(secret, ');
    }
  });
});

/** A value that nothing else in the result can hold by chance: a word, a number, a few characters, several lines. */
function plantedValue(random: Random, number: number): string {
  const word = `s3cr${number}t${random.below(1e9)}`;
  return random.pick([
    word,
    `77${number}${1e8 + random.below(1e8)}`,
    `§${number}ß¥`,
    `${word}\nßecond ${word}\nthird ${word}`,
  ]);
}

/** A Secret that holds `value` and `other`, in one of the shapes in which a chart may carry it. */
function secretText(random: Random, value: string, other: string): string {
  const encoded = Buffer.from(value).toString('base64');
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 's',
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ data: { a: encoded } }),
        copy: `contains ${other}`,
      },
      labels: { copy: encoded },
    },
    data: random.pick<unknown>([{ a: encoded }, encoded, [encoded], { a: { b: encoded } }]),
    stringData: { b: other, n: /^\d+$/.test(value) ? Number(value) : value, c: `line one\n${value}\nline three\n` },
    [random.pick(['spec', 'Data', 'binaryData'])]: { x: value },
  };
  const shapes = [
    () => JSON.stringify(secret),
    () => JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [secret] }),
    () =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'SecretList',
        items: [{ ...secret, kind: undefined, apiVersion: undefined }],
      }),
    () =>
      JSON.stringify({ apiVersion: 'x.io/v1', kind: 'Template', metadata: { name: 't' }, spec: { objects: [secret] } }),
  ];
  return random.pick(shapes)();
}
