/** An answer before it goes on the wire. `body` undefined → no content. */
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

const DOCS = 'https://docs.github.com/rest';
/** GitHub's limit for comments and issue texts, in characters. */
export const MAX_BODY_CHARACTERS = 65_536;

/** An error answer in GitHub's shape: message, documentation_url, status as text. */
export function refusal(status: number, message: string, extra: Record<string, unknown> = {}): Answer {
  return { status, body: { message, ...extra, documentation_url: DOCS, status: String(status) } };
}

/** The same answer with the page of the route that was asked for, as GitHub names it. */
export function withDocumentation(answer: Answer, url: string | undefined): Answer {
  const { body } = answer;
  if (url === undefined || typeof body !== 'object' || body === null || !('documentation_url' in body)) return answer;
  return { ...answer, body: { ...body, documentation_url: url } };
}

export function notFound(): Answer {
  return refusal(404, 'Not Found');
}

export function validationFailed(...errors: Record<string, unknown>[]): Answer {
  return refusal(422, 'Validation Failed', { errors });
}

/** What GitHub says to a text over its limit; the wording of the live API (telia-oss/github-pr-resource#259). */
export function tooLong(resource: 'IssueComment' | 'Issue'): Answer {
  const message = `is too long (maximum is ${MAX_BODY_CHARACTERS} characters)`;
  if (resource === 'Issue') {
    return validationFailed({ resource, code: 'custom', field: 'body', message: `body ${message}` });
  }
  return validationFailed({ resource, code: 'unprocessable', field: 'data', message: `Body ${message}` });
}

/** Length as GitHub counts it: Unicode code points, not UTF-16 units. */
export function isTooLong(text: string): boolean {
  // A code point is one or two UTF-16 units, so most texts need no counting.
  if (text.length <= MAX_BODY_CHARACTERS) return false;
  return [...text].length > MAX_BODY_CHARACTERS;
}
