import { at, field, items } from '../../diff/values.ts';
import { groupOf, type KubeObject, keyOf, type ObjectRef, refOf } from '../../kubernetes/object.ts';
import type { AuditFacts, AuditVerdict, Finding } from '../check.ts';
import type { Subject } from '../subject.ts';
import { oncePerRelease } from './once.ts';

/** What a check says of the object that it was asked about. */
export interface Says {
  verdict: AuditVerdict;
  read: string;
  reason: string;
  remedy?: string;
  container?: string;
}

/** The findings of one check about one object. */
export function findings(check: string, object: ObjectRef, says: Says | readonly Says[]): Finding[] {
  const all: readonly Says[] = Array.isArray(says) ? says : [says as Says];
  return all.map((one) => ({ check, object, ...one, remedy: one.remedy ?? '' }));
}

// The kinds of older API groups have other defaults, and no server in support takes them.
const READABLE: ReadonlySet<string> = new Set(['v1', 'apps/v1', 'batch/v1']);

/**
 * Asks `judge` about every workload of the release. Hooks are skipped, since nobody depends on their availability, and a
 * workload whose version or kind is not understood is unknown: never a silent pass.
 */
export function onWorkloads(
  check: string,
  facts: AuditFacts,
  judge: (subject: Subject) => Says | readonly Says[],
): Finding[] {
  const read = facts.subjects.flatMap((subject) => findings(check, subject.ref, unjudged(subject) ?? judge(subject)));
  const unread = unreadWorkloads(facts).flatMap((object) => findings(check, refOf(object), unreadable(refOf(object))));
  return [...read, ...unread];
}

function unjudged(subject: Subject): Says | undefined {
  if (!READABLE.has(subject.ref.apiVersion)) return unreadable(subject.ref);
  if (!subject.hook) return undefined;
  return {
    verdict: 'skip',
    read: `metadata.annotations.helm.sh/hook: ${shown(at(subject.object, 'metadata', 'annotations', 'helm.sh/hook'))}`,
    reason: 'a hook runs to its end, and nobody depends on its availability',
  };
}

/** `unknown` for an object whose version or kind is not understood. */
export function unreadable({ apiVersion, kind }: Pick<ObjectRef, 'apiVersion' | 'kind'>): Says {
  return {
    verdict: 'unknown',
    read: `apiVersion: ${apiVersion}`,
    reason: `a ${kind} of ${apiVersion} cannot be read here, so nothing is claimed about it`,
  };
}

/** Objects with a pod template that are no subject and are owned by nobody: an Argo Rollout, a ReplicationController. */
export const unreadWorkloads = oncePerRelease((facts): KubeObject[] => {
  const known = new Set(facts.subjects.map(({ ref }) => keyOf(ref)));
  return facts.objects.filter((object) => {
    const template = at(object, 'spec', 'template', 'spec', 'containers');
    const owned = items(at(object, 'metadata', 'ownerReferences')).length > 0;
    return Array.isArray(template) && !owned && !known.has(keyOf(refOf(object)));
  });
});

/** The objects of a kind in an API group, hooks left out. */
export function objectsOf(facts: AuditFacts, kind: string, group: string): KubeObject[] {
  return facts.objects.filter(
    (object) => object.kind === kind && groupOf(object.apiVersion) === group && !isHook(object),
  );
}

/** True for a Helm hook. */
export function isHook(object: KubeObject): boolean {
  return at(object, 'metadata', 'annotations', 'helm.sh/hook') !== undefined;
}

/** True when both lie in the same namespace, the release's own filled in before. */
export function sameNamespace(a: Pick<ObjectRef, 'namespace'>, b: Pick<ObjectRef, 'namespace'>): boolean {
  return (a.namespace ?? '') === (b.namespace ?? '');
}

/** A value as a reader sees it in the object; `not set` for nothing. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'not set';
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  return typeof value === 'object' ? '{…}' : String(value);
}

/** A name that stands in a field, or the empty string. */
export function nameIn(value: unknown, name: string): string {
  const found = field(value, name);
  return typeof found === 'string' ? found : '';
}

/** The words of a list: `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
