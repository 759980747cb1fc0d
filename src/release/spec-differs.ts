import { quantity } from '../diff/quantity.ts';
import type { KubeObject } from '../kubernetes/object.ts';

/**
 * True when the spec that is live is not what this object asks for: applying it changes something. What the API server adds (defaults,
 * the fields of other owners) is no difference; an item more in a list is one. Pure.
 */
export function specDiffers(wanted: KubeObject, live: KubeObject): boolean {
  return different(wanted.spec, live.spec, 'spec').length > 0;
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
