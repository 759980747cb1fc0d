/** Texts shorter than this are no secrets that could be told from chance; in bytes. */
const SHORTEST = 6;

/** Takes secrets out of a text that is going to leave. */
export type Redact = (text: string) => string;

/** Everything that a redactor hides: each secret, its lines and its base64 form. */
export function secretForms(secrets: readonly string[]): string[] {
  const forms = secrets.flatMap((secret) => {
    const trimmed = secret.trim();
    const lines = trimmed.includes('\n') ? trimmed.split('\n').map((line) => line.trim()) : [];
    return [trimmed, ...lines, Buffer.from(trimmed).toString('base64')];
  });
  return [...new Set(forms)].filter((form) => Buffer.byteLength(form) >= SHORTEST).sort((a, b) => b.length - a.length);
}

/** A redactor for these secrets; longest first, so that a part of one never leaves the rest of it behind. */
export function redactor(secrets: readonly string[]): Redact {
  const forms = secretForms(secrets);
  return (text) => forms.reduce((rest, form) => rest.replaceAll(form, '***'), text);
}

/** Applies a redactor to every string of a value, keys left as they are. */
export function redactDeep<T>(value: T, redact: Redact): T {
  if (typeof value === 'string') return redact(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => redactDeep(item, redact)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, redactDeep(item, redact)])) as T;
}
