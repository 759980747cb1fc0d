import { describe, expect, it } from '@jest/globals';
import { seccomp } from '../../../src/audit/checks/seccomp.ts';
import { deployment, exemptions, secured, verdicts } from '../judged.ts';

const profile = (type: string): string => `{seccompProfile: {type: ${type}}}`;

describe('seccomp', () => {
  it.each([
    ['passes when the pod has a profile', secured('{}', profile('RuntimeDefault')), ['pass']],
    [
      'passes when the container has one',
      secured('{seccompProfile: {type: Localhost, localhostProfile: p}}'),
      ['pass'],
    ],
    ['fails by default', secured('{}'), ['fail web']],
    ['fails on the pod with Unconfined', secured(profile('RuntimeDefault'), profile('Unconfined')), ['fail']],
    [
      "fails when the container's Unconfined wins",
      secured(profile('Unconfined'), profile('RuntimeDefault')),
      ['fail web'],
    ],
    [
      'asks init containers too',
      deployment(
        `{initContainers: [{name: init}], containers: [{name: web, securityContext: ${profile('RuntimeDefault')}}]}`,
      ),
      ['fail init'],
    ],
    ...exemptions(seccomp, '{}'),
  ])('%s', (_, manifest, expected) => {
    expect(verdicts(seccomp, manifest)).toEqual(expected);
  });
});
