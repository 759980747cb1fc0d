/** What the API server calls IntOrString: a whole number or a percentage such as `25%`. */

/**
 * The number of pods that `value` means for `total` pods, percentages rounded as told; undefined when it is neither.
 * https://github.com/kubernetes/apimachinery/blob/v0.32.0/pkg/util/intstr/intstr.go
 */
export function podsOf(value: unknown, total: number, round: 'up' | 'down'): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 ? value : undefined;
  const percent = percentOf(value);
  if (percent === undefined) return undefined;
  return round === 'up' ? Math.ceil((percent * total) / 100) : Math.floor((percent * total) / 100);
}

/** True for `0` and `0%`. */
export function isNone(value: unknown): boolean {
  return value === 0 || percentOf(value) === 0;
}

function percentOf(value: unknown): number | undefined {
  const [, digits] = typeof value === 'string' ? (/^(\d{1,9})%$/.exec(value) ?? []) : [];
  return digits === undefined ? undefined : Number(digits);
}
