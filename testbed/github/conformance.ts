import type { ErrorObject } from 'ajv';
import { type Answer, notFound, refusal, validationFailed } from './answers.ts';
import { matchRoute, type Operation, type Parameter, valueProblem } from './description.ts';
import type { Violation, ViolationKind } from './types.ts';

/** A request held against GitHub's description: what it is, what is wrong with it, and how GitHub answers that. */
export interface Checked {
  operation: Operation | null;
  params: Record<string, string>;
  body: unknown;
  violations: Violation[];
  /** GitHub's refusal; null when GitHub would go on (it ignores unknown properties and query parameters). */
  refusal: Answer | null;
}

const MAX_PER_PAGE = 100;

/** `url`: absolute; `text`: the raw body, '' without one. Never throws for anything that a client sends. */
export function checkRequest(method: string, url: URL, text: string): Checked {
  const checked: Checked = { operation: null, params: {}, body: undefined, violations: [], refusal: null };
  const match = matchRoute(method, url.pathname);
  const note = (kind: ViolationKind, message: string, answer: Answer | null): void => {
    checked.violations.push({ kind, method, path: url.pathname, message });
    checked.refusal ??= answer;
  };
  if (match.kind === 'unknown') note('unknown-path', 'GitHub has no such path.', notFound());
  if (match.kind === 'wrong-method') {
    note('unknown-method', `GitHub knows only ${match.methods.join(', ')} on this path.`, notFound());
  }
  if (match.kind !== 'found') return checked;
  checked.operation = match.operation;
  checked.params = match.params;
  checkPath(match.operation, match.params, note);
  checkQuery(match.operation, url, note);
  checked.body = checkBody(match.operation, text, note);
  return checked;
}

type Note = (kind: ViolationKind, message: string, answer: Answer | null) => void;

function checkPath(operation: Operation, params: Record<string, string>, note: Note): void {
  for (const parameter of operation.parameters.filter((candidate) => candidate.in === 'path')) {
    const value = params[parameter.name];
    const problem = valueProblem(operation, parameter, typed(parameter, value));
    if (problem !== null) note('path-parameter', `${problem} (got ${JSON.stringify(value)})`, notFound());
  }
}

function checkQuery(operation: Operation, url: URL, note: Note): void {
  const known = operation.parameters.filter((parameter) => parameter.in === 'query');
  for (const [name, value] of url.searchParams) {
    const parameter = known.find((candidate) => candidate.name === name);
    if (parameter === undefined) {
      note('query', `${operation.id} has no query parameter ${name}; GitHub ignores it.`, null);
      continue;
    }
    const problem = valueProblem(operation, parameter, typed(parameter, value));
    if (problem !== null) {
      // Paging that is no number falls back to the default on GitHub; other values are refused.
      const lenient = name === 'page' || name === 'per_page';
      const answer = lenient ? null : validationFailed({ resource: 'Search', field: name, code: 'invalid' });
      note('query', `${problem} (got ${JSON.stringify(value)})`, answer);
    } else if (name === 'per_page' && Number(value) > MAX_PER_PAGE) {
      note('query', `per_page is ${value}; GitHub silently gives at most ${MAX_PER_PAGE}.`, null);
    }
  }
  for (const parameter of known) {
    if (parameter.required === true && !url.searchParams.has(parameter.name)) {
      note('query', `${operation.id} needs the query parameter ${parameter.name}.`, refusal(422, 'Validation Failed'));
    }
  }
}

function typed(parameter: Parameter, value: string | undefined): unknown {
  const type = parameter.schema?.type;
  if (value === undefined) return value;
  if (type === 'integer' || type === 'number') return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  if (type === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  if (type === 'array') return value.split(',');
  return value;
}

function checkBody(operation: Operation, text: string, note: Note): unknown {
  const { validateBody, bodySchema } = operation;
  if (validateBody === undefined) {
    if (text !== '') note('body', `${operation.id} takes no body; GitHub ignores it.`, null);
    return undefined;
  }
  if (text === '' && !operation.bodyRequired) return {};
  let body: unknown;
  try {
    body = text === '' ? null : JSON.parse(text);
  } catch {
    note('body', 'The body is no JSON.', refusal(400, 'Problems parsing JSON'));
    return undefined;
  }
  if (!validateBody(body)) {
    const message = inGitHubsWords(validateBody.errors ?? []);
    note('body', message, refusal(422, `Invalid request.\n\n${message}`));
  } else if (bodySchema?.properties !== undefined && bodySchema.additionalProperties === undefined) {
    for (const key of Object.keys(body as object).filter((name) => !(name in (bodySchema.properties as object)))) {
      note('unknown-property', `${operation.id} has no property ${key}; GitHub ignores it.`, null);
    }
  }
  return body;
}

/** The wording of the live API (magit/forge#748, kgryte/github-create-issue#6, github-tools/github#128). */
function inGitHubsWords(errors: readonly ErrorObject[]): string {
  return [...new Set(errors.map(oneError))].join('\n');
}

function oneError(error: ErrorObject): string {
  const { keyword, params, instancePath } = error;
  const value = error.data === null ? 'nil' : JSON.stringify(error.data);
  const where = instancePath === '' ? 'links/0/schema' : `properties${instancePath}`;
  if (keyword === 'required') return `"${params.missingProperty}" wasn't supplied.`;
  if (keyword === 'additionalProperties') return `"${params.additionalProperty}" is not a permitted key.`;
  if (keyword === 'type')
    return `For '${where}', ${value} is not ${/^[aeio]/.test(params.type) ? 'an' : 'a'} ${params.type}.`;
  if (keyword === 'enum') return `${value} is not a member of ${JSON.stringify(params.allowedValues)}.`;
  if (keyword === 'oneOf' || keyword === 'anyOf') return `No subschema in "${keyword}" matched.`;
  return `For '${where}', ${value} ${error.message ?? 'is not valid'}.`;
}
