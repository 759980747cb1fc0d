import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** A CustomResourceDefinition, as far as the bed looks at it. */
export type Definition = { metadata: { name: string }; spec: { group: string; versions: { name: string }[] } };

const folder = join(import.meta.dirname, 'definitions');

/** The custom resource definitions of others that charts on the bed use, one per file of testbed/definitions. */
export function readDefinitions(): Definition[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return files.sort().map((file) => parse(readFileSync(join(folder, file), 'utf8')) as Definition);
}

/** The definition's entries in the API server's OpenAPI index, which has them some moments after it is established. */
export function openApiPaths({ spec }: Definition): string[] {
  return spec.versions.map((version) => `apis/${spec.group}/${version.name}`);
}
