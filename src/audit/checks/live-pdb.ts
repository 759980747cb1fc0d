import { at } from '../../diff/values.ts';
import { groupOf, refOf } from '../../kubernetes/object.ts';
import type { Check, Finding } from '../check.ts';

const ID = 'live-pdb';

/** Right now a node can be drained without this budget standing in the way. */
export const livePdb: Check = {
  id: ID,
  title: 'a pod may be evicted right now',
  section: '1.1',
  severity: 'high',
  run: ({ objects, live }) => {
    if (!live) return [];
    const budgets = objects.filter(({ kind, apiVersion }) => {
      return kind === 'PodDisruptionBudget' && groupOf(apiVersion) === 'policy';
    });
    return budgets.map((object): Finding => {
      const status = (name: string): unknown => at(object, 'status', name);
      const allowed = status('disruptionsAllowed');
      const read = `status.disruptionsAllowed: ${allowed ?? 'not there'}`;
      const base = { check: ID, object: refOf(object), read, remedy: '' };
      if (typeof allowed !== 'number') {
        return { ...base, verdict: 'unknown', reason: 'the cluster has not counted its pods yet' };
      }
      if (status('expectedPods') === 0) return { ...base, verdict: 'skip', reason: 'it selects no pod' };
      if (allowed >= 1) return { ...base, verdict: 'pass', reason: 'a drain may take a pod away' };
      const pods = `${status('currentHealthy')} of ${status('expectedPods')} pods are healthy, ${status('desiredHealthy')} must stay`;
      const remedy = '# more replicas, healthy pods, or a lower minAvailable';
      return { ...base, verdict: 'fail', reason: `every drain waits for it: ${pods}`, remedy };
    });
  },
};
