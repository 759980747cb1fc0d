import { isSecret } from '../diff/secrets.ts';
import type { KubeObject } from '../kubernetes/object.ts';

const LONGEST = 200;

/** Both sides of a difference as short text; undefined where there is nothing. Values of a Secret are never shown. */
export function shownSides(
  object: KubeObject,
  path: readonly unknown[],
  wanted: unknown,
  live: unknown,
): { wanted?: string; live?: string } {
  // The metadata of a Secret is open, its values are not.
  const hidden = isSecret(object) && !isMetadata(path);
  const [a, b] = hidden ? [mask(wanted), mask(live)] : changedLines(wanted, live);
  return { ...(a === undefined ? {} : { wanted: short(a) }), ...(b === undefined ? {} : { live: short(b) }) };
}

function isMetadata([first]: readonly unknown[]): boolean {
  return typeof first === 'object' && first !== null && 'field' in first && first.field === 'metadata';
}

function mask(value: unknown): string | undefined {
  return value === undefined ? undefined : '(secret)';
}

/** Of two long texts only the lines that are not in both. */
function changedLines(wanted: unknown, live: unknown): [unknown, unknown] {
  if (typeof wanted !== 'string' || typeof live !== 'string') return [wanted, live];
  if (!wanted.includes('\n') && !live.includes('\n')) return [wanted, live];
  const [a, b] = [wanted.split('\n'), live.split('\n')];
  const [inA, inB] = [new Set(a), new Set(b)];
  const only = (lines: string[], other: Set<string>): string =>
    lines
      .filter((line) => !other.has(line))
      .map((line) => line.trim())
      .join(' ⏎ ');
  return [only(a, inB) || '(other order)', only(b, inA) || '(other order)'];
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).toWellFormed()}…`;
}
