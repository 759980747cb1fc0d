import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts';
import { at, field, isMap, items } from '../diff/values.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * Whether a LabelSelector selects an object with these labels: all of matchLabels and matchExpressions must hold, an empty
 * selector selects everything and an absent one nothing. What the API server would refuse (an unknown operator, In without
 * values) selects nothing. https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
 */
export function selects(selector: LabelSelector | null | undefined, labels: Labels): boolean {
  if (!isMap(selector)) return false;
  const { matchLabels, matchExpressions } = selector as LabelSelector;
  if (!Object.entries(matchLabels ?? {}).every(([key, value]) => own(labels, key) === value)) return false;
  return items(matchExpressions).every((requirement) => holds(requirement, labels));
}

/** Whether a plain map (a Service's `spec.selector`) selects these labels; an empty or absent one selects nothing. */
export function selectsByMap(selector: unknown, labels: Labels): boolean {
  if (!isMap(selector)) return false;
  const pairs = Object.entries(selector);
  return pairs.length > 0 && pairs.every(([key, value]) => own(labels, key) === value);
}

/** NotIn and DoesNotExist also hold when the label is absent. */
function holds(requirement: unknown, labels: Labels): boolean {
  const value = own(labels, String(field(requirement, 'key')));
  const values = items(field(requirement, 'values'));
  const operator = field(requirement, 'operator');
  const listed = value !== undefined && values.includes(value);
  if (operator === 'In') return listed;
  if (operator === 'NotIn') return values.length > 0 && !listed;
  if (operator === 'Exists') return value !== undefined && values.length === 0;
  return operator === 'DoesNotExist' && value === undefined && values.length === 0;
}

function own(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** The labels at a path of an object; none when there are none. */
export function labelsAt(object: unknown, ...path: string[]): Labels {
  const labels = field(at(object, ...path), 'labels');
  return isMap(labels) ? (labels as Record<string, string>) : {};
}
