import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

type Json = Record<string, unknown>;

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: Json;
  'x-multi-segment'?: boolean;
}

interface RawOperation {
  operationId: string;
  parameters?: Json[];
  externalDocs?: { url: string };
  requestBody?: { required?: boolean; content?: Record<string, { schema?: Json }> };
  responses: Record<string, Json>;
  'x-github'?: { enabledForGitHubApps?: boolean };
}

interface Document {
  paths: Record<string, Record<string, RawOperation>>;
}

/** One route of GitHub's description with everything that a check needs, references resolved. */
export interface Operation {
  id: string;
  documentationUrl: string | undefined;
  enabledForApps: boolean;
  parameters: Parameter[];
  bodyRequired: boolean;
  bodySchema: Json | undefined;
  validateBody: ValidateFunction | undefined;
}

/** What a path and method lead to. `methods`: what the path knows, when the method is none of them. */
export type Match =
  | { kind: 'found'; operation: Operation; params: Record<string, string> }
  | { kind: 'wrong-method'; methods: string[] }
  | { kind: 'unknown' };

interface Route {
  template: string;
  pattern: RegExp;
  names: string[];
  fixed: number;
}

let parsed: Document | undefined;
let routes: Route[] | undefined;
const operations = new Map<string, Operation>();
const validators = new Map<string, ValidateFunction>();
const ajv = new Ajv({ strict: false, allErrors: true, logger: false, verbose: true });
// The package is CommonJS: under Node's ESM rules the function is the default property of its own default export.
(typeof addFormats === 'function' ? addFormats : (addFormats as { default: (to: Ajv) => void }).default)(ajv as never);

/** The description (13 MB), read at the first use and only then: 0.2 s. */
function description(): Document {
  const file = path.join(import.meta.dirname, 'api.github.com.json.gz');
  parsed ??= JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as Document;
  return parsed;
}

/** Finds the route of a request path (without query, still percent-encoded). A fixed segment wins over a parameter. */
export function matchRoute(method: string, path: string): Match {
  const fits = allRoutes().filter((route) => route.pattern.test(path));
  const best = fits.toSorted((a, b) => b.fixed - a.fixed)[0];
  if (best === undefined) return { kind: 'unknown' };
  const known = description().paths[best.template] ?? {};
  const raw = known[method.toLowerCase()];
  if (raw === undefined) return { kind: 'wrong-method', methods: Object.keys(known).map((name) => name.toUpperCase()) };
  const values = best.pattern.exec(path)?.slice(1) ?? [];
  const params = Object.fromEntries(best.names.map((name, index) => [name, decoded(values[index] ?? '')]));
  return { kind: 'found', operation: operationOf(raw), params };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function allRoutes(): Route[] {
  routes ??= Object.entries(description().paths).map(([template, methods]) => routeOf(template, methods));
  return routes;
}

function routeOf(template: string, methods: Record<string, RawOperation>): Route {
  const multi = new Set(
    Object.values(methods)
      .flatMap((operation) => operation.parameters ?? [])
      .map((parameter) => resolve(parameter))
      .filter((parameter) => parameter['x-multi-segment'] === true)
      .map((parameter) => String(parameter.name)),
  );
  const names: string[] = [];
  const source = template.replaceAll(/\{(\w+)\}|[.+?^$()|[\]\\]/g, (found, name: string | undefined) => {
    if (name === undefined) return `\\${found}`;
    names.push(name);
    return multi.has(name) ? '(.+)' : '([^/]+)';
  });
  const fixed = template.split('/').filter((segment) => !segment.includes('{')).length;
  return { template, pattern: new RegExp(`^${source}$`), names, fixed };
}

function operationOf(raw: RawOperation): Operation {
  const known = operations.get(raw.operationId);
  if (known !== undefined) return known;
  const schema = raw.requestBody?.content?.['application/json']?.schema;
  const bodySchema = schema === undefined ? undefined : (plain(schema) as Json);
  const operation: Operation = {
    id: raw.operationId,
    documentationUrl: raw.externalDocs?.url,
    enabledForApps: raw['x-github']?.enabledForGitHubApps ?? false,
    parameters: (raw.parameters ?? []).map((parameter) => plain(parameter) as Parameter),
    bodyRequired: raw.requestBody?.required ?? false,
    bodySchema,
    validateBody: bodySchema === undefined ? undefined : ajv.compile(bodySchema),
  };
  operations.set(raw.operationId, operation);
  return operation;
}

/** Checks one query or path value against its schema; null when it fits, else ajv's words. */
export function valueProblem(operation: Operation, parameter: Parameter, value: unknown): string | null {
  const key = `${operation.id} ${parameter.name}`;
  const validate = validators.get(key) ?? ajv.compile(parameter.schema ?? {});
  validators.set(key, validate);
  return validate(value) ? null : ajv.errorsText(validate.errors, { dataVar: parameter.name });
}

/**
 * Holds an answer of the stand-in against the description: what differs, or null.
 * Throws when the description has no such operation or no JSON answer of that status.
 */
export function answerProblem(operationId: string, status: number, body: unknown): string | null {
  const all = Object.values(description().paths).flatMap((methods) => Object.values(methods));
  const raw = all.find((operation) => operation.operationId === operationId);
  const response = raw === undefined ? undefined : raw.responses[String(status)];
  if (response === undefined) throw new Error(`GitHub's description has no answer ${status} for ${operationId}.`);
  const content = resolve(response).content as Record<string, { schema?: Json }> | undefined;
  const schema = content?.['application/json']?.schema;
  if (schema === undefined) throw new Error(`GitHub describes no JSON for ${operationId} ${status}.`);
  const key = `${operationId} ${status}`;
  const validate = validators.get(key) ?? ajv.compile(plain(schema) as Json);
  validators.set(key, validate);
  return validate(body) ? null : ajv.errorsText(validate.errors, { dataVar: 'answer' });
}

function resolve(node: Json): Json {
  if (typeof node.$ref !== 'string') return node;
  const keys = node.$ref.replace(/^#\//, '').split('/');
  let found: unknown = description();
  for (const key of keys) found = (found as Json)[key.replaceAll('~1', '/').replaceAll('~0', '~')];
  return found as Json;
}

/** A copy without `$ref` (a cycle ends in "anything") and with OpenAPI's `nullable` said in JSON Schema. */
function plain(node: unknown, inside: readonly unknown[] = []): unknown {
  if (Array.isArray(node)) return node.map((item) => plain(item, inside));
  if (typeof node !== 'object' || node === null) return node;
  const target = resolve(node as Json);
  if (inside.includes(target)) return {};
  const path = target === node ? inside : [...inside, target];
  const copy = Object.fromEntries(Object.entries(target).map(([key, value]) => [key, plain(value, path)]));
  if (copy.nullable !== true) return copy;
  const { nullable: _nullable, ...rest } = copy;
  return { anyOf: [{ type: 'null' }, rest] };
}
