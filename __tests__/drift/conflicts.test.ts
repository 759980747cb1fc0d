import { describe, expect, it } from '@jest/globals';
import { conflictPaths, isConflictAt } from '../../src/drift/conflicts.ts';
import type { Step } from '../../src/drift/path.ts';

// As kubectl 1.32 prints it.
const MANY = `error: Apply failed with 2 conflicts: conflicts with "kubectl" with subresource "scale" using apps/v1:
- .spec.replicas
conflicts with "kubectl-set" using apps/v1:
- .spec.template.spec.containers[name="web"].image
Please review the fields above--they currently have other managers. Here
* If you intend to manage all of these fields, please re-run the apply`;

const container: Step = { item: { name: 'web', image: 'x' }, key: 'web' };
const port: Step = { item: { containerPort: 80 }, key: '80/TCP' };
const field = (name: string): Step => ({ field: name });

describe('conflicts of a server-side apply', () => {
  it('are read from what kubectl prints', () => {
    expect(conflictPaths(MANY)).toEqual(['.spec.replicas', '.spec.template.spec.containers[name="web"].image']);
    expect(
      conflictPaths('Apply failed with 1 conflict: conflict with "kubectl-edit" using v1: .data.app.yaml'),
    ).toEqual(['.data.app.yaml']);
    expect(conflictPaths('Error from server (Forbidden): deployments.apps "web" is forbidden')).toEqual([]);
  });

  it.each<[string, Step[], boolean]>([
    ['.spec.replicas', [field('spec'), field('replicas')], true],
    ['.data.app.yaml', [field('data'), field('app.yaml')], true],
    ['.data.app.yaml', [field('data'), field('app')], false],
    ['.spec.c[name="web"].image', [field('spec'), field('c'), container, field('image')], true],
    ['.spec.c[name="web"]', [field('spec'), field('c'), container, field('image')], true],
    ['.spec.c[name="other"].image', [field('spec'), field('c'), container, field('image')], false],
    ['.spec.ports[containerPort=80,protocol="TCP"].name', [field('spec'), field('ports'), port, field('name')], true],
    ['.spec.replicas', [field('spec')], false],
  ])('%s is at the path: %#', (conflict, path, expected) => {
    expect(isConflictAt(conflict, path)).toBe(expected);
  });
});
