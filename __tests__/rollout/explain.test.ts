import { describe, expect, it } from '@jest/globals';
import { explain } from '../../src/rollout/explain.ts';
import { RULES, type RuleId, ruleOf } from '../../src/rollout/rules.ts';
import type { Signal } from '../../src/rollout/signals.ts';
import type { Cause } from '../../src/rollout/verdict.ts';

const ref = (kind: string, name: string) => ({
  apiVersion: kind === 'Pod' ? 'v1' : 'apps/v1',
  kind,
  namespace: 'pearl',
  name,
});

function cause(id: RuleId, signal: Partial<Signal> = {}, more: Partial<Cause> = {}): Cause {
  return {
    rule: ruleOf(id),
    signal: {
      rule: id,
      object: ref('Pod', 'web-a'),
      uid: 'a',
      container: 'app',
      image: 'acme/web:1.5.0',
      reason: 'R',
      message: 'Kubernetes says so',
      ...signal,
    },
    workload: ref('Deployment', 'web'),
    pods: { showing: 2, of: 3 },
    alreadyBroken: false,
    seenAt: 0,
    finalAt: 0,
    ...more,
  };
}

const SENTENCES: [RuleId, Partial<Signal>, string][] = [
  [
    'image-name-invalid',
    {},
    '`acme/web:1.5.0` is not a valid image name, container `app` of 2 of 3 new pods of Deployment/web',
  ],
  [
    'image-not-found',
    { reason: 'ErrImagePull' },
    'the image `acme/web:1.5.0` does not exist (`ErrImagePull`), container `app` of 2 of 3 new pods of Deployment/web',
  ],
  [
    'image-denied',
    { reason: 'ImagePullBackOff' },
    'the registry denies the image `acme/web:1.5.0` (`ImagePullBackOff`), container `app` of 2 of 3 new pods of Deployment/web',
  ],
  [
    'config-missing',
    { message: 'secret "db" not found' },
    'container `app` of 2 of 3 new pods of Deployment/web refers to something that does not exist: secret "db" not found',
  ],
  [
    'crash-loop',
    { exitCode: 3, restarts: 2 },
    'container `app` of 2 of 3 new pods of Deployment/web exits with code 3 again and again (restarted 2 times)',
  ],
  [
    'out-of-memory',
    { restarts: 4 },
    'container `app` of 2 of 3 new pods of Deployment/web was killed for using more memory than its limit (OOMKilled, restarted 4 times)',
  ],
  [
    'unschedulable',
    { container: undefined, message: '0/4 nodes are available' },
    'no node takes 2 of 3 new pods of Deployment/web: 0/4 nodes are available',
  ],
  [
    'pods-refused',
    { container: undefined, message: 'exceeded quota: q' },
    'the API server refuses new pods of Deployment/web: exceeded quota: q',
  ],
];

describe('a cause in words', () => {
  it.each(SENTENCES)('%s', (id, signal, why) => {
    expect(explain(cause(id, signal)).why).toBe(why);
  });

  it.each(RULES.map(({ id }) => id))('%s names its object and the next step', (id) => {
    const { why, next } = explain(cause(id));
    expect(why).toMatch(/Deployment\/web|Pod\/web-a/);
    expect(why).not.toMatch(/undefined|\.$/);
    expect(next).toMatch(/^[a-z].{15,}[^.]$/);
  });

  it('counts a bare pod as itself', () => {
    const bare = cause('not-ready', {}, { workload: ref('Pod', 'one'), pods: { showing: 1, of: 1 } });
    expect(explain(bare).why).toBe('container `app` of Pod/one runs but does not become ready');
  });

  it('says when it was already broken', () => {
    expect(explain(cause('crash-loop', {}, { alreadyBroken: true })).why).toMatch(
      / \(it was already broken before this run\)$/,
    );
    expect(explain(cause('crash-loop')).why).not.toContain('already broken');
  });

  it('quotes the first line of a long message, and not all of it', () => {
    const { why } = explain(cause('config-missing', { message: `\n${'x'.repeat(5000)}\nsecond line` }));
    expect(why).toMatch(/: x{297}…$/);
  });
});
