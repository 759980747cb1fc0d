import { describe, expect, it } from '@jest/globals';
import { type Log, logText, logTo } from '../../src/report/log.ts';
import { code, escapeText, fenced, htmlText, sentence } from '../../src/report/markdown.ts';
import { redactor } from '../../src/report/redact.ts';
import { HOSTILE, unclosed } from './hostile.ts';
import { texts } from './random.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const DRAWS = texts(SEED, 5_000, HOSTILE);
const SAME = redactor([]);

/** What a runner would carry out in this line: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs */
function command(line: string): string | undefined {
  return /^\s*::([\w-]+)(?: [^\n]*?)?::/.exec(line)?.[1] ?? /##\[([^\]]*)\]/.exec(line)?.[1];
}

const broken = (check: (text: string) => unknown): string[] =>
  DRAWS.filter((text) => check(text))
    .map((text) => `${JSON.stringify(text)} (SEED=${SEED})`)
    .slice(0, 5);

describe(`hostile text (SEED=${SEED})`, () => {
  it('carries out nothing in the log', () => {
    const lines = (text: string): string[] => logText(text, SAME).split(/\r\n|\n|\r/);
    expect(broken((text) => lines(text).some(command))).toEqual([]);
    expect(broken((text) => /\p{Cc}/u.test(logText(text, SAME).replaceAll('\n', '')))).toEqual([]);
  });

  it('would carry something out without that', () => {
    expect(DRAWS.filter((text) => text.split(/\r\n|\n|\r/).some(command)).length).toBeGreaterThan(500);
  });

  it('ends no fence, fold or comment around it', () => {
    const around = (text: string): string =>
      `<details><summary>${htmlText(text)}</summary>\n\n${fenced(text)}\n\n${escapeText(text)}\n\n${sentence(text)}\n\n${code(text)}\n\n</details>`;
    expect(broken((text) => unclosed(around(text)))).toEqual([]);
  });

  it('brings no control or direction character into Markdown', () => {
    const bad = /(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
    expect(broken((text) => [escapeText, code, sentence, htmlText].some((write) => bad.test(write(text))))).toEqual([]);
    expect(broken((text) => bad.test(fenced(text).replaceAll('\r', '')))).toEqual([]);
  });

  it('names nobody inside HTML either', () => {
    expect(broken((text) => /@[a-z]|#\d|<|:\/\//i.test(htmlText(text)))).toEqual([]);
  });
});

describe('the log', () => {
  it.each([
    ['::add-mask::x', ':\u200b:add-mask::x'],
    ['  ::error::x', '  :\u200b:error::x'],
    ['a ##[error]x', 'a #\u200b#[error]x'],
    ['a::b::c', 'a::b::c'],
    ['one\r::error::x', 'one\n:\u200b:error::x'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b[31m::error::x', ':\u200b:error::x'],
    ['bell\u0007', 'bell\\u0007'],
  ])('shows %j as %j', (text, shown) => expect(logText(text, SAME)).toBe(shown));

  it('cuts a line of a megabyte', () => {
    expect(logText('x'.repeat(1_000_000), SAME).length).toBeLessThan(10_000);
  });

  it('hides a secret although a colour stands in its middle', () => {
    expect(logText('hunter\u001b[31m22', redactor(['hunter22']))).toBe('***');
  });

  it("puts a child's output under a token that is new each time and always lifted", () => {
    const lines: string[] = [];
    const log: Log = logTo((line) => lines.push(line), redactor(['hunter22']));
    log.quote('helm says', '::set-env name=A::b\nhunter22');
    log.quote('again', 'x');
    const tokens = lines.flatMap((line) => /^::stop-commands::(.+)$/.exec(line)?.[1] ?? []);
    expect(new Set(tokens).size).toBe(2);
    expect(lines).toEqual([
      'helm says',
      `::stop-commands::${tokens[0]}`,
      ':\u200b:set-env name=A::b\n***',
      `::${tokens[0]}::`,
      'again',
      `::stop-commands::${tokens[1]}`,
      'x',
      `::${tokens[1]}::`,
    ]);
  });
});
