import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { ProfileError, parseProfile } from '../../src/audit/profile-file.ts';
import { builtIn } from '../../src/audit/profiles.ts';
import { parseYaml } from '../../src/kubernetes/yaml.ts';

const file = path.resolve(import.meta.dirname, '../../docs/audit-profile.schema.json');
const matches = new Ajv2020({ strict: true, strictTypes: false }).compile(
  JSON.parse(readFileSync(file, 'utf8')) as object,
);

describe("a profile of one's own", () => {
  it('extends a built-in one: numbers, severities, checks off and on, exemptions', () => {
    const profile = parseProfile(
      `
extends: production
checks: {image-pin: high, env-literal: off, run-as-user: "off"}
numbers: {minReplicas: 2, maxSurge: 50%, maxUnavailable: 1}
exemptions:
  - {check: non-root, kind: Deployment, name: legacy, namespace: pearl, reason: runs as root until 2027-01}
`,
      'audit.yaml',
    );
    const { checks, numbers } = builtIn('production');
    const { 'env-literal': _env, 'run-as-user': _user, ...rest } = checks;
    expect(profile).toEqual({
      name: 'audit.yaml',
      checks: { ...rest, 'image-pin': 'high' },
      numbers: { ...numbers, minReplicas: 2, maxSurge: '50%', maxUnavailable: 1 },
      exemptions: [
        {
          check: 'non-root',
          kind: 'Deployment',
          name: 'legacy',
          namespace: 'pearl',
          reason: 'runs as root until 2027-01',
        },
      ],
    });
  });

  it('extends essential when it does not say', () => {
    expect(parseProfile('checks: {non-root: high}', 'p').checks).toEqual({
      ...builtIn('essential').checks,
      'non-root': 'high',
    });
    expect(parseProfile('', 'p')).toEqual({ ...builtIn('essential'), name: 'p' });
  });

  const WRONG: [string, RegExp][] = [
    ['extends: all', /^extends holds "all": write one of essential, production$/],
    ['check: {}', /^the profile has no field "check"; it has extends, checks, numbers, exemptions$/],
    ['- a', /^the profile holds \["a"\]: write a mapping$/],
    ['checks: [non-root]', /^checks holds .*: write a mapping$/],
    ['checks: {non-root: severe}', /^checks\.non-root holds "severe": write one of high, medium, low, off$/],
    ['checks: {non-root: true}', /^checks\.non-root holds true/],
    ['numbers: {replicas: 3}', /^numbers has no field "replicas"; it has minReplicas, /],
    ['numbers: {minReplicas: "3"}', /^numbers\.minReplicas holds "3": write a count$/],
    ['numbers: {minReplicas: -1}', /^numbers\.minReplicas holds -1: write a count$/],
    ['numbers: {minReplicas: 1.5}', /write a count$/],
    ['numbers: {hpaCpu: 80%}', /^numbers\.hpaCpu holds "80%": write a count$/],
    ['numbers: {maxSurge: much}', /^numbers\.maxSurge holds "much": write a count or percentage$/],
    ['exemptions: {}', /^exemptions holds \{\}: write a list$/],
    [
      'exemptions: [{check: non-root, kind: Deployment, name: web}]',
      /^exemptions\[0\]\.reason is missing: write a text$/,
    ],
    ['exemptions: [{check: non-root, kind: Deployment, name: web, reason: " "}]', /^exemptions\[0\]\.reason holds " "/],
    [
      'exemptions: [{check: non-root, kind: Deployment, names: web, reason: x}]',
      /^exemptions\[0\] has no field "names"/,
    ],
  ];

  it.each(WRONG)('is refused with a clear sentence, and by the schema: %s', (text, message) => {
    expect(() => parseProfile(text, 'p')).toThrow(ProfileError);
    expect(() => parseProfile(text, 'p')).toThrow(message);
    expect(matches(parseYaml(text)[0])).toBe(false);
  });

  it('is refused for a check that there is not, and for what is no YAML', () => {
    expect(() => parseProfile('checks: {nonroot: high}', 'p')).toThrow(
      /^checks\.nonroot: there is no check "nonroot"; there are api-deprecated, /,
    );
    expect(() => parseProfile('exemptions: [{check: x, kind: A, name: b, reason: c}]', 'p')).toThrow(
      /^exemptions\[0\]\.check: there is no check "x"/,
    );
    expect(() => parseProfile('a: [', 'p')).toThrow(/^the profile is not valid YAML: /);
    expect(() => parseProfile('a: 1\n---\nb: 2', 'p')).toThrow(/several YAML documents/);
  });

  it.each([
    '{}',
    'extends: production',
    'checks: {non-root: off}',
    'numbers: {maxSurge: 1}',
    'exemptions:',
    'checks:',
    'numbers:',
  ])('is accepted by parser and schema: %s', (text) => {
    expect(() => parseProfile(text, 'p')).not.toThrow();
    expect(matches(parseYaml(text)[0])).toBe(true);
  });
});
