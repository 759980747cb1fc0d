import { groupOf, type KubeObject, refOf } from '../../kubernetes/object.ts';
import type { AuditFacts, Check, Finding } from '../check.ts';
import { REMOVALS, type Removal } from './removed-apis.ts';

const ID = 'api-deprecated';

/** When the cluster's version is not known: what the oldest one that providers still run does not serve is gone. */
const OLDEST_SUPPORTED = 32;

const KINDS: ReadonlySet<string> = new Set(REMOVALS.flatMap(({ kinds }) => kinds));

/** Versions of the Kubernetes API that the cluster no longer serves, or soon will not. */
export const apiDeprecated: Check = {
  id: ID,
  title: 'no removed or deprecated API version',
  section: '',
  severity: 'high',
  run: ({ objects, minor }: AuditFacts) => objects.flatMap((object) => judge(object, minor)),
};

function judge(object: KubeObject, minor: number | undefined): Finding[] {
  const { apiVersion, kind } = object;
  const target = minor ?? OLDEST_SUPPORTED;
  const removal = REMOVALS.find((row) => row.apiVersion === apiVersion && row.kinds.includes(kind));
  const base = { check: ID, object: refOf(object), read: `apiVersion: ${apiVersion}`, remedy: '' };
  if (!removal) {
    const ours = KINDS.has(kind) && isBuiltIn(apiVersion);
    return ours ? [{ ...base, verdict: 'pass', reason: 'nobody has announced the end of this version' }] : [];
  }
  const { removedIn, deprecatedIn } = removal;
  const cluster = minor === undefined ? 'any Kubernetes in support' : `this cluster (1.${minor})`;
  const remedy = remedyOf(removal);
  if (removedIn !== undefined && removedIn <= target) {
    const reason = `Kubernetes 1.${removedIn} removed it, so ${cluster} refuses it`;
    return [{ ...base, verdict: 'fail', reason, remedy }];
  }
  if (deprecatedIn > target) return [{ ...base, verdict: 'pass', reason: 'still current on this cluster' }];
  const end = removedIn === undefined ? 'and its end is not set' : `and 1.${removedIn} removes it`;
  return [{ ...base, verdict: 'warn', reason: `deprecated since Kubernetes 1.${deprecatedIn}, ${end}`, remedy }];
}

function remedyOf({ use }: Removal): string {
  return use.includes(' ') ? `# ${use}` : `apiVersion: ${use}`;
}

function isBuiltIn(apiVersion: string): boolean {
  const group = groupOf(apiVersion);
  return !group.includes('.') || group.endsWith('.k8s.io');
}
