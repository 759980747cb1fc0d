import { describe, expect, it } from '@jest/globals';
import { type AuditRow, audit } from '../../src/audit/audit.ts';
import type { Check } from '../../src/audit/check.ts';
import { CHECKS } from '../../src/audit/checks.ts';
import { compare, refused } from '../../src/audit/compare.ts';
import type { Exemption, Profile, Severity } from '../../src/audit/profile.ts';
import { builtIn, ESSENTIAL } from '../../src/audit/profiles.ts';
import { summarize } from '../../src/audit/summary.ts';
import { titleOf } from '../../src/kubernetes/object.ts';
import { deployment, secured, skip } from './judged.ts';
import { objects } from './objects.ts';

const only = (checks: Record<string, Severity>, exemptions: Exemption[] = []): Profile => ({
  ...builtIn('production'),
  checks,
  exemptions,
});
const rows = (manifest: string, profile: Profile, checks?: readonly Check[]): AuditRow[] =>
  audit(objects(manifest), { profile }, checks);
const web = (pod: string): string => deployment(`{containers: [${pod}]}`);
const BAD = web('{name: web, image: nginx}');

describe('the registry', () => {
  it('is sorted by id, and every check says what and why', () => {
    const ids = CHECKS.map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, title } of CHECKS)
      expect([id, title]).toEqual([expect.stringMatching(/^[a-z]+(-[a-z]+)*$/), expect.stringMatching(/\S/)]);
  });

  it('is what the built-in profiles choose from', () => {
    expect(Object.keys(builtIn('production').checks)).toEqual(CHECKS.map(({ id }) => id));
    const essential = Object.keys(builtIn('essential').checks);
    expect(essential.every((id) => ESSENTIAL.has(id))).toBe(true);
    expect(essential).toContain('api-deprecated');
    expect(builtIn('production').numbers).toMatchObject({
      minReplicas: 3,
      hpaMaxReplicas: 10,
      runAsUser: 1000,
      maxSurge: '25%',
    });
  });
});

describe('an audit', () => {
  it("runs the profile's checks alone, with its severities", () => {
    expect(rows(BAD, only({ 'image-pin': 'low' }))).toMatchObject([
      { check: 'image-pin', severity: 'low', verdict: 'fail' },
    ]);
    expect(rows(BAD, only({}))).toEqual([]);
  });

  it('survives a check that breaks down, and says so', () => {
    const broken: Check = {
      id: 'broken',
      title: 'breaks',
      section: '',
      severity: 'high',
      run: () => {
        throw new Error('boom');
      },
    };
    expect(rows(BAD, only({ broken: 'high' }), [broken])).toMatchObject([
      { verdict: 'unknown', reason: expect.stringMatching(/boom/) },
    ]);
  });

  it('stands objects of every odd shape', () => {
    const odd = `
{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: b}, spec: {template: {spec: null}}}
---
{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: c, labels: null, annotations: null}, spec: []}
---
{apiVersion: v1, kind: Pod, metadata: {name: d}, spec: {containers: [null, 1, {}, {name: x, env: {a: b}, ports: 1, securityContext: 1}], volumes: {}, securityContext: []}}
---
{apiVersion: batch/v1, kind: CronJob, metadata: {generateName: e-}, spec: {jobTemplate: 1}}
---
{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: f}, spec: {scaleTargetRef: 1}}`;
    const found = rows(odd, builtIn('production'));
    expect(found.filter(({ reason }) => reason.includes('broke down'))).toEqual([]);
    expect(found.length).toBeGreaterThan(10);
  });
});

describe('an exemption', () => {
  const exemption = (more: Partial<Exemption> = {}): Exemption => ({
    check: 'image-pin',
    kind: 'Deployment',
    name: 'web',
    reason: 'vendor image',
    ...more,
  });
  const exempted = (one: Exemption): (string | undefined)[] =>
    rows(BAD, only({ 'image-pin': 'high' }, [one])).map((row) => row.exempted);

  it('of the profile holds for the exact kind, namespace and name', () => {
    expect(exempted(exemption())).toEqual(['vendor image']);
    expect(exempted(exemption({ namespace: 'pearl' }))).toEqual(['vendor image']);
    for (const other of [
      { namespace: 'other' },
      { name: 'we' },
      { name: 'web-2' },
      { kind: 'StatefulSet' },
      { check: 'image' },
    ]) {
      expect(exempted(exemption(other))).toEqual([undefined]);
    }
  });

  it('leaves a passed check alone', () => {
    const passed = deployment('{containers: [{name: web, image: "a:1"}]}', { annotations: skip('image-pin') });
    expect(rows(passed, only({ 'image-pin': 'high' }))[0]).not.toHaveProperty('exempted');
  });

  it('for a check that does not exist is said', () => {
    const wrong = deployment('{containers: []}', { annotations: skip('image-pins') });
    expect(rows(wrong, only({ 'image-pin': 'high' }))).toMatchObject([
      { check: 'image-pins', verdict: 'warn', reason: expect.stringMatching(/there is no check `image-pins`/) },
    ]);
  });

  it('stays visible in the report, with its reason, and does not count', () => {
    const profile = only({ 'image-pin': 'high' }, [exemption()]);
    const found = summarize(rows(BAD, profile), [], { profile: 'p', mode: 'enforce', of: 'x', against: '' });
    expect(found).toMatchObject({ red: false, objects: [], counts: { fail: 0, exempted: 1 } });
    expect(found.exempted).toMatchObject([{ check: 'image-pin', object: 'Deployment/web', reason: 'vendor image' }]);
  });
});

