import { quantity } from '../../diff/quantity.ts';
import { at, field, items } from '../../diff/values.ts';
import { type KubeObject, refOf, titleOf } from '../../kubernetes/object.ts';
import type { AuditFacts } from '../check.ts';
import type { Subject, SubjectContainer } from '../subject.ts';
import { sameNamespace } from './say.ts';

/**
 * What a container requests of a resource. The API server copies a limit where the request is absent, and 0 requests
 * nothing. Undefined when it requests nothing.
 * https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
 */
export function requestOf({ spec }: SubjectContainer, resource: string): string | undefined {
  const written = at(spec, 'resources', 'requests', resource) ?? at(spec, 'resources', 'limits', resource) ?? undefined;
  return written === undefined || !quantity(written) ? undefined : String(written);
}

/** True when the pod as a whole requests it, which servers from 1.34 on understand. */
export function podRequests(subject: Subject, resource: string): boolean {
  const { pod } = subject;
  const written = at(pod, 'resources', 'requests', resource) ?? at(pod, 'resources', 'limits', resource) ?? undefined;
  return written !== undefined && Boolean(quantity(written));
}

/** What may fill in a missing request when the pod is admitted: a LimitRange, or LimitRanges that could not be read. */
export function fillerOf(facts: AuditFacts, subject: Subject, resource: string): string | undefined {
  const refused = facts.live?.refused.find(({ kind }) => kind === 'LimitRange');
  const found = [...facts.objects, ...(facts.live?.objects ?? [])].find(
    (object) => object.kind === 'LimitRange' && sameNamespace(refOf(object), subject.ref) && fills(object, resource),
  );
  if (found !== undefined) return titleOf(refOf(found));
  return refused && 'a LimitRange, which could not be read,';
}

function fills(range: KubeObject, resource: string): boolean {
  return items(at(range, 'spec', 'limits')).some((limit) => {
    const value = at(limit, 'defaultRequest', resource) ?? at(limit, 'default', resource) ?? undefined;
    return field(limit, 'type') === 'Container' && value !== undefined;
  });
}

/** What to begin with where nothing was measured yet. */
export const FIRST_REQUESTS: Readonly<Record<string, string>> = { cpu: '100m', memory: '256Mi' };
