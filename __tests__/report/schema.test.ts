import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { redactor } from '../../src/report/redact.ts';
import { sheetsOf } from '../../src/report/sheets.ts';
import { cases, fullDiff, fullReport, SOURCES } from './redact-cases.ts';
import { assertReport } from './schema.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const schema = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../docs/report.schema.json'), 'utf8')) as {
  properties: Record<string, unknown>;
  required: string[];
};

describe('the report', () => {
  it('in full is as the schema says, and so is a diff', () => {
    expect(() => assertReport(fullReport())).not.toThrow();
    expect(() => assertReport(fullDiff(['- a', '+ b']))).not.toThrow();
  });

  it('has exactly the fields of the schema', () => {
    expect(Object.keys(schema.properties).toSorted()).toEqual(Object.keys(fullDiff([])).toSorted());
  });

  it('may lack what there was not', () => {
    const bare = { ...fullReport(), revision: undefined, previousRevision: undefined };
    const { cause: _cause, evidence: _evidence, rollback: _rollback, ...rest } = bare;
    expect(() => assertReport(rest)).not.toThrow();
    expect(
      Object.keys(rest)
        .filter((name) => schema.required.includes(name))
        .toSorted(),
    ).toEqual(schema.required.toSorted());
  });

  it(`stays so when secrets are taken out (SEED=${SEED})`, () => {
    const words = [
      'rolled-back',
      'observed',
      'crash-loop',
      'deploy',
      '0123456789ab',
      'changed',
      'previousRevision',
      'container',
      'non-root',
      'enforce',
      'production',
    ];
    for (const one of cases(SEED, 500)) {
      const report = SOURCES[one.source]?.(one.text);
      assertReport(JSON.parse(sheetsOf(report ?? fullReport(), redactor([one.secret, ...words])).json));
    }
    expect(() => assertReport(sheetsOf(fullDiff(['x']), redactor(words)).report)).not.toThrow();
  });

  it.each<[string, object]>([
    ['another version', { schemaVersion: 2 }],
    ['an unknown status', { status: 'fine' }],
    ['a field nobody knows', { extra: 1 }],
    ['a number as text', { tookMs: '12' }],
    ['a missing field', { reason: undefined }],
    ['a wrong row', { workloads: [{ ready: 1 }] }],
    ["the cluster's address", { cluster: 'https://10.0.0.1' }],
  ])('with %s is refused', (_, more) => {
    expect(() => assertReport({ ...fullReport(), ...more })).toThrow(/not as docs\/report\.schema\.json says:\n\//);
  });
});
