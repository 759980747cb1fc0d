import { at, field, items } from '../../diff/values.ts';
import type { KubeObject } from '../../kubernetes/object.ts';
import { refOf } from '../../kubernetes/object.ts';
import type { AuditFacts } from '../check.ts';
import type { Subject } from '../subject.ts';
import { nameIn, objectsOf, sameNamespace } from './say.ts';

const RBAC = 'rbac.authorization.k8s.io';
const LEADER_FLAG = /(^|\s)--?(enable-)?leader-elect(ion)?(=true|=1)?(\s|$)/;
const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'patch', '*']);

/** Where a workload shows that it elects a leader (of which only one works at a time); undefined when it does not. */
export function leaderElectionOf(subject: Subject, facts: AuditFacts): string | undefined {
  const flag = subject.containers
    .flatMap(({ spec }) => [...items(field(spec, 'command')), ...items(field(spec, 'args'))])
    .find((word) => typeof word === 'string' && LEADER_FLAG.test(word));
  if (flag !== undefined) return `args: ${flag}`;
  const role = rolesOf(subject, facts).find((one) => items(field(one, 'rules')).some(writesLeases));
  return role === undefined ? undefined : `${role.kind}/${role.metadata.name} may write Leases`;
}

/** The roles of the release that its ServiceAccount holds. */
function rolesOf(subject: Subject, facts: AuditFacts): KubeObject[] {
  const account = nameIn(subject.pod, 'serviceAccountName') || nameIn(subject.pod, 'serviceAccount') || 'default';
  const bindings = [...objectsOf(facts, 'RoleBinding', RBAC), ...objectsOf(facts, 'ClusterRoleBinding', RBAC)];
  const own = bindings.filter((binding) =>
    items(field(binding, 'subjects')).some((one) => {
      const namespace = nameIn(one, 'namespace') || binding.metadata.namespace;
      return (
        field(one, 'kind') === 'ServiceAccount' &&
        field(one, 'name') === account &&
        sameNamespace({ namespace }, subject.ref)
      );
    }),
  );
  const roles = [...objectsOf(facts, 'Role', RBAC), ...objectsOf(facts, 'ClusterRole', RBAC)];
  return own.flatMap((binding) =>
    roles.filter(
      (role) =>
        role.kind === at(binding, 'roleRef', 'kind') &&
        role.metadata.name === at(binding, 'roleRef', 'name') &&
        (role.kind === 'ClusterRole' || sameNamespace(refOf(role), refOf(binding))),
    ),
  );
}

function writesLeases(rule: unknown): boolean {
  const groups = items(field(rule, 'apiGroups'));
  return (
    groups.includes('coordination.k8s.io') &&
    items(field(rule, 'resources')).includes('leases') &&
    items(field(rule, 'verbs')).some((verb) => WRITES.has(String(verb)))
  );
}
