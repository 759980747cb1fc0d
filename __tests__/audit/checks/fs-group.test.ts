import { describe, expect, it } from '@jest/globals';
import { fsGroup } from '../../../src/audit/checks/fs-group.ts';
import { deployment, skip, verdicts } from '../judged.ts';

const volume = (source: string, pod = '{}', container = '{}'): string =>
  deployment(
    `{securityContext: ${pod}, volumes: [{name: v, ${source}}], containers: [{name: web, securityContext: ${container}}]}`,
  );
const stateful = (pod: string): string => `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db},
  spec: {volumeClaimTemplates: [{metadata: {name: data}}], template: {spec: {securityContext: ${pod}, containers: [{name: db}]}}}}`;

describe('fs-group', () => {
  it.each([
    ["passes with the plan's number", volume('emptyDir: {}', '{fsGroup: 2000}'), ['pass']],
    ['passes with another number', volume('persistentVolumeClaim: {claimName: c}', '{fsGroup: 65532}'), ['pass']],
    ['warns by default beside an emptyDir', volume('emptyDir: {}'), ['warn']],
    ['warns by default beside a claim', volume('persistentVolumeClaim: {claimName: c}'), ['warn']],
    ['warns with 0', volume('ephemeral: {}', '{fsGroup: 0}'), ['warn']],
    ['warns beside the claims of a StatefulSet', stateful('{}'), ['warn']],
    ['passes beside the claims of a StatefulSet', stateful('{fsGroup: 2000}'), ['pass']],
    ['is skipped when no volume is written', volume('configMap: {name: c}'), ['skip']],
    ['is skipped without volumes', deployment('{containers: [{name: web}]}'), ['skip']],
    ['fails on a container, which has no such field', volume('emptyDir: {}', '{}', '{fsGroup: 2000}'), ['fail web']],
    [
      'is skipped on Windows',
      deployment(
        '{nodeSelector: {kubernetes.io/os: windows}, volumes: [{name: v, emptyDir: {}}], containers: [{name: web}]}',
      ),
      ['skip'],
    ],
    [
      'is exempted by annotation',
      deployment('{volumes: [{name: v, emptyDir: {}}], containers: [{name: web}]}', { annotations: skip('fs-group') }),
      ['exempted warn'],
    ],
  ])('%s', (_, manifest, expected) => {
    expect(verdicts(fsGroup, manifest)).toEqual(expected);
  });
});
