import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** kwok runs in this folder: the log files that its stages name are relative to it. */
export const stagesFolder = join(import.meta.dirname, 'stages');

type CustomResourceDefinition = { kind: string; metadata: { name: string }; spec: { names: { kind: string } } };

/** The files of testbed/stages: kwok's own configuration, and the CRDs that it is to read from the API server. */
export function readStages(): { configs: string[]; definitions: CustomResourceDefinition[] } {
  const files = readdirSync(stagesFolder).filter((file) => file.endsWith('.yaml'));
  const configs: string[] = [];
  const definitions: CustomResourceDefinition[] = [];
  for (const file of files.sort()) {
    const path = join(stagesFolder, file);
    const text = readFileSync(path, 'utf8');
    if (!/^kind: CustomResourceDefinition$/m.test(text)) {
      configs.push(path);
      continue;
    }
    const documents = parseAllDocuments(text).map((document) => document.toJS() as CustomResourceDefinition | null);
    definitions.push(...documents.filter((document) => document !== null));
  }
  if (configs.length === 0)
    throw new Error(`There is no kwok stage in ${stagesFolder}: kwok does not start without one.`);
  return { configs, definitions };
}
