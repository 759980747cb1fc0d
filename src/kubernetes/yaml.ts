import { type Document, parseAllDocuments, type ScalarTag, type YAMLError } from 'yaml';

/** A document that is no YAML. Its message names the problem and the line, and never quotes the document. */
export class YamlProblem extends Error {}

/** More expansions of one anchor than this are an attack ("billion laughs"), not a chart. */
const MOST_ALIASES = 10_000;

const BOOLEANS: ReadonlyMap<string, boolean> = new Map(
  ['y', 'yes', 'true', 'on', 'n', 'no', 'false', 'off'].flatMap((word, index) => {
    const spellings = [word, word[0]?.toUpperCase() + word.slice(1), word.toUpperCase()];
    return spellings.map((spelling): [string, boolean] => [spelling, index < 4]);
  }),
);
const NULLS: ReadonlySet<string> = new Set(['', '~', 'null', 'Null', 'NULL']);
const INFINITE = /^[-+]?\.(?:inf|Inf|INF)$/;
const NAN = /^\.(?:nan|NaN|NAN)$/;
const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/**
 * The value of a plain (unquoted) scalar as Kubernetes reads it. Helm, kubectl and the API server use go-yaml v2: YAML 1.1
 * booleans, octal numbers as 017 and 0o17, no base 60, dates as strings.
 * https://github.com/kubernetes-sigs/yaml/blob/v1.4.0/goyaml.v2/resolve.go
 */
export function plainValue(text: string): string | number | bigint | boolean | null {
  if (NULLS.has(text)) return null;
  const boolean = BOOLEANS.get(text);
  if (boolean !== undefined) return boolean;
  if (!/^[-+.0-9]/.test(text)) return text;
  if (INFINITE.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (NAN.test(text)) return Number.NaN;
  return numberValue(text);
}

function numberValue(text: string): string | number | bigint {
  const digits = text.replaceAll('_', '');
  const [, sign, magnitude] = INTEGER.exec(digits) ?? [];
  if (magnitude !== undefined) {
    const octal = /^0[0-7]+$/.test(magnitude) ? `0o${magnitude.slice(1)}` : magnitude;
    const value = sign === '-' ? -BigInt(octal) : BigInt(octal);
    // The API server holds 64-bit integers, and floats beyond them; go-yaml takes what is too long for either as decimal.
    if (value >= -(2n ** 63n) && value < 2n ** 63n) return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    if (value >= 0n && value < 2n ** 64n) return Number(value);
  }
  const float = FLOAT.test(digits) ? Number(digits) : Number.NaN;
  return Number.isFinite(float) ? float : text;
}

const plain: ScalarTag = {
  identify: () => false,
  default: true,
  tag: 'tag:yaml.org,2002:str',
  test: /^(?:[-+.0-9~yYnNtTfFoO].*)?$/s,
  resolve: (text) => plainValue(text),
};

const typed = (tag: string): ScalarTag => ({
  identify: () => false,
  tag: `tag:yaml.org,2002:${tag}`,
  resolve: (text) => plainValue(text),
});

// The API server sees the decoded bytes as a string (sigs.k8s.io/yaml turns everything into JSON first).
const binary: ScalarTag = {
  identify: () => false,
  tag: 'tag:yaml.org,2002:binary',
  resolve: (text) => Buffer.from(text, 'base64').toString('utf8'),
};

const text: ScalarTag = { identify: () => false, tag: 'tag:yaml.org,2002:str', resolve: (value) => value };
const tags = [plain, typed('int'), typed('float'), typed('bool'), typed('null'), binary];

/** The values of all YAML documents in `source`, empty ones as null. Throws YamlProblem. */
export function parseYaml(source: string): unknown[] {
  const documents: Iterable<Document.Parsed> = parseAllDocuments(source, {
    schema: 'failsafe',
    version: '1.1',
    customTags: (known) => [...tags, ...known, text],
    merge: true,
    // As Helm: the last of two equal keys wins.
    uniqueKeys: false,
    strict: false,
    logLevel: 'silent',
    // Pretty errors quote the source, and the source may be a broken Secret.
    prettyErrors: false,
  });
  return Array.from(documents, (document) => rootValue(document, source));
}

function rootValue(document: Document.Parsed, source: string): unknown {
  const [error] = document.errors;
  if (error !== undefined) throw new YamlProblem(`${problemOf(error)} in its line ${lineAt(source, error.pos[0])}`);
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES }) as unknown;
  } catch {
    throw new YamlProblem('an alias without an anchor, or too many of them');
  }
}

/** `BAD_INDENT` → `bad indent`: the code of the parser says what is wrong without quoting what stands there. */
function problemOf(error: YAMLError): string {
  return error.code.toLowerCase().replaceAll('_', ' ');
}

function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length;
}

/** The documents that hold something. A `---` in the first column always separates: YAML allows it nowhere else. */
export function splitDocuments(text: string): string[] {
  // Directives belong to the document after their separator; such a text is left to the YAML parser as it is.
  if (/^%/m.test(text)) return [text];
  return text.split(/^---(?=\s|$)/m).filter((chunk) => /^[ \t]*[^\s#]/m.test(chunk));
}
