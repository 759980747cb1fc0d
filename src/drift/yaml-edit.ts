import {
  Composer,
  CST,
  type Document,
  isCollection,
  isScalar,
  isSeq,
  Parser,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { plainValue } from '../kubernetes/yaml.ts';

/** A place in a values file: names of keys and positions in lists. */
export type ValuePath = readonly (string | number)[];

/** What a value can be changed to. */
export type ScalarValue = string | number | boolean;

/** True for what a value can be changed to. */
export function isScalarValue(value: unknown): value is ScalarValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

// 1.2: `off`, `y` and `<<` are keys like any other; what a value means is decided by plainValue, as Helm reads it.
const OPTIONS = { version: '1.2', keepSourceTokens: true, prettyErrors: false } as const;

/**
 * The text of a values file with one value changed, and not a character more: comments, order, quotes and blank lines stay. With
 * `mayAdd` a value that is not there is added, to a list at its end. Undefined when the place cannot be changed alone (an alias, a
 * merged key, a place behind the end of a list, text that is no YAML map).
 */
export function withValue(text: string, path: ValuePath, value: ScalarValue, mayAdd: boolean): string | undefined {
  const changed = replaced(text, path, value) ?? (mayAdd ? added(text, path, value) : undefined);
  if (changed === undefined) return undefined;
  // The parser has the last word on whether the right place was hit.
  const document = parseDocument(changed, OPTIONS);
  return document.errors.length === 0 && document.getIn([...path]) === value ? changed : undefined;
}

function replaced(text: string, path: ValuePath, value: ScalarValue): string | undefined {
  const tokens = [...new Parser().parse(text)];
  const [document] = [...new Composer(OPTIONS).compose(tokens)];
  const node: unknown = document?.getIn([...path], true);
  if (!isScalar(node) || !CST.isScalar(node.srcToken)) return undefined;
  // `key:` without a value has an empty token to write into; an alias has none.
  CST.setScalarValue(node.srcToken, String(value), { type: styleOf(node.type, value) });
  return tokens.map((token) => CST.stringify(token)).join('');
}

type Style = 'PLAIN' | 'QUOTE_DOUBLE' | 'QUOTE_SINGLE';

/** Quotes stay as they are; a plain text that would be read as a number or a boolean gets them. */
function styleOf(type: unknown, value: ScalarValue): Style {
  if (typeof value !== 'string') return 'PLAIN';
  if (type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE') return type;
  return isPlain(value) ? 'PLAIN' : 'QUOTE_DOUBLE';
}

function isPlain(value: string): boolean {
  return (
    /^[A-Za-z0-9_./][^\n]*$/.test(value) &&
    !/: |:$| #|\s$/.test(value) &&
    plainValue(value) === value &&
    !/^\d[\d_]*:|^\d{4}-\d/.test(value)
  );
}

function added(text: string, path: ValuePath, value: ScalarValue): string | undefined {
  const document = parseDocument(text, OPTIONS);
  if (document.errors.length > 0) return undefined;
  const { node, depth } = deepest(document, path);
  const rest = path.slice(depth);
  if (isSeq(node)) return rest[0] === node.items.length ? intoList(text, node, rest.slice(1), value) : undefined;
  // A list that is not there begins with its first item.
  if (rest.length === 0 || typeof rest[0] === 'number' || rest.some((step) => typeof step === 'number' && step > 0))
    return undefined;
  if (!node) {
    // A file that holds nothing yet, or only comments.
    return document.contents === null ? `${ended(text)}${lines(rest, value, '')}` : undefined;
  }
  if (depth === 0 && !node.flow) return `${ended(text)}${lines(rest, value, '')}`;
  return node.flow ? intoFlow(text, node, flowPair(rest, value)) : intoBlock(text, node, rest, value);
}

type Collection = YAMLMap | YAMLSeq;

/** The map or list on the way to the place that holds nothing of the rest yet; none when something else stands in the way. */
function deepest(document: Document, path: ValuePath): { node: Collection | undefined; depth: number } {
  let node: Collection | undefined = isCollection(document.contents) ? (document.contents as Collection) : undefined;
  let depth = 0;
  for (const step of path) {
    const inner: unknown = node?.get(step, true);
    if (!isCollection(inner)) break;
    node = inner as Collection;
    depth += 1;
  }
  // Something stands there that is no map: it would have to go.
  const next = node?.get(path[depth], true);
  return next === undefined ? { node, depth } : { node: undefined, depth: path.length };
}

function intoList(text: string, list: YAMLSeq, rest: ValuePath, value: ScalarValue): string | undefined {
  if (rest.some((step) => typeof step === 'number')) return undefined;
  if (list.flow) return intoFlow(text, list, rest.length === 0 ? inFlow(value) : `{${flowPair(rest, value)}}`);
  const last = list.items.at(-1) as { range?: [number, number, number] } | undefined;
  const { indent } = (list.srcToken ?? {}) as { indent?: number };
  if (!last?.range || indent === undefined) return undefined;
  return afterLine(text, last.range[1], lines([0, ...rest], value, ' '.repeat(indent)));
}

function intoBlock(text: string, map: YAMLMap, rest: ValuePath, value: ScalarValue): string | undefined {
  const key = map.items[0]?.key as { range?: [number, number, number] } | undefined;
  const last = map.items.at(-1);
  const node = (last?.value ?? last?.key) as { range?: [number, number, number] } | undefined;
  if (!key?.range || !node?.range) return undefined;
  const indent = ' '.repeat(key.range[0] - (text.lastIndexOf('\n', key.range[0] - 1) + 1));
  return afterLine(text, node.range[1], lines(rest, value, indent));
}

/** Puts whole lines behind the line in which a node ends. */
function afterLine(text: string, end: number, more: string): string {
  // A block's end is already the beginning of the next line.
  const newline = text.indexOf('\n', end > 0 && text[end - 1] === '\n' ? end - 1 : end);
  const cut = newline < 0 ? text.length : newline + 1;
  return `${ended(text.slice(0, cut))}${more}${text.slice(cut)}`;
}

/** `image: {}` becomes `image: {tag: x}`, `env: []` becomes `env: [{name: x}]`; in filled ones the value is put at the end. */
function intoFlow(text: string, { range }: Collection, more: string): string | undefined {
  if (!range) return undefined;
  const [start, end] = range;
  const body = text.slice(start + 1, end - 1).trim();
  return `${text.slice(0, start + 1)}${body === '' ? '' : `${body}, `}${more}${text.slice(end - 1)}`;
}

function flowPair([key = '', ...deeper]: ValuePath, value: ScalarValue): string {
  const inner = deeper.reduceRight<string>(
    (text, step) => (typeof step === 'number' ? `[${text}]` : `{${quoted(step)}: ${text}}`),
    inFlow(value),
  );
  return `${quoted(String(key))}: ${inner}`;
}

/** Between brackets a comma and a bracket end a plain text. */
function inFlow(value: ScalarValue): string {
  return typeof value === 'string' && /[,[\]{}]/.test(value) ? JSON.stringify(value) : scalar(value);
}

function lines([step, ...rest]: ValuePath, value: ScalarValue, indent: string): string {
  if (step === undefined) return `${scalar(value)}\n`;
  const inner = lines(rest, value, `${indent}  `);
  // An item begins on the line of its dash.
  if (typeof step === 'number') return `${indent}- ${inner.trimStart()}`;
  return `${indent}${quoted(step)}:${rest.length === 0 ? ` ${inner}` : `\n${inner}`}`;
}

function scalar(value: ScalarValue): string {
  return typeof value === 'string' && !isPlain(value) ? JSON.stringify(value) : String(value);
}

function quoted(key: string): string {
  return isPlain(key) ? key : JSON.stringify(key);
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
