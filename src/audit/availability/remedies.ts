import { canonicalText } from '../../diff/canonical.ts';
import { type KubeObject, type ObjectRef, refOf } from '../../kubernetes/object.ts';
import type { Subject, SubjectContainer } from '../subject.ts';

/** A remedy as YAML that can be pasted: a part of the object itself, or of another one when it says its kind and name. */
export function yaml(value: unknown): string {
  return canonicalText(value).trimEnd();
}

/** The head that says which object a snippet belongs to. */
export function headOf({ apiVersion, kind, name, namespace }: ObjectRef): Record<string, unknown> {
  return { apiVersion, kind, metadata: namespace === undefined ? { name } : { name, namespace } };
}

/** A part of another object than the one that the finding names. */
export function partOf(object: KubeObject, spec: unknown): Record<string, unknown> {
  return { ...headOf(refOf(object)), spec };
}

/** A part of the pod's spec at the place where the workload's kind has it. */
export function podPart({ ref }: Subject, spec: unknown): Record<string, unknown> {
  if (ref.kind === 'Pod') return { spec };
  if (ref.kind === 'CronJob') return { spec: { jobTemplate: { spec: { template: { spec } } } } };
  return { spec: { template: { spec } } };
}

/** A part of one container, found by its name. */
export function containerPart(
  subject: Subject,
  { role, spec }: SubjectContainer,
  part: object,
): Record<string, unknown> {
  const list = role === 'container' ? 'containers' : 'initContainers';
  return podPart(subject, { [list]: [{ name: spec.name, ...part }] });
}
