import { describe, expect, it } from '@jest/globals';
import { conflictsIn, conflictWarning } from '../../src/diff/conflicts.ts';

// As Kubernetes 1.32 answers it on the bed.
const MANY = `error: Apply failed with 3 conflicts: conflicts with "kubectl" with subresource "scale" using apps/v1:
- .spec.replicas
conflicts with "kubectl-set" using apps/v1:
- .spec.template.spec.containers[name="web"].image
- .spec.template.spec.containers[name="side: car"].image
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
`;

describe('conflictsIn', () => {
  it('reads several managers and fields', () => {
    expect(conflictsIn(MANY)).toEqual([
      { manager: 'kubectl (scale)', fields: ['.spec.replicas'] },
      {
        manager: 'kubectl-set',
        fields: [
          '.spec.template.spec.containers[name="web"].image',
          '.spec.template.spec.containers[name="side: car"].image',
        ],
      },
    ]);
  });

  it.each([
    ['conflict with "kubectl-set" using apps/v1: .spec.x', 'kubectl-set'],
    ['conflict with "argocd-controller": .spec.x', 'argocd-controller'],
    ['conflict with "vpa" with subresource "scale" using apps/v1: .spec.x', 'vpa (scale)'],
    ['conflict with "a" using autoscaling/v2 at 2026-11-24T15:03:08Z: .spec.x', 'a'],
    ['conflict with "a \\"b\\": c" using v1: .spec.x', 'a \\"b\\": c'],
  ])('reads a single one: %s', (text, manager) => {
    const answer = `error: Apply failed with 1 conflict: ${text}\nPlease review the fields above`;
    expect(conflictsIn(answer)).toEqual([{ manager, fields: ['.spec.x'] }]);
  });

  it.each([
    'Error from server (Forbidden): deployments.apps "web" is forbidden: User "viewer" cannot patch resource "deployments"',
    'Error from server (Conflict): Operation cannot be fulfilled on deployments.apps "web": the object has been modified',
    'error: unable to connect to the server',
    '',
  ])('finds none in %j', (text) => expect(conflictsIn(text)).toEqual([]));
});

describe('conflictWarning', () => {
  it('names object, field, owner, and what the deploy does', () => {
    expect(conflictWarning('Deployment/web', { manager: 'kubectl-set', fields: ['.spec.replicas'] })).toBe(
      "Field conflict: `Deployment/web` `.spec.replicas` belongs to `kubectl-set`: a plain `helm upgrade` of Helm 4 fails there, this action's deploy overwrites it (`--force-conflicts`), or refuses with `on-drift: fail`, when a person set it",
    );
  });

  it('counts what it does not name', () => {
    const fields = Array.from({ length: 9 }, (_, n) => `.spec.f${n}`);
    expect(conflictWarning('ConfigMap/web', { manager: 'me', fields })).toMatch(
      /`\.spec\.f3` and 5 more belong to `me`/,
    );
  });
});
