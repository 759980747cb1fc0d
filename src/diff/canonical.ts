import { plainValue } from '../kubernetes/yaml.ts';
import { isMap, orderedKeys } from './values.ts';

// Characters that a terminal or a browser acts on instead of showing: controls, direction marks, zero widths, separators.
// https://trojansource.codes
const UNSAFE = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]--[\t\n]]/v;
const EACH_UNSAFE = new RegExp(UNSAFE, 'gv');

/** The text with every character that does not simply show replaced by its `\u` escape. */
export function visible(text: string): string {
  return text.toWellFormed().replace(EACH_UNSAFE, escapeOf).replaceAll('\t', '\\t').replaceAll('\n', '\\n');
}

function escapeOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
}

/** A scalar on one line, as YAML that reads back as the same value. */
export function scalarText(value: unknown): string {
  if (typeof value === 'string') return isPlain(value) ? value : quoted(value);
  if (value === null || value === undefined) return 'null';
  if (typeof value !== 'number') return String(value);
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  return String(value);
}

function quoted(value: string): string {
  return JSON.stringify(value).replace(EACH_UNSAFE, escapeOf);
}

const PLAIN = /^[A-Za-z0-9_./$(][\u0020-\u007e\u00a1-\u00ac\u00ae-\u0600\u4e00-\u9fff]*$/;

function isPlain(value: string): boolean {
  if (!PLAIN.test(value) || value.endsWith(' ') || value.endsWith(':') || / #|: /.test(value)) return false;
  // Dates and base 60 are strings to Kubernetes but not to every YAML 1.1 reader.
  if (/^\d{4}-|^[\d_:.]+$/.test(value)) return !/[:_]|^\d{4}-/.test(value) && plainValue(value) === value;
  return plainValue(value) === value;
}

/** A text shown as a YAML block: its header and its lines, each without indentation. Undefined when it must be quoted. */
export function blockOf(value: unknown): { header: string; lines: string[] } | undefined {
  if (typeof value !== 'string' || !value.includes('\n')) return undefined;
  if (UNSAFE.test(value) || !value.isWellFormed() || /^\s*$/.test(value)) return undefined;
  const body = value.replace(/\n+$/, '');
  const newlines = value.length - body.length;
  const chomp = newlines === 0 ? '-' : newlines === 1 ? '' : '+';
  const lines = body.split('\n');
  for (let extra = 1; extra < newlines; extra++) lines.push('');
  // A reader takes the indentation from the first line with text; a text that starts with a space must say it.
  const indicator = /^\n*[ \t]/.test(value) ? '2' : '';
  return { header: `|${indicator}${chomp}`, lines };
}

/** The lines of a value whose parent stands at column `indent - 2`. */
export function valueLines(value: unknown, indent: number): string[] {
  if (isMap(value)) return orderedKeys(value).flatMap((key) => entryLines(key, value[key], indent));
  if (Array.isArray(value)) return value.flatMap((item: unknown) => itemLines(item, indent));
  const block = blockOf(value);
  const margin = ' '.repeat(indent);
  if (block === undefined) return [margin + scalarText(value)];
  return [margin + block.header, ...indented(block.lines, indent)];
}

/** The lines of `key: value` at column `indent`. */
export function entryLines(key: string, value: unknown, indent: number): string[] {
  const head = `${' '.repeat(indent)}${scalarText(key)}:`;
  const inline = inlineText(value);
  if (inline !== undefined) return [`${head} ${inline}`];
  const block = blockOf(value);
  if (block !== undefined) return [`${head} ${block.header}`, ...indented(block.lines, indent + 2)];
  return [head, ...valueLines(value, indent + 2)];
}

/** The lines of one list item whose dash stands at column `indent`. */
export function itemLines(item: unknown, indent: number): string[] {
  const inline = inlineText(item);
  if (inline !== undefined) return [`${' '.repeat(indent)}- ${inline}`];
  const [first = '', ...rest] = valueLines(item, indent + 2);
  return [`${' '.repeat(indent)}- ${first.slice(indent + 2)}`, ...rest];
}

/** The value when it stands on the line of its key or dash; undefined for blocks, maps and lists with content. */
export function inlineText(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : undefined;
  if (isMap(value)) return Object.keys(value).length === 0 ? '{}' : undefined;
  return blockOf(value) === undefined ? scalarText(value) : undefined;
}

/** Block lines at a column; empty lines stay empty. */
export function indented(lines: readonly string[], indent: number): string[] {
  const margin = ' '.repeat(indent);
  return lines.map((line) => (line === '' ? '' : margin + line));
}

/** The canonical text of an object, ending with a newline: equal values give equal text, whatever they were written like. */
export function canonicalText(value: unknown): string {
  return `${valueLines(value, 0).join('\n')}\n`;
}
