import { describe, expect, it } from '@jest/globals';
import { redactor } from '../../src/report/redact.ts';
import { renderWithin } from '../../src/report/render.ts';
import type { Report } from '../../src/report/report.ts';
import { fitSections, type Section } from '../../src/report/sections.ts';
import { LIMITS, sheetsOf } from '../../src/report/sheets.ts';
import { HOSTILE, unclosed } from './hostile.ts';
import { chance } from './random.ts';
import { fullDiff, fullReport } from './redact-cases.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const SAME = redactor([]);
const bytes = (text: string): number => Buffer.byteLength(text);

const part = (n: number, size: number): [string, string, string] => [
  `full ${n} ${'ü'.repeat(size)}`,
  `short ${n} ${'ü'.repeat(Math.ceil(size / 10))}`,
  `- item ${n}`,
];
const list = (count: number, size: number): Section => ({
  name: 'the diff',
  rank: 5,
  noun: 'object',
  parts: Array.from({ length: count }, (_, n) => part(n, size)),
  line: `${count} objects change.`,
});
const title: Section = { name: 'the title', rank: 0, parts: [], line: '### Title' };

describe('sections', () => {
  it('stand in full when they fit, to the last byte', () => {
    const { text } = fitSections([title, list(3, 300)], 1e6, 'the summary');
    expect(fitSections([title, list(3, 300)], bytes(text), 'the summary')).toEqual({ text, shortened: [] });
    expect(text).not.toContain('Not all fits');
    expect(fitSections([title, list(3, 300)], bytes(text) - 1, 'the summary').shortened).toEqual(['the diff']);
  });

  it.each([
    [
      'all in a list, as many as fit in full',
      100,
      12_000,
      /^_Not all fits here: the diff \(\d+ objects shortened\)\._/m,
      100,
    ],
    ['a list cut between objects, with how many are missing', 1_000, 4_000, /^… and \d+ objects more$/m, undefined],
    ['one line', 1_000, 210, /^1000 objects change\.$/m, 0],
  ])('degrade to %s', (_, count, limit, says, shown) => {
    const { text } = fitSections([title, list(count, 200)], limit, 'the [summary](x)');
    expect(bytes(text)).toBeLessThanOrEqual(limit);
    expect(text).toMatch(says);
    expect(text).toMatch(/All of it is in the \[summary\]\(x\)\.$/);
    const items = text.match(/^(?:full|short|- item) /gm)?.length ?? 0;
    const missing = Number(/^… and ([\d,]+) objects more$/m.exec(text)?.[1]?.replace(',', '') ?? 0);
    expect(shown ?? items + missing).toBe(shown ?? count);
    if (shown !== undefined) expect(items).toBe(shown);
  });

  it('lose those of the highest rank first', () => {
    const other: Section = { name: 'the history', rank: 6, parts: [[`history ${'x'.repeat(500)}`]], line: '' };
    const { text, shortened } = fitSections([other, list(1, 100), title], 600, 'x');
    expect(text).toContain('full 0');
    expect(shortened).toEqual(['the history']);
    expect(text).toContain('the history (left out)');
  });

  it(`never exceed the limit, and name all that is missing (SEED=${SEED})`, () => {
    const random = chance(SEED);
    const draw = (most: number): number => Math.floor(random() * most);
    for (let n = 0; n < 2_000; n += 1) {
      const sections = Array.from(
        { length: 1 + draw(5) },
        (_, at): Section => ({
          ...list(draw(20), draw(300)),
          name: `section ${at}`,
          rank: draw(4),
          line: draw(2) ? `line ${at} 🔑` : '',
          ...(draw(2) ? { head: '<details>\n\n', foot: '\n\n</details>' } : {}),
        }),
      );
      const limit = 700 + draw(8_000);
      const { text, shortened } = fitSections(sections, limit, 'there');
      expect(bytes(text)).toBeLessThanOrEqual(limit);
      expect(text.isWellFormed()).toBe(true);
      expect(shortened.filter((name) => !text.includes(`${name} (`))).toEqual([]);
      const whole = fitSections(sections, 1e9, 'there').text;
      expect(text === whole).toBe(shortened.length === 0);
    }
  });
});

