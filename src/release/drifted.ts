import type { Kubectl } from '../cluster/kubectl.ts';
import { quantity } from '../diff/quantity.ts';
import { type KubeObject, keyOf, refOf, titleOf } from '../kubernetes/object.ts';

/**
 * Where the live objects differ from what a release's manifest says, one short text each; empty when they do not. What
 * the API server adds (defaults, status, the fields of other owners) is no difference; an item more in a list is one.
 * Errs towards a difference: what cannot be read or compared is one too.
 */
export async function hasDrifted(
  kubectl: Pick<Kubectl, 'objects'>,
  manifest: readonly KubeObject[],
): Promise<string[]> {
  try {
    return driftedFrom(manifest, await kubectl.objects(manifest.map(refOf)));
  } catch (error) {
    return [`the live objects could not be compared: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** The same for objects that have been read. Pure; texts name objects and fields, never values. */
export function driftedFrom(manifest: readonly KubeObject[], live: readonly KubeObject[]): string[] {
  const byKey = new Map(live.map((object) => [keyOf(refOf(object)), object]));
  const scaled = new Set(manifest.flatMap(scaledBy));
  return manifest.flatMap((wanted) => {
    const there = byKey.get(keyOf(refOf(wanted)));
    const title = titleOf(refOf(wanted));
    if (!there) return [`${title} is not there`];
    const fields = Object.entries(comparable(wanted)).flatMap(([name, value]) => {
      return different(value, there[name], name).filter((path) => !(path === 'spec.replicas' && scaled.has(title)));
    });
    return fields.map((path) => `${title} ${path}`);
  });
}

/** True when the spec that is live is not what this object asks for: applying it changes something. */
export function specDiffers(wanted: KubeObject, live: KubeObject): boolean {
  return different(wanted.spec, live.spec, 'spec').length > 0;
}

/** An autoscaler of the release owns the number of its pods. */
function scaledBy({ spec }: KubeObject): string[] {
  const { kind, name } = (spec as { scaleTargetRef?: { kind?: string; name?: string } })?.scaleTargetRef ?? {};
  return name ? [`${kind ?? 'Deployment'}/${name}`] : [];
}

/** The API server turns a Secret's stringData into data, and owns the status. */
function comparable(object: KubeObject): Record<string, unknown> {
  const { apiVersion: _version, kind, status: _status, stringData, metadata, ...rest } = object;
  const { labels, annotations } = metadata;
  const all = { ...rest, metadata: { labels, annotations } };
  if (kind !== 'Secret' || typeof stringData !== 'object' || stringData === null) return all;
  const encoded = Object.entries(stringData).map(([name, text]) => [
    name,
    Buffer.from(String(text)).toString('base64'),
  ]);
  const data = { ...(object.data as Record<string, unknown> | undefined), ...Object.fromEntries(encoded) };
  return { ...all, data };
}

function different(wanted: unknown, live: unknown, path: string): string[] {
  if (isNothing(wanted)) return [];
  if (Array.isArray(wanted)) {
    if (!Array.isArray(live) || live.length !== wanted.length) return [path];
    return wanted.flatMap((item, at) => different(item, live[at], `${path}[${at}]`));
  }
  if (typeof wanted === 'object' && wanted !== null) {
    const there = typeof live === 'object' && live !== null ? (live as Record<string, unknown>) : {};
    return Object.entries(wanted).flatMap(([name, value]) => different(value, there[name], `${path}.${name}`));
  }
  return isSame(wanted, live) ? [] : [path];
}

/** What the API server leaves out when it stores an object. */
function isNothing(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** Zero values are dropped, and quantities written anew: `1000m` comes back as `1`. */
function isSame(wanted: unknown, live: unknown): boolean {
  if (wanted === live) return true;
  if (live === undefined) return wanted === '' || wanted === 0 || wanted === false;
  const number = quantity(wanted);
  return number !== undefined && number === quantity(live);
}
