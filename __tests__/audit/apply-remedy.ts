import type { Finding } from '../../src/audit/check.ts';
import { isMap, type YamlMap } from '../../src/diff/values.ts';
import { type KubeObject, keyOf, refOf } from '../../src/kubernetes/object.ts';
import { parseYaml } from '../../src/kubernetes/yaml.ts';

/**
 * `patch` laid over `base` as a reader would paste it: maps are merged, null takes a field out, items with a name are found
 * by it, and any other list is replaced as a whole.
 */
export function merged<T>(base: T, patch: unknown): T {
  if (Array.isArray(base) && Array.isArray(patch) && patch.length > 0 && [...base, ...patch].every(hasName)) {
    return mergedByName(base as YamlMap[], patch as YamlMap[]) as T;
  }
  if (!isMap(base) || !isMap(patch)) return patch as T;
  const result: YamlMap = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result as T;
}

const hasName = (item: unknown): boolean => isMap(item) && typeof item.name === 'string';

function mergedByName(base: YamlMap[], patch: YamlMap[]): YamlMap[] {
  const added = patch.filter(({ name }) => base.every((item) => item.name !== name));
  return [...base.map((item) => patch.filter(({ name }) => name === item.name).reduce(merged, item)), ...added];
}

/** The objects after a remedy was pasted: into the finding's object, or into (or beside) the one that it names itself. */
export function remedied(objects: readonly KubeObject[], { object, remedy }: Finding): KubeObject[] {
  const now = [...objects];
  for (const document of parseYaml(remedy)) {
    const named = isMap(document) && typeof document.kind === 'string' ? (document as KubeObject) : undefined;
    const key = keyOf(named ? refOf(named) : object);
    const place = now.findIndex((one) => keyOf(refOf(one)) === key);
    const found = now[place];
    if (found !== undefined) now[place] = merged(found, document);
    else if (named !== undefined) now.push(named);
  }
  return now;
}
