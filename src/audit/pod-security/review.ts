import type { Subject } from '../subject.ts';
import { BASELINE } from './baseline.ts';
import type { Control, Level, ReviewedPod, Violation } from './control.ts';
import { RESTRICTED } from './restricted.ts';

/** The newest minor of Kubernetes 1 whose rules are known here. */
export const LATEST_MINOR = 37;

/** What one control says of a pod; no violation: it is met. */
export interface Ruling {
  control: Control;
  violations: Violation[];
}

/** The controls that a level consists of on this minor: `restricted` holds every baseline control that it does not override. */
export function controlsOf(level: Level, minor: number): Control[] {
  const baseline = BASELINE.filter(({ since }) => since <= minor);
  if (level === 'baseline') return baseline;
  const restricted = RESTRICTED.filter(({ since }) => since <= minor);
  const overridden = new Set(restricted.map(({ overrides }) => overrides));
  return [...baseline.filter(({ id }) => !overridden.has(id)), ...restricted];
}

/** Every control of a level on a pod, as Pod Security admission of Kubernetes 1.`minor` (25 or newer) rules it. */
export function review(pod: ReviewedPod, level: Level, minor = LATEST_MINOR): Ruling[] {
  return controlsOf(level, minor).map((control) => ({ control, violations: control.violations(pod, minor) }));
}

/** A workload's pod, as admission sees it. */
export function reviewedPod({ pod, podAnnotations, containers }: Subject): ReviewedPod {
  return { spec: pod, annotations: podAnnotations, containers };
}
