import { describe, expect, it } from '@jest/globals';
import { pssBaseline } from '../../../src/audit/checks/pss-baseline.ts';
import { pssRestricted } from '../../../src/audit/checks/pss-restricted.ts';
import { deployment, judged, secured, skip, verdicts } from '../judged.ts';

const GOOD = secured(
  '{allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}',
  '{runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}',
);

// That every control rules as the API server does is pod-security.e2e.test.ts's part.
describe('pss-baseline', () => {
  it.each([
    ['passes by default', secured('{}'), ['pass']],
    ['does not take an unset privileged for one that is set', secured('{privileged: null}'), ['pass']],
    [
      'fails once per control, with the container when there is one',
      secured('{privileged: true, capabilities: {add: [SYS_ADMIN]}}', '{}', 'hostPID: true,'),
      ['fail web', 'fail', 'fail web'],
    ],
    [
      'is exempted by annotation',
      deployment('{hostPID: true, containers: []}', { annotations: skip('pss-baseline') }),
      ['exempted fail'],
    ],
  ])('%s', (_, manifest, expected) => {
    expect(verdicts(pssBaseline, manifest)).toEqual(expected);
  });

  it('names the control and what was read', () => {
    expect(judged(pssBaseline, secured('{privileged: true}'))).toMatchObject([
      { read: 'securityContext.privileged: true', reason: expect.stringContaining('control `privileged`') },
    ]);
  });

  it("goes by the cluster's minor", () => {
    const probe = deployment('{containers: [{name: web, livenessProbe: {httpGet: {port: 1, host: h}}}]}');
    expect(verdicts(pssBaseline, probe, { minor: 33 })).toEqual(['pass']);
    expect(verdicts(pssBaseline, probe, { minor: 34 })).toEqual(['fail web']);
    expect(verdicts(pssBaseline, probe)).toEqual(['fail web']);
  });
});

describe('pss-restricted', () => {
  it.each([
    ['passes', GOOD, ['pass']],
    ['fails by default', secured('{}'), ['fail']],
    ['fails for what baseline refuses too', deployment('{hostPID: true, containers: []}'), ['fail']],
    [
      'is exempted by annotation',
      deployment('{containers: [{name: web}]}', { annotations: skip('pss-restricted') }),
      ['exempted fail'],
    ],
  ])('%s', (_, manifest, expected) => {
    expect(verdicts(pssRestricted, manifest)).toEqual(expected);
  });

  it('names every control', () => {
    expect(judged(pssRestricted, secured('{}'))[0]?.reason).toMatch(
      /`allowPrivilegeEscalation`, `capabilities_restricted`, `runAsNonRoot`, `seccompProfile_restricted`$/,
    );
  });
});
