import { escapeControls } from './controls.ts';

/** Turns text from charts, logs and the cluster into Markdown that shows it and does nothing else. Pure. */

/** Plain text on one line: no markup, no mention, no issue or web link fires. */
export function escapeText(text: string): string {
  return (
    quiet(oneLine(text).replace(/[\\`*_{}[\]()#+!|~$&<>]/g, (char) => ENTITIES[char] ?? `\\${char}`))
      // Behind a backslash that Markdown takes away.
      .replace(/#(?=\d)/g, '#\u200b')
  );
}

/** Plain text inside an HTML tag, where Markdown is not at work (`<summary>`): no markup, no mention, no link fires. */
export function htmlText(text: string): string {
  return quiet(oneLine(text).replace(/[&<>]/g, (char) => ENTITIES[char] ?? '')).replace(/#(?=\d)/g, '#\u200b');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** A line of its own could begin a list, a heading or a quote. */
function oneLine(text: string): string {
  const shown = escapeControls(text);
  if (!/[\n\r]/.test(shown)) return shown;
  const lines = shown.split(/[\n\r]+/).map((line) => line.trim());
  return lines.filter((line) => line !== '').join(' ');
}

/** A zero-width space behind the sign: GitHub neither pings nor links then. It looks at the text after Markdown. */
function quiet(text: string): string {
  return text
    .replace(/@(?=\w)/g, '@\u200b')
    .replace(/\b(www)(?=\.)/gi, '$1\u200b')
    .replace(/\b(GH-)(?=\d)/gi, '$1\u200b')
    .replace(/:\/\//g, ':\u200b//');
}

/** A code span: its fence is longer than any run of backticks inside. */
export function code(text: string): string {
  const line = escapeControls(text.replace(/\s+/g, ' ')).trim();
  if (line === '') return '';
  const fence = '`'.repeat(longestRun(line) + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  // A pipe would end a table's cell even inside a code span.
  return `${fence}${pad}${line.replaceAll('|', '\\|')}${pad}${fence}`;
}

/** A fenced block that its content cannot close. */
export function fenced(text: string, language = ''): string {
  const shown = escapeControls(text);
  let end = shown.length;
  while (shown[end - 1] === '\n') end -= 1;
  const fence = '`'.repeat(Math.max(3, longestRun(shown) + 1));
  return `${fence}${language}\n${shown.slice(0, end)}\n${fence}`;
}

function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}

/** No foreign text is shown longer than this anywhere, in UTF-16 units: the JSON report has all of it. */
export const LONGEST_TEXT = 20_000;

/** The text when it is short enough, else its beginning and a note how much is missing; never half a character. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  const head = text
    .slice(0, length)
    .toWellFormed()
    .replace(/\ufffd$/, '');
  return `${head}… (${(text.length - head.length).toLocaleString('en')} more characters)`;
}

/** A table; cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [tableHead(head), ...rows.map(tableRow)].join('\n');
}

/** The two lines that begin a table. */
export function tableHead(head: readonly string[]): string {
  return `${tableRow(head)}\n|${head.map(() => '---').join('|')}|`;
}

/** One line of a table; cells are Markdown already. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replace(/\n/g, ' ')).join(' | ')} |`;
}

/** A folded part. The blank line lets Markdown work inside. */
export function folded(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/**
 * A sentence of our own with back-ticked parts of foreign text in it: outside the ticks all is escaped, inside it is a
 * code span.
 */
export function sentence(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (/^`[^`]*[^`\s][^`]*`$/.test(part) ? code(part.slice(1, -1)) : escapeText(part)))
    .join('');
}

/** A sentence that begins a line: no list, rule or underline of a heading, and no indented code. */
export function paragraph(text: string): string {
  const shown = sentence(text.trimStart());
  return /^(?:[-=]|\d+\.)/.test(shown) ? `\u200b${shown}` : shown;
}

/** A duration as people say it: 0.3 s, 41 s, 2 min 5 s. */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const rest = seconds % 60;
  return `${Math.floor(seconds / 60)} min${rest > 0 ? ` ${rest} s` : ''}`;
}

/** `2026-11-23 14:03 UTC`; empty for what is no time. */
export function moment(ms: number): string {
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return '';
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
