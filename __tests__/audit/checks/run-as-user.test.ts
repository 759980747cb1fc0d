import { describe, expect, it } from '@jest/globals';
import { runAsUser } from '../../../src/audit/checks/run-as-user.ts';
import { exemptions, judged, secured, verdicts } from '../judged.ts';

describe('run-as-user', () => {
  it.each([
    ["passes with the plan's number", secured('{runAsUser: 1000}'), ['pass']],
    ['passes when the pod says so', secured('{}', '{runAsUser: 1000}'), ['pass']],
    ['passes with any other number: images are built for theirs', secured('{runAsUser: 65532}'), ['pass']],
    ['warns by default', secured('{}'), ['warn web']],
    ['fails with 0', secured('{runAsUser: 0}'), ['fail web']],
    ["fails when the container's 0 wins over the pod", secured('{runAsUser: 0}', '{runAsUser: 1000}'), ['fail web']],
    ['passes when the container wins over the 0 of the pod', secured('{runAsUser: 1000}', '{runAsUser: 0}'), ['pass']],
    ['passes with users of its own', secured('{runAsUser: 0}', '{}', 'hostUsers: false,'), ['pass']],
    ...exemptions(runAsUser, '{runAsUser: 0}'),
  ])('%s', (_, manifest, expected) => {
    expect(verdicts(runAsUser, manifest)).toEqual(expected);
  });

  it("names the profile's number beside another one", () => {
    expect(judged(runAsUser, secured('{runAsUser: 65532}'))[0]?.reason).toContain("the profile's number is 1000");
    expect(judged(runAsUser, secured('{runAsUser: 1000}'))[0]?.reason).not.toContain('profile');
  });
});
