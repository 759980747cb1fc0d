import { stringify } from 'yaml';
import { type Chart, container, meta, type Template, textOf } from './chart-base.ts';
import type { Random } from './random.ts';

/** Edits that only change the text of a template: helm diff shows them, the API server does not see them. */
export const TEXTUAL = ['quotes', 'key order', 'comment', 'renamed file', 'anchor', 'octal'] as const;

type Update = (old: unknown) => unknown;
/** The file of an object, the path of a value in it, and what becomes of the value. */
type Change = [file: string, path: (string | number)[], update: Update];

const pod = ['spec', 'template', 'spec'];
const items = (old: unknown): unknown[] => (Array.isArray(old) ? old : []);

/** Edits that the API server sees. */
const CHANGES = {
  image: () => ['deployment', [...pod, 'containers', 0, 'image'], (old) => `${old}-next`],
  replicas: () => ['deployment', ['spec', 'replicas'], () => 3],
  'insert container': () => ['deployment', [...pod, 'containers'], (old) => [container('first', '1'), ...items(old)]],
  'remove container': () => ['deployment', [...pod, 'containers'], (old) => items(old).slice(1)],
  env: () => [
    'deployment',
    [...pod, 'containers', 0, 'env'],
    (old) => [{ name: 'NEW', value: 'x: y # z' }, ...items(old)],
  ],
  annotation: (random) => [
    'deployment',
    ['metadata', 'annotations'],
    () => ({ 'checksum/config': `${random.below(1e9)}` }),
  ],
  'null field': () => ['deployment', [...pod, 'nodeSelector'], () => null],
  label: () => ['config', ['metadata', 'labels', 'team'], () => 'pearl'],
  'config line': () => ['config', ['data', 'app.conf'], () => 'a = 1\nb = 22\n\nc = 3\n'],
  'rename object': () => ['config', ['metadata', 'name'], () => 'renamed'],
  'secret value': (random) => ['secret', ['stringData', 'password'], () => `other${random.below(1e6)}`],
  'other namespace': () => ['account', ['metadata', 'namespace'], () => 'other'],
  'api version': () => ['hpa', ['apiVersion'], () => 'autoscaling/v2'],
  number: () => ['hpa', ['spec', 'maxReplicas'], () => 9],
  hook: () => ['hook', ['spec', 'backoffLimit'], () => 1],
  test: () => ['test', ['spec', 'restartPolicy'], () => 'Never'],
  'list item': () => ['list', ['items', 1, 'data', 'number'], () => 'one'],
  'reorder list': () => ['role', ['rules', 0, 'verbs'], (old) => items(old).toReversed()],
  'cluster role': () => ['role', ['rules', 0, 'verbs'], (old) => [...items(old), 'watch']],
} satisfies Record<string, (random: Random) => Change>;
const STRUCTURAL = ['add object', 'remove object', 'keep and remove'] as const;

type Textual = (typeof TEXTUAL)[number];
export type Edit = Textual | keyof typeof CHANGES | (typeof STRUCTURAL)[number];
const SEMANTIC = [...(Object.keys(CHANGES) as (keyof typeof CHANGES)[]), ...STRUCTURAL];

function isTextual(edit: Edit): edit is Textual {
  return (TEXTUAL as readonly Edit[]).includes(edit);
}

/** An edited copy of the chart, and the objects (`Kind/name`) of which only the text was touched. */
export function edited(random: Random, chart: Chart, edits: readonly Edit[]): { chart: Chart; textual: string[] } {
  const copy = structuredClone(chart);
  const textual: string[] = [];
  for (const edit of edits) {
    if (isTextual(edit)) textual.push(textualEdit(random, copy, edit));
    else semanticEdit(random, copy, edit);
  }
  const names = (list: Chart) =>
    new Map(list.map(({ object }) => [`${object.kind}/${object.metadata.name}`, JSON.stringify(object)]));
  const [before, after] = [names(chart), names(copy)];
  return { chart: copy, textual: textual.filter((name) => before.get(name) === after.get(name)) };
}

/** Draws edits for one pair, a textual one last. */
export function drawEdits(random: Random): Edit[] {
  const semantic = Array.from({ length: 1 + random.below(4) }, () => random.pick(SEMANTIC));
  return random.chance(0.5) ? [...new Set([...semantic, random.pick(TEXTUAL)])] : [...new Set(semantic)];
}

function semanticEdit(random: Random, chart: Chart, edit: Exclude<Edit, Textual>): void {
  const added = { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('added'), data: {} };
  if (edit === 'add object') chart.push({ file: 'added', object: added });
  else if (edit === 'remove object') remove(chart, 'service');
  else if (edit === 'keep and remove') remove(chart, 'crd');
  else apply(chart, CHANGES[edit](random) as Change);
}

function apply(chart: Chart, [file, path, update]: Change): void {
  let at = chart.find((template) => template.file === file)?.object as Record<string, unknown>;
  for (const step of path.slice(0, -1)) at = at[step] as Record<string, unknown>;
  const last = path.at(-1) ?? '';
  at[last] = update(at[last]);
}

function remove(chart: Chart, file: string): void {
  const index = chart.findIndex((template) => template.file === file);
  if (index >= 0) chart.splice(index, 1);
}

/** Rewrites the text of one template without changing what it says. Returns its object as `Kind/name`. */
function textualEdit(random: Random, chart: Chart, edit: Textual): string {
  // helm diff opens a list and parses a Secret before it compares them, and leaves tests out: their text does not show.
  const files = edit === 'octal' || edit === 'anchor' ? ['deployment'] : chart.map(({ file }) => file);
  const hidden = ['list', 'secret', 'test'];
  const choices = chart.filter(({ file }) => files.includes(file) && !hidden.includes(file));
  const template: Template = random.pick(choices.filter(({ text }) => text === undefined));
  const { object } = template;
  const reversed = Object.fromEntries(Object.entries(object).reverse());
  const texts: Record<Textual, () => string> = {
    quotes: () => stringify(object, { defaultStringType: 'QUOTE_SINGLE', version: '1.1' }),
    'key order': () => textOf(reversed),
    comment: () => `# explained\n${textOf(object)}`,
    'renamed file': () => textOf(object),
    anchor: () => textOf(object).replace('labels:\n', 'labels: &anchor\n'),
    octal: () => textOf(object).replace('defaultMode: 420', 'defaultMode: 0644'),
  };
  template.text = texts[edit]();
  if (edit === 'renamed file') template.file = `${template.file}-renamed`;
  return `${object.kind}/${object.metadata.name}`;
}
