import { describe, expect, it } from '@jest/globals';
import { DiffInputError } from '../../src/diff/documents.ts';
import { config, only, release } from './releases.ts';

const thrown = (run: () => unknown): DiffInputError => {
  try {
    run();
  } catch (error) {
    if (error instanceof DiffInputError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('text that is no manifest', () => {
  it('an object given twice names both documents; in the deployed release it is a warning', () => {
    const twice = config('a') + config('b') + config('a', 'a: y').replace('templates/a', 'templates/again');
    const error = thrown(() => release('', twice));
    expect(error.message).toBe(
      'ConfigMap a in namespace pearl stands twice: in document 1 of the new manifest (chart/templates/a.yaml) and in document 3 of the new manifest (chart/templates/again.yaml). Only one of them can be in the cluster, so remove or rename the other one.',
    );
    expect(error.documents).toHaveLength(2);
    const diff = release(twice, config('a', 'a: y') + config('b'));
    expect(diff.counts).toMatchObject({ changed: 0, unchanged: 2 });
    expect(diff.warnings.map(({ kind }) => kind)).toEqual(['duplicate']);
  });

  it('invalid YAML is named by document and line, and never quoted', () => {
    const broken = `${config('a')}---\n# Source: chart/templates/secret.yaml\napiVersion: v1\nkind: Secret\nstringData:\n  password: hunter2\n oops: [hunter2\n`;
    const error = thrown(() => release('', broken));
    expect(error.message).toMatch(
      /^document 2 of the new manifest \(chart\/templates\/secret\.yaml\) is not valid YAML: .* in its line \d+\. /,
    );
    expect(JSON.stringify(error) + error.message + error.stack).not.toContain('hunter2');
  });

  it.each([
    ['no object', 'just text\n', 'is no Kubernetes object'],
    ['no name', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n', 'without metadata.name'],
    ['an alias bomb', `apiVersion: v1\nkind: X\nmetadata: {name: n}\n${bomb()}`, 'too many of them'],
  ])('%s is refused', (_name, text, message) => {
    expect(thrown(() => release('', text)).message).toContain(message);
  });
});

function bomb(): string {
  const levels = Array.from({ length: 9 }, (_, n) => `l${n + 1}: &l${n + 1} [${Array(9).fill(`*l${n}`).join(',')}]\n`);
  return `l0: &l0 [x]\n${levels.join('')}`;
}

describe('hostile content', () => {
  it('control characters, direction marks and ANSI are shown as escapes, in values, keys and names', () => {
    const value = JSON.stringify('\u001b[31m\u202e\u200b\u0007\u2028</details>\n```\n');
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "n\\e[1m\\nx"}\ndata: {"k\\u202e": ${value}}\n`;
    const out = JSON.stringify(release('', text));
    expect(JSON.parse(out)).toBeTruthy();
    const { title, lines } = only('', text);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    for (const line of [title, ...lines]) expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b\u2028\u202e]/);
    expect(title).toBe('pearl, n\\u001b[1m\\nx, ConfigMap (v1) has been added');
  });

  it('a line of 1 MB and 20,000 different lines are compared in time', () => {
    const long = (end: string) => config('long', `a: ${'x'.repeat(1_000_000)}${end}`);
    expect(only(long('1'), long('2')).lines.filter((line) => /^[-+]/.test(line))).toHaveLength(2);
    const many = (word: string) =>
      config('many', `a: |\n${Array.from({ length: 20_000 }, (_, n) => `    ${word} ${n}\n`).join('')}`);
    const began = Date.now();
    expect(only(many('old'), many('new')).lines).toHaveLength(40_000 + 4);
    expect(Date.now() - began).toBeLessThan(10_000);
  });

  it('1,000 objects of 5 MB: each is there with its change', () => {
    const big = (word: string) =>
      Array.from({ length: 1000 }, (_, n) =>
        config(`big-${n}`, `a: |\n${`    ${word} ${'x'.repeat(80)}\n`.repeat(60)}`),
      ).join('');
    const [old, now] = [big('old'), big('new')];
    const began = Date.now();
    const { objects, counts } = release(old, now);
    process.stdout.write(`${(old.length / 1e6).toFixed(1)} MB against as much: ${Date.now() - began} ms\n`);
    expect(old.length).toBeGreaterThan(5_000_000);
    expect(counts.changed).toBe(1000);
    expect(objects.filter(({ lines }) => lines.filter((line) => /^[-+]/.test(line)).length === 120)).toHaveLength(1000);
    expect(Date.now() - began).toBeLessThan(30_000);
  });

  it('binary data is decoded text with escapes, and __proto__ is a key like others', () => {
    const text =
      'apiVersion: v1\nkind: X\nmetadata: {name: n}\nspec: {b: !!binary AAEC/w==, __proto__: {polluted: yes}}\n';
    expect(only('', text).lines).toContain('+  __proto__:');
    expect(only('', text).lines.join('\n')).toContain('\\u0000\\u0001\\u0002');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('Secrets', () => {
  const secret = (data: string) => `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n${data}`;
  it('a changed key shows as changed, a kept one as unchanged', () => {
    const { lines, fields } = only(
      secret('  a: one\n  b: two\n  c: three\n'),
      secret('  a: one\n  b: other\n  d: four\n'),
    );
    expect(lines.slice(-5)).toEqual([
      '   a: (secret, unchanged)',
      '-  b: (secret, before)',
      '+  b: (secret, changed)',
      '-  c: (secret, removed)',
      '+  d: (secret, added)',
    ]);
    expect(fields.map(({ path, change }) => [path, change])).toEqual([
      ['stringData.b', 'changed'],
      ['stringData.c', 'removed'],
      ['stringData.d', 'added'],
    ]);
  });
});
