import { Composer, CST, type Document, isMap, isScalar, Parser, parseDocument, type YAMLMap } from 'yaml';
import { plainValue } from '../kubernetes/yaml.ts';

/** A place in a values file: names of keys and positions in lists. */
export type ValuePath = readonly (string | number)[];

/** What a value can be changed to. */
export type ScalarValue = string | number | boolean;

// 1.2: `off`, `y` and `<<` are keys like any other; what a value means is decided by plainValue, as Helm reads it.
const OPTIONS = { version: '1.2', keepSourceTokens: true, prettyErrors: false } as const;

/**
 * The text of a values file with one value changed, and not a character more: comments, order, quotes and blank lines stay. With
 * `mayAdd` a value that is not there is added. Undefined when the place cannot be changed alone (an alias, a merged key, a list that
 * is not there, text that is no YAML map).
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
  if (document.errors.length > 0 || path.some((step) => typeof step === 'number')) return undefined;
  const { map, depth } = deepestMap(document, path);
  const rest = path.slice(depth).map(String);
  if (rest.length === 0) return undefined;
  if (!map) {
    // A file that holds nothing yet, or only comments.
    return document.contents === null ? `${ended(text)}${lines(rest, value, '')}` : undefined;
  }
  if (depth === 0 && !map.flow) return `${ended(text)}${lines(rest, value, '')}`;
  return map.flow ? intoFlow(text, map, rest, value) : intoBlock(text, map, rest, value);
}

function deepestMap(document: Document, path: ValuePath): { map: YAMLMap | undefined; depth: number } {
  let map: YAMLMap | undefined = isMap(document.contents) ? (document.contents as YAMLMap) : undefined;
  let depth = 0;
  for (const step of path) {
    const inner: unknown = map?.get(step, true);
    if (!isMap(inner)) break;
    map = inner as YAMLMap;
    depth += 1;
  }
  // Something stands there that is no map: it would have to go.
  const next = map?.get(path[depth], true);
  return next === undefined ? { map, depth } : { map: undefined, depth: path.length };
}

function intoBlock(text: string, map: YAMLMap, rest: string[], value: ScalarValue): string | undefined {
  const key = map.items[0]?.key as { range?: [number, number, number] } | undefined;
  const last = map.items.at(-1);
  const node = (last?.value ?? last?.key) as { range?: [number, number, number] } | undefined;
  if (!key?.range || !node?.range) return undefined;
  const indent = ' '.repeat(key.range[0] - (text.lastIndexOf('\n', key.range[0] - 1) + 1));
  // A block's end is already the beginning of the next line.
  const end = node.range[1];
  const newline = text.indexOf('\n', end > 0 && text[end - 1] === '\n' ? end - 1 : end);
  const cut = newline < 0 ? text.length : newline + 1;
  return `${ended(text.slice(0, cut))}${lines(rest, value, indent)}${text.slice(cut)}`;
}

/** `image: {}` becomes a block; in a filled `{…}` the value is put at the end. */
function intoFlow(text: string, map: YAMLMap, [key = '', ...deeper]: string[], value: ScalarValue): string | undefined {
  if (!map.range) return undefined;
  const [start, end] = map.range;
  const inner = deeper.reduceRight((text, name) => `{${quoted(name)}: ${text}}`, scalar(value));
  const body = text.slice(start + 1, end - 1).trim();
  return `${text.slice(0, start)}{${body === '' ? '' : `${body}, `}${quoted(key)}: ${inner}}${text.slice(end)}`;
}

function lines(keys: string[], value: ScalarValue, indent: string): string {
  const last = keys.length - 1;
  return keys
    .map((key, at) => `${indent}${'  '.repeat(at)}${quoted(key)}:${at === last ? ` ${scalar(value)}` : ''}\n`)
    .join('');
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
