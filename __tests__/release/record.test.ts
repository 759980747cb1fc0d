import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import {
  isSurelySmall,
  RECORD_ALARM,
  RECORD_LIMIT,
  recordFacts,
  recordSize,
  recordsAre,
  sizeSentence,
} from '../../src/release/record.ts';

const file = (name: string, data: Buffer) => ({ name, data: data.toString('base64') });

function release(files: { name: string; data: string }[]): string {
  return JSON.stringify({
    name: 'web',
    chart: { templates: [file('templates/a.yaml', Buffer.from('kind: A'))], files },
  });
}

/** As the API server gives the field `release` of a record. */
const stored = (value: unknown): string =>
  Buffer.from(gzipSync(JSON.stringify(value)).toString('base64')).toString('base64');

describe('recordSize', () => {
  it('names the parts by what they add, not by their own size', () => {
    const size = recordSize(
      release([
        file('zeros.bin', Buffer.alloc(900_000)),
        file('dump.bin', randomBytes(300_000)),
        file('b.bin', randomBytes(9_000)),
      ]),
    );
    expect(size.biggest.map(({ name }) => name)).toEqual(['dump.bin', 'b.bin', 'zeros.bin']);
    expect(size.bytes).toBeGreaterThan(300_000 * (4 / 3));
    expect(size.bytes).toBeLessThan(330_000 * (4 / 3));
    expect(sizeSentence(size)).toMatch(/^0\.4\d MiB, most of it `dump\.bin` 0\.3\d MiB$/);
  });

  it('is not computed for what cannot come near the limit, however it compresses', () => {
    const bytes = 620_000;
    expect(isSurelySmall(bytes)).toBe(true);
    expect(gzipSync(randomBytes(bytes), { level: 9 }).length * (4 / 3)).toBeLessThan(RECORD_ALARM);
    expect(isSurelySmall(RECORD_ALARM * 0.76)).toBe(false);
    expect(RECORD_ALARM).toBeLessThan(RECORD_LIMIT);
  });
});

describe('recordFacts', () => {
  it.each([
    [
      { apply_method: 'ssa', info: {} },
      { writtenBy: 4, applyMethod: 'ssa' },
    ],
    [
      { apply_method: 'csa', info: {} },
      { writtenBy: 4, applyMethod: 'csa' },
    ],
    [{ info: { deleted: '' } }, { writtenBy: 3 }],
    // An old record that Helm 4 wrote once more, for example to call it superseded.
    [{ info: {} }, {}],
    [{ apply_method: 'new', info: { deleted: '' } }, {}],
    [null, {}],
  ])('%j', (record, facts) => {
    expect(recordFacts(stored(record))).toMatchObject({ writtenBy: undefined, applyMethod: undefined, ...facts });
  });

  it('gives the CRDs of crds/, and nothing else of the chart', () => {
    const files = [
      file('crds/a.yaml', Buffer.from('kind: A')),
      file('docs/b.yaml', Buffer.from('kind: B')),
      file('crds/c.md', Buffer.from('c')),
    ];
    expect(recordFacts(stored({ info: {}, chart: { files } })).crds).toBe('---\n# Source: crds/a.yaml\nkind: A\n');
    expect(recordFacts(stored({ info: {}, chart: { files: null } })).crds).toBe('');
  });

  it('knows nothing of what it cannot read', () => {
    for (const text of ['', 'bm8=', '###']) expect(recordFacts(text).writtenBy).toBeUndefined();
  });
});

describe('recordsAre', () => {
  it.each([
    [undefined, 'in secrets'],
    ['secret', 'in secrets'],
    ['configmaps', 'in configmaps'],
    ['sql', 'elsewhere'],
    ['memory', 'elsewhere'],
  ])('HELM_DRIVER %j: %s', (driver, where) => expect(recordsAre(driver)).toBe(where));
});
