import { at, items } from '../../diff/values.ts';
import { type KubeObject, refOf, titleOf } from '../../kubernetes/object.ts';
import { budgetsOf, isReadableBudget, protects, readBudget } from '../availability/budgets.ts';
import { isNone } from '../availability/int-or-percent.ts';
import { keptAvailable } from '../availability/kept-available.ts';
import { yaml } from '../availability/remedies.ts';
import { pods } from '../availability/replicated.ts';
import { findings, listed, objectsOf, type Says, unreadable } from '../availability/say.ts';
import type { AuditFacts, Check } from '../check.ts';
import type { Subject } from '../subject.ts';

/** A budget that never lets a pod go, which blocks every drain of a node. Read from the spec alone, never from a status. */
export const pdbUsable: Check = {
  id: 'pdb-usable',
  title: 'a drain is not blocked for ever',
  section: '',
  severity: 'high',
  run: (facts) =>
    objectsOf(facts, 'PodDisruptionBudget', 'policy').flatMap((budget) =>
      findings('pdb-usable', refOf(budget), judge(budget, facts)),
    ),
};

const REMEDY = yaml({ spec: { maxUnavailable: 1, minAvailable: null } });

function judge(budget: KubeObject, facts: AuditFacts): Says {
  if (!isReadableBudget(budget)) return unreadable(budget);
  const read = readBudget(budget);
  const owners = items(at(budget, 'metadata', 'ownerReferences'));
  if (owners.length > 0) return { verdict: 'skip', read, reason: 'an operator owns it and keeps it' };
  const own = facts.subjects.filter((subject) => protects(budget, subject));
  if (own.length === 0) return { verdict: 'skip', read, reason: 'it selects no workload of the release' };
  const others = rivals(budget, own, facts);
  if (others.length > 0) {
    const reason = `${listed(others)} ${others.length === 1 ? 'selects' : 'select'} the same pods, and the API server refuses to evict a pod that has two budgets`;
    return { verdict: 'fail', read, reason };
  }
  return judgeNumbers(budget, own, read);
}

function rivals(budget: KubeObject, own: readonly Subject[], facts: AuditFacts): string[] {
  const title = titleOf(refOf(budget));
  const all = own.flatMap((subject) => budgetsOf(facts, subject).map((one) => titleOf(refOf(one))));
  return [...new Set(all)].filter((one) => one !== title);
}

function judgeNumbers(budget: KubeObject, own: readonly Subject[], read: string): Says {
  const blocks = (reason: string): Says => ({ verdict: 'fail', read, reason, remedy: REMEDY });
  if (isNone(at(budget, 'spec', 'maxUnavailable')) || at(budget, 'spec', 'minAvailable') === '100%') {
    return blocks('it never lets a pod go, so it blocks every drain of a node');
  }
  const counts = lasting(own).map(({ replicas }) => replicas);
  if (counts.includes(undefined)) {
    const reason = 'only the cluster knows how many pods it selects: among its workloads is one without replicas';
    return { verdict: 'unknown', read, reason };
  }
  const total = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  if (total === 0) return { verdict: 'skip', read, reason: 'its workload is scaled to zero' };
  return judgeTotal(budget, total, read, blocks);
}

/** Jobs often share the labels of a service; they come and go, and count only where there is nothing else. */
function lasting(own: readonly Subject[]): readonly Subject[] {
  const others = own.filter(({ ref }) => ref.kind !== 'Job' && ref.kind !== 'CronJob');
  return others.length > 0 ? others : own;
}

function judgeTotal(budget: KubeObject, total: number, read: string, blocks: (reason: string) => Says): Says {
  const kept = keptAvailable(budget, total);
  if (kept === 'both') return blocks('the API server refuses a budget with both minAvailable and maxUnavailable');
  if (kept === 'nothing')
    return blocks('it sets neither minAvailable nor maxUnavailable, and such a budget lets no pod go');
  if (kept === undefined) {
    return { verdict: 'unknown', read, reason: 'the value is neither a whole number nor a percentage' };
  }
  if (kept >= total) return blocks(`it keeps ${kept} of ${pods(total)}, so it blocks every drain of a node`);
  if (total === 1) {
    return {
      verdict: 'warn',
      read,
      reason: 'it is a budget for a single pod, so a drain stops the service all the same',
    };
  }
  const policy = at(budget, 'spec', 'unhealthyPodEvictionPolicy') ?? undefined;
  const unset =
    policy === undefined
      ? ' (unhealthyPodEvictionPolicy is not set: pods that are not ready can still hold it up)'
      : '';
  return { verdict: 'pass', read, reason: `a drain may take ${pods(total - kept)} of ${total} at a time${unset}` };
}
