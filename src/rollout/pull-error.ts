/** What the text of a failed image pull means. */
export type PullCause = 'not-found' | 'denied' | 'transient';

const TRANSIENT =
  /\b429\b|too ?many ?requests|rate limit|\b50[0-9]\b|internal server error|bad gateway|service unavailable|gateway time-?out|timed? ?out|deadline exceeded|no such host|connection (refused|reset)|network is unreachable|no route to host|\bEOF\b|TLS handshake|try again/i;
const DENIED =
  /denied|unauthorized|no basic auth|authorization failed|authentication required|insufficient_scope|\b40[13]\b|forbidden/i;
const NOT_FOUND = /not found|manifest unknown|name unknown|no match for platform|does not exist|\b404\b/i;

/**
 * Reads the error of a container runtime. The image's own name is left out first: a tag may well be called `timeout-fix`.
 * `transient` when nothing certain can be read: registries have bad minutes (https://github.com/Shopify/krane/pull/477).
 */
export function pullCause(message: string, image: string): PullCause {
  const text = message
    .replaceAll(image, '')
    .replace(/"[^"]*"/g, '')
    .replace(/https?:\/\/\S+/g, '');
  if (TRANSIENT.test(text)) return 'transient';
  if (DENIED.test(text)) return 'denied';
  return NOT_FOUND.test(text) ? 'not-found' : 'transient';
}
