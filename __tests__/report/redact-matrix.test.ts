import { describe, expect, it } from '@jest/globals';
import { type Redact, redactor } from '../../src/report/redact.ts';
import { secretsOf } from '../../src/report/release-secrets.ts';
import { chance } from './random.ts';
import { type Case, cases, KINDS, SOURCES, WRITINGS } from './redact-cases.ts';
import { sinks, visible } from './redact-sinks.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const COUNT = 10_800;
const SAME: Redact = (text) => text;

const secretObject = (data: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, ...data });

/** A planted secret is known from the rendered or live Secret, encoded or plain, as a release brings it. */
function learned({ secret }: Case, n: number): string[] {
  const encoded = Buffer.from(secret).toString('base64');
  return secretsOf([
    n % 2 === 0 ? secretObject({ data: { key: encoded } }) : secretObject({ stringData: { key: secret } }),
  ]);
}

function leaks(one: Case, redact: Redact): Record<string, string> {
  const report = SOURCES[one.source]?.(one.text);
  if (!report) throw new Error(`no source ${one.source}`);
  const found = Object.entries(sinks(report, one.text, redact)).map(([sink, text]) => [
    sink,
    visible(text, one.secret),
  ]);
  return Object.fromEntries(found.filter(([, how]) => how !== undefined));
}

function print(cells: Map<string, number>, sinkNames: string[]): string {
  const rows = Object.keys(KINDS).map((kind) => {
    const counts = sinkNames.map((sink) => {
      const perSource = Object.keys(SOURCES).map((source) => cells.get(`${sink}|${kind}|${source}`) ?? 0);
      return `${perSource.filter((n) => n > 0).length}/${perSource.length} ${perSource.reduce((a, b) => a + b, 0)}`.padStart(
        13,
      );
    });
    return `${kind.padEnd(22)}${counts.join('')}`;
  });
  return [`${'sources hit, plants'.padEnd(22)}${sinkNames.map((sink) => sink.padStart(13)).join('')}`, ...rows].join(
    '\n',
  );
}

/** Ways out that show only some of a report. */
const SHOWS: Record<string, RegExp> = {
  annotations: /error text/,
  outputs: /helm's error text/,
  'diff file': /diff/,
};

describe(`secrets in ${COUNT} reports (SEED=${SEED})`, () => {
  it('leave by no way out, and every cell of sink × kind × source was tried', () => {
    const cells = new Map<string, number>();
    const leaked: string[] = [];
    const random = chance(SEED + 1);
    let n = 0;
    for (const one of cases(SEED, COUNT)) {
      n += 1;
      // Without redaction it would be seen here: tried for a third, which is enough to try every cell.
      for (const sink of Object.keys(random() < 0.3 ? leaks(one, SAME) : {})) {
        const cell = `${sink}|${one.kind}|${one.source}`;
        cells.set(cell, (cells.get(cell) ?? 0) + 1);
      }
      for (const [sink, how] of Object.entries(leaks(one, redactor(learned(one, n))))) {
        leaked.push(`${sink} ← ${one.source}, ${one.kind} as ${one.writing}: ${how} (SEED=${SEED})`);
      }
    }
    const names = ['comment', 'summary', 'annotations', 'outputs', 'JSON', 'diff file', 'log', 'error text'];
    process.stdout.write(`SEED=${SEED}\n${print(cells, names)}\n`);
    expect(leaked.slice(0, 10)).toEqual([]);
    const expected = names.flatMap((sink) =>
      Object.keys(KINDS).flatMap((kind) =>
        Object.keys(SOURCES)
          .filter((source) => SHOWS[sink]?.test(source) ?? true)
          .map((source) => `${sink}|${kind}|${source}`),
      ),
    );
    expect(expected.filter((cell) => !cells.has(cell))).toEqual([]);
  });

  it('are caught when one of them was not redacted', () => {
    const all = [...cases(SEED, Object.keys(KINDS).length * Object.keys(WRITINGS).length)];
    const others = redactor(['another-secret', 'hunter22-and-more']);
    const missed = all.filter((one) => Object.keys(leaks(one, others)).length === 0);
    // The last line of a secret may be its only one that is shorter than 6 bytes.
    expect(missed.map(({ kind, writing }) => `${kind} as ${writing}`)).toEqual([]);
  });
});
