import { describe, expect, it } from '@jest/globals';
import { ignoreRule } from '../../src/drift/ignore.ts';
import { pathText, type Step, shortPath } from '../../src/drift/path.ts';

const object = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'pearl' };
const path: Step[] = [
  { field: 'spec' },
  { field: 'containers' },
  { item: { name: 'web' }, key: 'web' },
  { field: 'image' },
];

describe('a line of drift-ignore', () => {
  it('may be copied from the table', () => {
    const pod: Step[] = [{ field: 'spec' }, { field: 'template' }, { field: 'spec' }, { field: 'hostNetwork' }];
    expect(shortPath(pathText(pod))).toBe('…hostNetwork');
    expect(ignoreRule('Deployment/web …hostNetwork')?.matches(object, pod)).toBe(true);
    expect(ignoreRule('Deployment/web …hostNetwork')?.matches(object, path)).toBe(false);
  });

  it.each([
    ['Deployment/web', true],
    ['Deployment/web spec', true],
    ['Deployment/web spec.containers[web]', true],
    ['Deployment/web spec.containers[web].image', true],
    ['Deployment.apps/web spec.containers[*].image', true],
    ['*/w* *image', true],
    ['Deployment/web spec.container', false],
    ['Deployment/web spec.containers[web].imagePullPolicy', false],
    ['Deployment/web2', false],
    ['Deploy/web', false],
    ['Deployment.batch/web', false],
    ['StatefulSet/web', false],
  ])('%s matches: %s', (line, matches) => {
    expect(ignoreRule(line)?.matches(object, path)).toBe(matches);
  });

  it.each(['web', '/web', 'Deployment/', 'spec.replicas', '.*/web'])('%s is none', (line) => {
    expect(ignoreRule(line)).toBeUndefined();
  });
});
