import { at } from '../../diff/values.ts';
import { type KubeObject, refOf, titleOf } from '../../kubernetes/object.ts';
import { budgetsOf, isReadableBudget, readBudget } from '../availability/budgets.ts';
import { keptAvailable } from '../availability/kept-available.ts';
import { headOf, partOf, yaml } from '../availability/remedies.ts';
import { notSeveral, pods, readReplicas } from '../availability/replicated.ts';
import { onWorkloads, type Says, unreadable } from '../availability/say.ts';
import type { AuditFacts, Check } from '../check.ts';
import type { Subject } from '../subject.ts';

/** Several pods without a budget that keeps the profile's number of them up while nodes are drained. */
export const pdbPresent: Check = {
  id: 'pdb-present',
  title: 'a drain keeps pods up',
  section: '1.1',
  severity: 'high',
  run: (facts) => onWorkloads('pdb-present', facts, (subject) => judge(subject, facts)),
};

function judge(subject: Subject, facts: AuditFacts): Says {
  const few = notSeveral(subject);
  if (few !== undefined) return few;
  const [budget] = budgetsOf(facts, subject);
  const minAvailable = facts.profile.numbers.pdbMinAvailable;
  if (budget !== undefined) return judgeBudget(budget, subject, minAvailable);
  return {
    verdict: 'fail',
    read: `PodDisruptionBudget: none, ${readReplicas(subject)}`,
    reason: 'nothing keeps a drain of nodes from taking all its pods at once',
    remedy: yaml({
      ...headOf({ ...subject.ref, apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' }),
      spec: {
        minAvailable,
        selector: at(subject.object, 'spec', 'selector') ?? { matchLabels: { ...subject.podLabels } },
      },
    }),
  };
}

function judgeBudget(budget: KubeObject, subject: Subject, minAvailable: number): Says {
  if (!isReadableBudget(budget)) return unreadable(budget);
  const read = `${titleOf(refOf(budget))} ${readBudget(budget)}`;
  const kept = keptAvailable(budget, subject.replicas ?? 1);
  if (typeof kept !== 'number') {
    return { verdict: 'unknown', read, reason: 'how many pods the budget keeps cannot be read from it' };
  }
  if (kept >= minAvailable) return { verdict: 'pass', read, reason: `a drain leaves at least ${pods(kept)} running` };
  const part = partOf(budget, { minAvailable, maxUnavailable: null });
  return {
    verdict: 'fail',
    read,
    reason: `the budget lets a drain go down to ${pods(kept)} instead of ${minAvailable}`,
    remedy: yaml(part),
  };
}
