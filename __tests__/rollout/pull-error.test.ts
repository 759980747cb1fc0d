import { describe, expect, it } from '@jest/globals';
import { type PullCause, pullCause } from '../../src/rollout/pull-error.ts';
import { PULL } from './container-states.ts';

const IMAGE = 'acme/web:1.5.0';

// Texts of containerd, CRI-O, Docker and the big registries.
const TEXTS: [string, PullCause][] = [
  [PULL.missing, 'not-found'],
  ['manifest for acme/web:1.5.0 not found: manifest unknown: manifest unknown', 'not-found'],
  ['name unknown: The repository with name "web" does not exist in the registry with id "1234"', 'not-found'],
  ['failed to pull and unpack image "acme/web:1.5.0": no match for platform in manifest: not found', 'not-found'],
  ['unexpected status from HEAD request to https://ghcr.io/v2/acme/web/manifests/1.5.0: 404 Not Found', 'not-found'],
  [PULL.denied, 'denied'],
  [PULL.forbidden, 'denied'],
  ['Error response from daemon: Head "https://1.dkr.ecr.eu/v2/web": no basic auth credentials', 'denied'],
  ['unauthorized: authentication required', 'denied'],
  ['denied: requested access to the resource is denied', 'denied'],
  // Registries answer "denied" for what does not exist, so as not to tell.
  ["pull access denied for acme/web, repository does not exist or may require 'docker login'", 'denied'],
  [PULL.tooMany, 'transient'],
  ['toomanyrequests: You have reached your pull rate limit. https://www.docker.com/increase-rate-limit', 'transient'],
  ['unexpected status from HEAD request to https://ghcr.io/v2/web: 503 Service Unavailable', 'transient'],
  ['received unexpected HTTP status: 500 Internal Server Error', 'transient'],
  ['failed to do request: Head "https://ghcr.io/v2/": dial tcp 10.0.0.1:443: i/o timeout', 'transient'],
  ['failed to do request: Head "https://ghcr.io/v2/": dial tcp: lookup ghcr.io: no such host', 'transient'],
  ['dial tcp 10.0.0.1:443: connect: connection refused', 'transient'],
  ['net/http: TLS handshake timeout', 'transient'],
  ['failed to copy: httpReadSeeker: failed open: unexpected EOF', 'transient'],
  // A broken token service says both: it may be well again in a minute.
  ['failed to authorize: failed to fetch anonymous token: 503 Service Unavailable: denied', 'transient'],
  ['write /var/lib/containerd/blob: no space left on device', 'transient'],
  ['', 'transient'],
];

describe('what a failed pull means', () => {
  it.each(TEXTS)('%s', (text, cause) => {
    expect(pullCause(text, IMAGE)).toBe(cause);
  });

  it.each([
    'registry.example.com:5000/denied/timeout:503-not-found',
    'acme/not-found:429',
    'ghcr.io/unauthorized/eof@sha256:abc',
  ])('reads nothing out of the name %s', (image) => {
    const say = (error: string): string =>
      `failed to pull and unpack image "${image}": failed to resolve ${image}: ${error}`;
    expect(pullCause(say('something odd'), image)).toBe('transient');
    expect(pullCause(say('not found'), image)).toBe('not-found');
    expect(pullCause(say('unauthorized'), image)).toBe('denied');
  });

  it('reads nothing out of an address', () => {
    expect(pullCause('HEAD https://registry/v2/denied/manifests/404: something odd', IMAGE)).toBe('transient');
  });
});
