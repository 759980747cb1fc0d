import { describe, expect, it } from '@jest/globals';
import {
  code,
  duration,
  escapeText,
  fenced,
  folded,
  moment,
  paragraph,
  sentence,
  table,
} from '../../src/report/markdown.ts';
import { texts } from './random.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const PIECES = [
  ...'`*_{}[]()#+!|~\\<>&@:/-.=\n\r\t '.split(''),
  ...['``', '```', '~~~', '@ada', '#12', 'GH-7', 'acme/web#3', 'https://x.y', 'www.x.y', '<img src=x>', '<!--', '-->'],
  ...[
    '</details>',
    '![a](b)',
    '[a](b)',
    '\n\n',
    '\n---\n',
    '\n# h',
    '\n- [ ] x',
    '&lt;',
    'a',
    'b1',
    '{{',
    '\u00e9',
    '$x$',
    '\n> q',
  ],
];
const DRAWS = texts(SEED, 2000, PIECES);
const PUNCTUATION = /[\\`*_{}[\]()#+!|~$]/;
// A login begins with a letter or a digit.
const FIRES = [/@[a-z0-9]/i, /#\d/, /\bgh-\d/i, /:\/\//, /\bwww\./i, /[<>]/, /&(?!amp;|lt;|gt;)/, /[\n\r]/];

/** What is live in a text outside of escapes and code spans; empty when nothing is. */
function live(markdown: string): string {
  let plain = '';
  for (let at = 0; at < markdown.length; at += 1) {
    const char = markdown[at] ?? '';
    if (char === '\\' && PUNCTUATION.test(markdown[at + 1] ?? '')) {
      plain += markdown[at + 1];
      at += 1;
    } else if (char === '`') {
      const [run = ''] = /^`+/.exec(markdown.slice(at)) ?? [];
      const rest = markdown.slice(at + run.length);
      const close = Array.from(rest.matchAll(/`+/g)).find(([other]) => other.length === run.length);
      if (!close) return `an open code span at ${at}`;
      at += run.length + close.index + run.length - 1;
      plain += ' ';
    } else if (PUNCTUATION.test(char)) {
      return `${char} at ${at}`;
    } else {
      plain += char;
    }
  }
  return FIRES.find((fires) => fires.test(plain))?.source ?? '';
}

const failures = (check: (text: string) => string): string[] =>
  DRAWS.flatMap((text) => {
    const found = check(text);
    return found ? [`${JSON.stringify(text)}: ${found} (SEED=${SEED})`] : [];
  }).slice(0, 5);

describe(`for any text (SEED=${SEED})`, () => {
  it('escaped text shows and does nothing', () => expect(failures((text) => live(escapeText(text)))).toEqual([]));

  it('escaped text can be read back', () => {
    const read = (markdown: string): string =>
      markdown
        .replaceAll('\u200b', '')
        .replace(/\\([\\`*_{}[\]()#+!|~$])/g, '$1')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&amp;', '&');
    const flat = (text: string): string => text.replace(/\s+/g, ' ').trim();
    expect(failures((text) => (flat(read(escapeText(text))) === flat(text) ? '' : read(escapeText(text))))).toEqual([]);
  });

  it('a sentence shows and does nothing', () => expect(failures((text) => live(sentence(text)))).toEqual([]));

  it('a code span is one span of one line, and cannot end a cell', () => {
    const check = (text: string): string => {
      const span = code(text);
      if (span === '') return text.trim() === '' ? '' : 'lost';
      const [run = ''] = /^`+/.exec(span) ?? [];
      const inner = span.slice(run.length, -run.length);
      const closes = Array.from(inner.matchAll(/`+/g)).some(([other]) => other.length === run.length);
      const edge = inner.startsWith('`') || inner.endsWith('`');
      return !span.endsWith(run) || closes || edge || /\n/.test(span) || /(^|[^\\])\|/.test(inner) ? span : '';
    };
    expect(failures(check)).toEqual([]);
  });

  it('a fenced block is closed by its own fence only', () => {
    const check = (text: string): string => {
      const block = fenced(text);
      const lines = block.split(/\r\n|\n|\r/);
      const fence = /^`{3,}$/.exec(lines[0] ?? '')?.[0] ?? 'none';
      const closing = lines.slice(1).findIndex((line) => new RegExp(`^ {0,3}\`{${fence.length},}[ \t]*$`).test(line));
      return closing === lines.length - 2 && block.includes(text.replace(/\n+$/, '')) ? '' : block;
    };
    expect(failures(check)).toEqual([]);
  });

  it('a table keeps its rows and columns', () => {
    const check = (text: string): string => {
      const rows = table(['a', 'b'], [[escapeText(text), code(text)]]).split('\n');
      const pipes = rows[2]?.replace(/\\[\\|]/g, '').match(/\|/g)?.length;
      return rows.length === 3 && (pipes === 3 || /\\\\\|/.test(code(text))) ? '' : rows.join('⏎');
    };
    expect(failures(check)).toEqual([]);
  });
});

describe('by example', () => {
  it.each([
    ['@ada see #12', '@\u200bada see \\#\u200b12'],
    ['GH-12 and https://x.y', 'GH-\u200b12 and https:\u200b//x.y'],
    ['a@b.com <b>', 'a@\u200bb.com &lt;b&gt;'],
    ['one\n\n# two', 'one \\# two'],
    ['not found in $PATH, see www.x.y', 'not found in \\$PATH, see www\u200b.x.y'],
    ['1.5.0-rc_1', '1.5.0-rc\\_1'],
  ])('escapes %j', (text, shown) => expect(escapeText(text)).toBe(shown));

  it.each([
    ['acme/web:1', '`acme/web:1`'],
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
    ['a\n  b', '`a b`'],
    ['a|b', '`a\\|b`'],
    [' ', ''],
  ])('writes code %j', (text, shown) => expect(code(text)).toBe(shown));

  it('writes a sentence with code in it, and a lone tick as text', () => {
    expect(sentence('the image `a|b` of *web*')).toBe('the image `a\\|b` of \\*web\\*');
    expect(sentence('it`s')).toBe('it\\`s');
    expect(sentence('@``ada @` `ada')).toBe('@\\`\\`ada @\\` \\`ada');
  });

  it('fences, folds and makes tables', () => {
    expect(fenced('a\n```\nb\n\n', 'yaml')).toBe('````yaml\na\n```\nb\n````');
    expect(folded('sum', 'body')).toBe('<details><summary>sum</summary>\n\nbody\n\n</details>');
    expect(table(['a', ''], [['1', 'two\nlines']])).toBe('| a |  |\n|---|---|\n| 1 | two lines |');
  });

  it.each([
    [0, '0.0 s'],
    [340, '0.3 s'],
    [9_949, '9.9 s'],
    [10_000, '10 s'],
    [119_400, '119 s'],
    [119_600, '2 min'],
    [125_000, '2 min 5 s'],
    [3_600_000, '60 min'],
  ])('says %d ms as %s', (ms, text) => expect(duration(ms)).toBe(text));

  it.each([
    ['- [ ] task', '\u200b- \\[ \\] task'],
    ['===', '\u200b==='],
    ['1. one', '\u200b1. one'],
    ['    code', 'code'],
    ['`x` is - y', '`x` is - y'],
  ])('begins a line with %j as %j', (text, shown) => expect(paragraph(text)).toBe(shown));

  it('says a moment in UTC', () =>
    expect(moment(Date.parse('2026-11-23T15:03:59+01:00'))).toBe('2026-11-23 14:03 UTC'));
});