function hugeDiff(objects: number, linesEach: number): Report {
  const base = fullDiff([]);
  const all = Array.from({ length: objects }, (_, n) => ({
    title: `pearl, web-${n}, ConfigMap (v1) has changed`,
    change: 'changed' as const,
    noise: false,
    lines: Array.from({ length: linesEach }, (_, at) => `${at % 2 ? '+' : '-'} key-${at}: ${'värde '.repeat(10)}`),
  }));
  return {
    ...base,
    diff: { against: 'revision 1', offline: '', meaning: [], unchanged: 0, notChecked: [], objects: all },
  };
}

describe('a 5 MB diff of 1,000 objects', () => {
  const report = hugeDiff(1_000, 60);
  const sheets = sheetsOf(report, SAME);

  it('fits in comment and summary, and no object is dropped without a word', () => {
    expect(bytes(sheets.json)).toBeGreaterThan(5_000_000);
    const comment = sheets.comment(LIMITS.comment);
    for (const [text, limit] of [
      [comment, LIMITS.comment],
      [sheets.summary, LIMITS.summary],
    ] as const) {
      expect(bytes(text)).toBeLessThanOrEqual(limit);
      // Room is used.
      expect(bytes(text)).toBeGreaterThan(limit * 0.8);
      expect(unclosed(text)).toBe('');
      const shown = new Set(text.match(/web-\d+/g)).size;
      const missing = Number(/… and ([\d,]+) objects more/.exec(text)?.[1]?.replace(',', '') ?? 0);
      expect(shown + missing).toBe(1_000);
    }
    expect(comment).toContain('All of it is in the [job summary](https://github.example/acme/web/actions/runs/1).');
    expect(sheets.summary).toContain('All of it is in ');
  });
});

describe('any report', () => {
  it(`fits in both, with every fence and fold closed (SEED=${SEED})`, () => {
    const random = chance(SEED + 1);
    const text = (): string => {
      const piece = HOSTILE[Math.floor(random() * HOSTILE.length)] ?? '';
      return random() < 0.01 ? piece.repeat(Math.floor(random() * 5_000)) : piece.repeat(1 + Math.floor(random() * 3));
    };
    const bad: string[] = [];
    for (let n = 0; n < 1_000; n += 1) {
      const report = hostileReport(text);
      for (const limit of [LIMITS.comment, LIMITS.summary, 2_000]) {
        const out = renderWithin(report, limit, 'the summary').text;
        if (bytes(out) > limit) bad.push(`${bytes(out)} bytes of ${limit}, draw ${n}`);
        if (unclosed(out)) bad.push(`${unclosed(out)}, draw ${n} of ${limit}`);
      }
    }
    expect(bad.slice(0, 5)).toEqual([]);
  });

  it('with lines of a megabyte everywhere is rendered quickly', () => {
    for (const piece of [' ', '`', '\n', '` ', '\\', '@', '::add-mask::']) {
      const since = Date.now();
      const report = hostileReport(() => piece.repeat(Math.floor(1_000_000 / piece.length)));
      const out = renderWithin(report, LIMITS.comment, 'the summary').text;
      expect(bytes(out)).toBeLessThanOrEqual(LIMITS.comment);
      expect(Date.now() - since).toBeLessThan(10_000);
    }
  });

  it('that does not close a fence is caught by the check', () => {
    expect(unclosed('<details><summary>x</summary>\n\n```\nx\n\n</details>')).not.toBe('');
    expect(unclosed('<details><summary>x</summary>\n\ntext')).not.toBe('');
    expect(unclosed('text\n\n</details>')).not.toBe('');
  });
});

function hostileReport(text: () => string): Report {
  const base = fullReport();
  const diff = fullDiff(
    text()
      .split('\n')
      .map((line) => `+ ${line}`),
  ).diff;
  return {
    ...base,
    reason: text(),
    next: text(),
    warnings: [text(), text()],
    workloads: base.workloads.map((row) => ({ ...row, missing: text() })),
    history: base.history.map((row) => ({ ...row, note: text(), chart: text(), status: text() })),
    rollback: { ...base.rollback, problems: [text()], restoredImages: [] },
    evidence: {
      ...base.evidence,
      probe: text(),
      node: text(),
      events: [{ at: base.startedAt, reason: text(), message: text(), count: 1 }],
      log: text().split('\n'),
      previousLog: [text()],
    },
    ...(Math.abs(text().length) % 2 ? { diff, command: 'diff', status: 'changed' } : {}),
  };
}
