import { equal, isMap, type YamlMap } from './values.ts';

const LABELS: ReadonlySet<string> = new Set(['helm.sh/chart', 'app.kubernetes.io/version']);

/**
 * True when two unequal objects differ only in the labels that carry the chart's and the app's version and in checksum
 * annotations. Those in volumeClaimTemplates count: the API server refuses to change them.
 */
export function isNoise(old: YamlMap, now: YamlMap): boolean {
  return equal(quiet(old), quiet(now));
}

function quiet(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(quiet);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, quietField(key, inner)]));
}

function quietField(key: string, value: unknown): unknown {
  if (key === 'volumeClaimTemplates') return value;
  if (key !== 'metadata' || !isMap(value)) return quiet(value);
  const kept = { ...value };
  for (const name of ['labels', 'annotations'] as const) {
    if (!isMap(kept[name])) continue;
    const rest = Object.entries(kept[name]).filter(([label]) => !isVersion(name, label));
    // A map that held nothing else is as good as none.
    if (rest.length === 0) delete kept[name];
    else kept[name] = Object.fromEntries(rest);
  }
  return kept;
}

function isVersion(map: 'labels' | 'annotations', name: string): boolean {
  return map === 'labels' ? LABELS.has(name) : name.startsWith('checksum/');
}
