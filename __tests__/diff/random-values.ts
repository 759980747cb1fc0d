import type { YamlMap } from '../../src/diff/values.ts';
import type { Random } from './random.ts';

const TEXTS = [
  '',
  'web',
  'yes',
  'y',
  'null',
  '~',
  '0o17',
  '017',
  '1e3',
  '22:22',
  '2001-12-14',
  '1.4.0',
  '- dash',
  'a: b',
  'a #b',
  'trailing ',
  ' leading',
  'colon:',
  '"quoted"',
  "it's",
  '```\nfence\n```',
  '</details>',
  '<!-- marker -->',
  '@org/team',
  '::add-mask::x',
  '\u001b[31mred\u001b[0m',
  '\u202egnp.exe',
  'one\ntwo',
  'one\ntwo\n',
  'one\n\n\ntwo\n\n\n',
  'a\nb\na\nc\nb\na\n',
  '  indented\nthen not\n',
  '\ttab\n\ttab\n',
  '\n\nlate',
  '\n',
  'dos\r\nlines\r\n',
  'emoji 🎉 ünïcödé 漢字',
  '---\nkind: Other\n',
  '{{ template }}',
  '%directive',
  '# comment',
  '<<',
  '=',
  '0x1F',
  '.5',
  '+1',
  '1_000',
  '\ud800',
  '__proto__',
  'constructor',
];
const KEYS = [
  'name',
  'image',
  'env',
  'value',
  'ports',
  'a',
  'b',
  'yes',
  '1',
  'app.kubernetes.io/version',
  'data',
  'x y',
  '__proto__',
];

/** A scalar of any kind, hostile ones included. */
export function randomScalar(random: Random): unknown {
  const draw = random.below(10);
  if (draw < 5) return random.pick(TEXTS);
  if (draw === 5) return random.below(5);
  if (draw === 6) return random.pick([1.5, -0.25, 1e21, 2 ** 53 - 1, 9007199254740993n]);
  if (draw === 7) return random.chance(0.5);
  if (draw === 8) return null;
  return `${random.pick(TEXTS)}${random.below(4)}`;
}

/** A value at most `depth` levels deep. */
export function randomValue(random: Random, depth: number): unknown {
  if (depth <= 0 || random.chance(0.3)) return randomScalar(random);
  if (random.chance(0.45)) return Array.from({ length: random.below(4) }, () => randomItem(random, depth - 1));
  return randomMap(random, depth);
}

function randomItem(random: Random, depth: number): unknown {
  if (random.chance(0.3)) return randomValue(random, depth);
  return { name: `item${random.below(5)}`, ...randomMap(random, depth) };
}

/** A map at most `depth` levels deep. */
export function randomMap(random: Random, depth: number): YamlMap {
  const entries = Array.from({ length: random.below(5) }, (): [string, unknown] => [
    random.pick(KEYS),
    randomValue(random, depth - 1),
  ]);
  return Object.fromEntries(entries);
}

/** The value with some of it changed, removed, added or reordered. */
export function mutated(random: Random, value: unknown, depth = 4): unknown {
  if (random.chance(0.05)) return randomValue(random, 2);
  if (Array.isArray(value)) return mutatedList(random, value, depth);
  if (typeof value !== 'object' || value === null) return random.chance(0.2) ? mutatedScalar(random, value) : value;
  const kept = Object.entries(value).filter(() => random.chance(0.9));
  const entries = kept.map(([key, inner]): [string, unknown] => [key, mutated(random, inner, depth - 1)]);
  if (random.chance(0.15)) entries.push([random.pick(KEYS), randomValue(random, depth - 1)]);
  if (random.chance(0.2)) entries.reverse();
  return Object.fromEntries(entries);
}

function mutatedList(random: Random, list: unknown[], depth: number): unknown[] {
  const result = list.filter(() => random.chance(0.85)).map((item) => mutated(random, item, depth - 1));
  if (random.chance(0.3)) result.splice(random.below(result.length + 1), 0, randomItem(random, 1));
  if (random.chance(0.1)) result.reverse();
  return result;
}

function mutatedScalar(random: Random, value: unknown): unknown {
  if (typeof value !== 'string' || !value.includes('\n')) return randomScalar(random);
  const lines = value.split('\n');
  // A line that is already there, too: what repeats is hardest to match.
  const inserted = random.chance(0.5) ? random.pick(lines) : `inserted ${random.below(9)}`;
  lines.splice(random.below(lines.length), random.below(2), inserted);
  if (random.chance(0.3)) lines.push(...lines.splice(0, random.below(lines.length)));
  return lines.join('\n');
}
