import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts';
import { at } from '../../diff/values.ts';
import { type KubeObject, keyOf, refOf } from '../../kubernetes/object.ts';
import type { AuditFacts } from '../check.ts';
import { selects } from '../label-selector.ts';
import type { Subject } from '../subject.ts';
import { oncePerRelease } from './once.ts';
import { isHook, objectsOf, sameNamespace, shown } from './say.ts';

/** The disruption budgets of the release, and of the cluster when it was read (an operator may have made one). */
export const budgetsIn = oncePerRelease((facts): KubeObject[] => {
  const own = objectsOf(facts, 'PodDisruptionBudget', 'policy');
  const keys = new Set(own.map((budget) => keyOf(refOf(budget))));
  const live = (facts.live?.objects ?? []).filter(
    (object) => object.kind === 'PodDisruptionBudget' && !keys.has(keyOf(refOf(object))),
  );
  return [...own, ...live];
});

/** The only version that a Kubernetes in support serves; the one before selects nothing where this one selects all. */
export function isReadableBudget(budget: KubeObject): boolean {
  return budget.apiVersion === 'policy/v1';
}

/** True when a budget selects the pods of a workload, by the labels of its pod template. */
export function protects(budget: KubeObject, subject: Subject): boolean {
  const selector = at(budget, 'spec', 'selector') as LabelSelector | undefined;
  return !subject.hook && sameNamespace(refOf(budget), subject.ref) && selects(selector, subject.podLabels);
}

/** `spec.minAvailable: 50%`. */
export function readBudget(budget: KubeObject): string {
  const most = at(budget, 'spec', 'maxUnavailable') ?? undefined;
  const least = at(budget, 'spec', 'minAvailable') ?? undefined;
  if (most !== undefined && least === undefined) return `spec.maxUnavailable: ${shown(most)}`;
  const both = most === undefined ? '' : `, spec.maxUnavailable: ${shown(most)}`;
  return `spec.minAvailable: ${shown(least)}${both}`;
}

/** The budgets of the same pods that are not hooks. */
export function budgetsOf(facts: AuditFacts, subject: Subject): KubeObject[] {
  return budgetsIn(facts).filter((budget) => !isHook(budget) && protects(budget, subject));
}
