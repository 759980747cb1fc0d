import { isMap, type YamlMap } from './values.ts';

// Kubernetes' own merge keys (patchMergeKey in k8s.io/api, listMapKey where that is finer), and what people name items by
// where Kubernetes replaces the list as a whole. The first that names every item uniquely on both sides is used.
// https://github.com/kubernetes/api/blob/v0.32.0/core/v1/types.go
const KEYS: Record<string, string[][]> = {
  volumeMounts: [['mountPath']],
  volumeDevices: [['devicePath']],
  ports: [['name'], ['containerPort', 'protocol'], ['port', 'protocol']],
  hostAliases: [['ip']],
  conditions: [['type']],
  topologySpreadConstraints: [['topologyKey', 'whenUnsatisfiable'], ['topologyKey']],
  tolerations: [['key', 'effect', 'operator']],
  ownerReferences: [['uid']],
  rules: [['host']],
  tls: [['secretName']],
  paths: [['path', 'pathType']],
  metrics: [['type']],
};
const GENERAL: string[][] = [['name'], ['key'], ['id']];

/** Names an item of a list among its siblings. */
export type ItemKey = (item: unknown) => string;

/**
 * How the items of the list `field` are matched between old and new; undefined when nothing names every item uniquely, and
 * the items are matched by content.
 */
export function itemKeyOf(field: string, old: readonly unknown[], now: readonly unknown[]): ItemKey | undefined {
  if (!old.every(isMap) || !now.every(isMap)) return undefined;
  const candidates = [...(Object.hasOwn(KEYS, field) ? (KEYS[field] ?? []) : []), ...GENERAL];
  const found = candidates.find((keys) => isUnique(keys, old) && isUnique(keys, now));
  return found && ((item) => keyText(item as YamlMap, found) ?? '');
}

function isUnique(keys: string[], list: readonly YamlMap[]): boolean {
  const seen = new Set<string>();
  for (const item of list) {
    const text = keyText(item, keys);
    if (text === undefined || seen.has(text)) return false;
    seen.add(text);
  }
  return true;
}

/** The first key must be there; the others may be absent, as `protocol` often is. */
function keyText(item: YamlMap, keys: string[]): string | undefined {
  const [first, ...rest] = keys.map((key) => (Object.hasOwn(item, key) ? item[key] : undefined));
  if (first === undefined || first === null || typeof first === 'object') return undefined;
  return [first, ...rest.filter((value) => value !== undefined)].map(String).join('/');
}
