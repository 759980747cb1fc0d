import { describe, expect, it } from '@jest/globals';
import { nonRoot } from '../../../src/audit/checks/non-root.ts';
import { deployment, exemptions, secured, verdicts } from '../judged.ts';

describe('non-root', () => {
  it.each([
    ['passes when the pod says so', secured('{}', '{runAsNonRoot: true}'), ['pass']],
    ['passes when the container says so', secured('{runAsNonRoot: true}'), ['pass']],
    [
      'passes when the container says so over the pod',
      secured('{runAsNonRoot: true}', '{runAsNonRoot: false}'),
      ['pass'],
    ],
    ['fails by default', secured('{}'), ['fail web']],
    ['fails with a null', secured('{runAsNonRoot: null}', '{runAsNonRoot: null}'), ['fail web']],
    ['fails with an explicit false', secured('{}', '{runAsNonRoot: false}'), ['fail web']],
    [
      "fails when the container's false wins over the pod",
      secured('{runAsNonRoot: false}', '{runAsNonRoot: true}'),
      ['fail web'],
    ],
    ['fails with a user id alone: the check is the refusal to start', secured('{runAsUser: 1000}'), ['fail web']],
    ['passes with users of its own', secured('{}', '{}', 'hostUsers: false,'), ['pass']],
    [
      'asks init containers, sidecars and ephemeral ones too',
      deployment(`{initContainers: [{name: init}, {name: proxy, restartPolicy: Always}],
        containers: [{name: web, securityContext: {runAsNonRoot: true}}], ephemeralContainers: [{name: debug}]}`),
      ['fail init', 'fail proxy', 'fail debug'],
    ],
    ...exemptions(nonRoot, '{}'),
  ])('%s', (_, manifest, expected) => {
    expect(verdicts(nonRoot, manifest)).toEqual(expected);
  });
});
