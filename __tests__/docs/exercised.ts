import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from '@swc/core';
import { parse } from 'yaml';

/** A node of the syntax tree, as far as it is looked at. */
interface Node {
  type?: string;
  [field: string]: unknown;
}

/** Values that can be text. Numbers, lists and functions are no inputs. */
const TEXTUAL = new Set([
  'StringLiteral',
  'TemplateLiteral',
  'Identifier',
  'MemberExpression',
  'CallExpression',
  'ConditionalExpression',
  'BinaryExpression',
]);

/**
 * The inputs that a TypeScript source sets: keys of object literals in which every key is the name of an input and every
 * value can be text. What is expected of a run (`expect(…).toEqual({ revision: '2' })`) sets nothing.
 */
export function inputsSetIn(source: string, names: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const one of node) visit(one);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    const one = node as Node;
    if (isExpectation(one)) return;
    if (one.type === 'ObjectExpression') {
      const keys = keysOf(one);
      if (keys.every((key) => key !== undefined && names.has(key))) for (const key of keys) found.add(key ?? '');
    }
    for (const [field, value] of Object.entries(one)) if (field !== 'span') visit(value);
  };
  visit(parseSync(source, { syntax: 'typescript', target: 'es2024' }).body);
  return found;
}

function isExpectation({ type, callee }: Node): boolean {
  const property = (callee as Node | undefined)?.property as Node | undefined;
  return type === 'CallExpression' && /^to[A-Z]|^objectContaining$/.test(String(property?.value ?? ''));
}

/** The keys that are written out; undefined for one that is no input whatever its name. Spreads are passed over. */
function keysOf({ properties }: Node): (string | undefined)[] {
  return (properties as Node[]).flatMap((property) => {
    if (property.type === 'SpreadElement') return [];
    if (property.type === 'Identifier') return [String(property.value)];
    if (property.type !== 'KeyValueProperty') return [undefined];
    const { type, value } = property.key as Node;
    const text = TEXTUAL.has(String((property.value as Node).type));
    return [(type === 'Identifier' || type === 'StringLiteral') && text ? String(value) : undefined];
  });
}

/** A test's source and those of its helpers: everything that it imports, directly or not, within `folder`. */
export function withHelpers(file: string, folder: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const imports = readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^;]*?from '(\.[^']+\.ts)'/gm);
  for (const [, name = ''] of imports) {
    const helper = path.resolve(path.dirname(file), name);
    if (helper.startsWith(folder + path.sep)) withHelpers(helper, folder, seen);
  }
  return seen;
}

interface WorkflowFile {
  jobs: Record<string, { with?: object; secrets?: object; steps?: { uses?: string; with?: object }[] }>;
}

/** The inputs that a workflow gives to the action: in its own steps, or through a reusable workflow of the same input names. */
export function inputsOfWorkflow(text: string): Set<string> {
  const { jobs } = parse(text, { merge: true }) as WorkflowFile;
  const given = Object.values(jobs).flatMap(({ with: handed = {}, secrets = {}, steps = [] }) => [
    handed,
    secrets,
    ...steps.filter(({ uses }) => uses?.startsWith('helm-rollout/')).map((step) => step.with ?? {}),
  ]);
  return new Set(given.flatMap((one) => Object.keys(one)));
}
