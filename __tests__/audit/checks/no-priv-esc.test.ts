import { describe, expect, it } from '@jest/globals';
import { noPrivEsc } from '../../../src/audit/checks/no-priv-esc.ts';
import { exemptions, secured, verdicts } from '../judged.ts';

describe('no-priv-esc', () => {
  it.each([
    ['passes with false', secured('{allowPrivilegeEscalation: false}'), ['pass']],
    ['fails by default, which is true', secured('{}'), ['fail web']],
    ['fails with true', secured('{allowPrivilegeEscalation: true}'), ['fail web']],
    ['fails on the pod, which has no such field', secured('{}', '{allowPrivilegeEscalation: false}'), ['fail web']],
    ...exemptions(noPrivEsc, '{}'),
  ])('%s', (_, manifest, expected) => {
    expect(verdicts(noPrivEsc, manifest)).toEqual(expected);
  });
});
