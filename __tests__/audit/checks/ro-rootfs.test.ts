import { describe, expect, it } from '@jest/globals';
import { roRootfs } from '../../../src/audit/checks/ro-rootfs.ts';
import { exemptions, judged, secured, verdicts } from '../judged.ts';

const ON = '{readOnlyRootFilesystem: true}';

describe('ro-rootfs', () => {
  it.each([
    ['passes on the container', secured(ON), ['pass']],
    ['fails by default', secured('{}'), ['fail web']],
    ['fails with false', secured('{readOnlyRootFilesystem: false}'), ['fail web']],
    ['fails on the pod, which has no such field', secured('{}', ON), ['fail']],
    ['passes on both', secured(ON, ON), ['pass']],
    ...exemptions(roRootfs, '{}'),
  ])('%s', (_, manifest, expected) => {
    expect(verdicts(roRootfs, manifest)).toEqual(expected);
  });

  it('says that the pod has no such field', () => {
    expect(judged(roRootfs, secured('{}', ON))[0]?.reason).toMatch(/a pod has no such field/);
  });
});