describe('compared with the release', () => {
  const profile = only({ 'image-pin': 'high', 'no-priv-esc': 'medium', 'run-as-user': 'high' });
  const between = (before: string, now: string) => compare(rows(before, profile), rows(now, profile));
  const named = (list: readonly AuditRow[]): string[] =>
    list.map(({ check, object, container }) => `${check} ${titleOf(object)} ${container ?? ''}`.trim());

  it('what was so before is neither worse nor better', () => {
    expect(between(BAD, BAD)).toEqual({ worse: [], better: [] });
  });

  it('what is new is worse, what is gone is better', () => {
    const good = secured('{allowPrivilegeEscalation: false, runAsUser: 1000}');
    expect(named(between(good, BAD).worse)).toEqual([
      'image-pin Deployment/web web',
      'no-priv-esc Deployment/web web',
      'run-as-user Deployment/web web',
    ]);
    expect(named(between(BAD, good).better)).toHaveLength(3);
    expect(between(BAD, good).worse).toEqual([]);
  });

  it('a warning that became a failure is worse, the other way round better', () => {
    const [unset, root] = [secured('{}'), secured('{runAsUser: 0}')];
    expect(named(between(unset, root).worse)).toEqual(['run-as-user Deployment/web web']);
    expect(named(between(root, unset).better)).toEqual(['run-as-user Deployment/web web']);
  });

  it('another container is another place', () => {
    const two = web('{name: web, image: nginx}, {name: side, image: nginx}');
    expect(named(between(BAD, two).worse).filter((row) => row.startsWith('image-pin'))).toEqual([
      'image-pin Deployment/web side',
    ]);
  });

  it('an exemption taken away is worse', () => {
    const exempt = deployment('{containers: [{name: web, image: nginx}]}', { annotations: skip('image-pin') });
    expect(named(between(exempt, BAD).worse)).toEqual(['image-pin Deployment/web web']);
  });

  it('enforce refuses new failures of severity high, not warnings, not medium, not old ones', () => {
    const good = secured('{allowPrivilegeEscalation: false, runAsUser: 1000}');
    const blocked = named(refused(between(good, BAD)));
    expect(blocked).toEqual(['image-pin Deployment/web web']);
    expect(refused(between(BAD, BAD))).toEqual([]);
  });
});

describe('the summary', () => {
  const context = { profile: 'p', mode: 'enforce', of: 'the rendered chart', against: 'revision 3' } as const;
  const profile = only({ 'image-pin': 'high', 'no-priv-esc': 'medium', 'run-as-user': 'low' });
  const manifest = `${secured('{}')}\n---\n${BAD.replace('name: web,', 'name: bad,')}`;

  it('is grouped by object, worst first, and the new ones before all', () => {
    const found = summarize(rows(manifest, profile), rows(manifest, profile), context);
    expect(found.objects.map(({ ref }) => ref.name)).toEqual(['bad', 'web']);
    expect(found.objects[0]?.lines.map(({ check }) => check)).toEqual(['image-pin', 'no-priv-esc', 'run-as-user']);
    expect(found).toMatchObject({ worse: 0, red: false, refused: [] });

    const before = BAD.replace('name: web,', 'name: bad,');
    const fresh = summarize(rows(manifest, profile), rows(before, profile), context);
    expect(fresh.objects.map(({ ref, worse }) => [ref.name, worse])).toEqual([
      ['web', true],
      ['bad', false],
    ]);
  });

  it('without a release to compare with: nothing is called worse, and enforce holds everything against it', () => {
    const found = summarize(rows(BAD, profile), [], { ...context, against: '' });
    expect(found).toMatchObject({ worse: 0, better: 0, red: true, refused: ['`image-pin` of `Deployment/web`'] });
    expect(summarize(rows(BAD, profile), [], { ...context, against: '', mode: 'warn' }).red).toBe(false);
  });
});
