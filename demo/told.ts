/** Something is not as the story tells it: the sentence says what was told and what was found. */
export class NotAsTold extends Error {}

/** Throws NotAsTold unless what was found is what the story tells. */
export function asTold(when: string, what: string, found: unknown, told: unknown): void {
  if (found === told) return;
  throw new NotAsTold(`Not as told: ${when}, ${what} is ${show(found)} instead of ${show(told)}.`);
}

function show(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value);
}
