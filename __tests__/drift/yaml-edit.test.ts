import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { type ScalarValue, type ValuePath, withValue } from '../../src/drift/yaml-edit.ts';

const FILE = `# production
image:
    repository: "registry.example.com/web"   # ours
    tag: 1.4.0        # CI sets it

replicas: 3
env:
- name: LEVEL   # how much
  value: 'info'
empty: {}
flow: {a: 1,   b: two}
off: "no"
none: [] # as in a container
list:
  - one
  - two
flows: [{name: x}]
text: |
  long

last: &anchor
  deep:
     x: 1
again: *anchor
`;

/** The lines that are not in both. */
function changed(path: ValuePath, value: ScalarValue, text = FILE): string[] | undefined {
  const now = withValue(text, path, value, true);
  if (now === undefined) return undefined;
  const before = new Set(text.split('\n'));
  expect(text.split('\n').filter((line) => !now.split('\n').includes(line)).length).toBeLessThanOrEqual(1);
  return now.split('\n').filter((line) => !before.has(line));
}

describe('one value of a values file', () => {
  it.each<[ValuePath, ScalarValue, string]>([
    [['image', 'tag'], '1.9.3', '    tag: 1.9.3        # CI sets it'],
    [['image', 'tag'], '1.90', '    tag: "1.90"        # CI sets it'],
    [['image', 'tag'], '017', '    tag: "017"        # CI sets it'],
    [['image', 'repository'], 'mirror/web', '    repository: "mirror/web"   # ours'],
    [['replicas'], 5, 'replicas: 5'],
    [['env', 0, 'value'], 'debug', "  value: 'debug'"],
    [['env', 0, 'name'], 'no', '- name: "no"   # how much'],
    [['off'], 'yes', 'off: "yes"'],
    [['flow', 'b'], 'three', 'flow: {a: 1,   b: three}'],
    [['flow', 'c'], 4, 'flow: {a: 1,   b: two, c: 4}'],
    [['empty', 'image', 'tag'], '2.0.1', 'empty: {image: {tag: 2.0.1}}'],
    [['image', 'digest'], 'sha256:0', '    digest: sha256:0'],
    [['last', 'deep', 'z'], true, '     z: true'],
    [['env', 0, 'unit'], 'ms', '  unit: ms'],
    [['env', 1, 'name'], 'FEATURE', '- name: FEATURE'],
    [['none', 0, 'name'], 'FEATURE', 'none: [{name: FEATURE}] # as in a container'],
    [['list', 2], 'three', '  - three'],
    [['flows', 1, 'name'], 'z', 'flows: [{name: x}, {name: z}]'],
    [['flows', 0, 'value'], 'a,b', 'flows: [{name: x, value: "a,b"}]'],
  ])('%j = %j changes its line alone', (path, value, line) => {
    expect(changed(path, value)).toEqual([line]);
  });

  it('that is not there is added at the end, into an empty file too', () => {
    expect(changed(['service', 'port'], 80)).toEqual(['service:', '  port: 80']);
    expect(changed(['more', 0, 'name'], 'on')).toEqual(['more:', '  - name: "on"']);
    expect(withValue('', ['a', 'b'], 'x', true)).toBe('a:\n  b: x\n');
    expect(withValue('# nothing yet', ['a'], 1, true)).toBe('# nothing yet\na: 1\n');
  });

  it('that cannot be changed alone is left alone', () => {
    expect(withValue(FILE, ['again', 'deep', 'x'], 2, true)).toBeUndefined();
    expect(withValue(FILE, ['env', 3, 'value'], 'x', true)).toBeUndefined();
    expect(withValue(FILE, ['more', 1, 'name'], 'x', true)).toBeUndefined();
    expect(withValue(FILE, [0, 'name'], 'x', true)).toBeUndefined();
    expect(withValue(FILE, ['replicas', 'min'], 2, true)).toBeUndefined();
    expect(withValue('- a\n', ['a'], 2, true)).toBeUndefined();
    expect(withValue('a: [', ['a'], 2, true)).toBeUndefined();
  });

  it('is added only where that is wanted', () => {
    expect(withValue(FILE, ['service', 'port'], 80, false)).toBeUndefined();
    expect(withValue(FILE, ['replicas'], 4, false)).toContain('\nreplicas: 4\n');
  });

  it('reads back as the same value', () => {
    for (const value of [
      '1e3',
      '0x10',
      'null',
      '~',
      'a: b',
      '# x',
      ' padded ',
      'true',
      'on',
      '12:30',
      '2026-11-24',
      '',
      '"q"',
      '*x',
      '1_0',
    ]) {
      const now = withValue(FILE, ['image', 'tag'], value, true) ?? '';
      expect((parse(now, { version: '1.1' }) as { image: { tag: unknown } }).image.tag).toBe(value);
    }
  });
});
