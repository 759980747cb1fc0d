import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts';
import { at, field, items } from '../../diff/values.ts';
import { selects } from '../label-selector.ts';
import type { Subject } from '../subject.ts';
import { nameIn } from './say.ts';

export const HOSTNAME = 'kubernetes.io/hostname';
export const ZONES: ReadonlySet<string> = new Set([
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
]);

/** One rule by which the pods of a workload keep apart from each other. */
export interface Spread {
  field: 'podAntiAffinity' | 'topologySpreadConstraints';
  topologyKey: string;
  /** No two of the pods ever share a node or zone: the scheduler rather leaves one pending. */
  required: boolean;
}

/** The rules that hold between the pods of the workload themselves; those about other pods are left out. */
export function spreadsOf(subject: Subject): Spread[] {
  const affinity = at(subject.pod, 'affinity', 'podAntiAffinity');
  const required = items(field(affinity, 'requiredDuringSchedulingIgnoredDuringExecution'));
  const preferred = items(field(affinity, 'preferredDuringSchedulingIgnoredDuringExecution'));
  return [
    ...required.flatMap((term) => antiAffinity(term, subject, true)),
    ...preferred.flatMap((term) => antiAffinity(field(term, 'podAffinityTerm'), subject, false)),
    ...items(at(subject.pod, 'topologySpreadConstraints')).flatMap((one) => constraint(one, subject)),
  ];
}

function antiAffinity(term: unknown, subject: Subject, required: boolean): Spread[] {
  if (!meansItself(term, subject) || !meansOwnNamespace(term, subject)) return [];
  return [{ field: 'podAntiAffinity', topologyKey: nameIn(term, 'topologyKey'), required }];
}

function constraint(one: unknown, subject: Subject): Spread[] {
  if (!meansItself(one, subject)) return [];
  // Also DoNotSchedule lets pods share a node within the skew, so it never needs a free one.
  return [{ field: 'topologySpreadConstraints', topologyKey: nameIn(one, 'topologyKey'), required: false }];
}

/** By its labels; a key in mismatchLabelKeys leaves out the pods that have the same value, its own among them. */
function meansItself(term: unknown, { podLabels }: Subject): boolean {
  const left = items(field(term, 'mismatchLabelKeys')).some((key) => Object.hasOwn(podLabels, String(key)));
  return !left && selects(field(term, 'labelSelector') as LabelSelector | undefined, podLabels);
}

/** Without namespaces and namespaceSelector it is the pod's own; every namespace bears its name as a label. */
function meansOwnNamespace(term: unknown, { ref }: Subject): boolean {
  const names = items(field(term, 'namespaces'));
  const selector = field(term, 'namespaceSelector') ?? undefined;
  if (names.length === 0 && selector === undefined) return true;
  const own = ref.namespace ?? '';
  return names.includes(own) || selects(selector as LabelSelector | undefined, { 'kubernetes.io/metadata.name': own });
}
