import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type KubeObject, keyOf, type ObjectRef, refOf } from '../../kubernetes/object.ts';
import { parseYaml, splitDocuments } from '../../kubernetes/yaml.ts';

interface Wanted {
  object: ObjectRef;
  /** The field's name. */
  field: string;
  /** The chart's folder or archive, and the checkout that paths are shown from. */
  chart: string;
  workspace: string;
}

/** Where the chart's templates write a field: `it stands in templates/x.yaml, line 12`; empty when that cannot be told. */
export async function templatePlace(rendered: string, { object, field, chart, workspace }: Wanted): Promise<string> {
  const source = sourceOf(rendered, object);
  if (source === undefined) return '';
  // `# Source: chart/templates/x.yaml`: the first part is the chart's name, not its folder's.
  const file = path.join(chart, ...source.split('/').slice(1));
  const shown = path.relative(workspace, file);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return `its template is \`${source}\``;
  const pattern = new RegExp(`^\\s*(?:- )?"?${field.replace(/[^A-Za-z0-9]/g, '\\$&')}"?:`);
  const numbers = text.split('\n').flatMap((line, at) => (pattern.test(line) ? [at + 1] : []));
  const [first] = numbers;
  if (first === undefined) return `its template is \`${shown}\``;
  const more = numbers.length > 1 ? ` (or ${numbers.slice(1, 4).join(', ')})` : '';
  return `it is written in \`${shown}\`, line ${first}${more}: \`${text.split('\n')[first - 1]?.trim().replaceAll('`', "'")}\``;
}

function sourceOf(rendered: string, object: ObjectRef): string | undefined {
  const [key, wide] = [keyOf(object), keyOf({ ...object, namespace: undefined })];
  for (const chunk of splitDocuments(rendered)) {
    const source = /^\s*# Source: (\S.*)$/m.exec(chunk)?.[1]?.trim();
    if (source === undefined || !chunk.includes(object.name)) continue;
    const values = parseYaml(chunk).filter(
      (value): value is KubeObject => typeof value === 'object' && value !== null && 'metadata' in value,
    );
    if (values.some((value) => [key, wide].includes(keyOf(refOf(value))))) return source;
  }
  return undefined;
}
