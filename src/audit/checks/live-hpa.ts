import { refOf } from '../../kubernetes/object.ts';
import type { Check, Finding } from '../check.ts';
import { conditionOf } from '../live.ts';
import { isScaler } from '../subjects.ts';

const ID = 'live-hpa';

/** An autoscaler that cannot read its metric scales nothing; only its status in the cluster says so. */
export const liveHpa: Check = {
  id: ID,
  title: 'the autoscaler reads its metrics',
  section: '1.2',
  severity: 'high',
  run: ({ objects, live }) => {
    if (!live) return [];
    return objects.filter(isScaler).map((object): Finding => {
      const type = object.kind === 'ScaledObject' ? 'Ready' : 'ScalingActive';
      const found = conditionOf(object, type);
      const base = {
        check: ID,
        object: refOf(object),
        read: `status ${type}: ${found?.status ?? 'not there'}`,
        remedy: '',
      };
      if (found?.status === 'True') return { ...base, verdict: 'pass', reason: 'it reads its metrics and may scale' };
      if (found?.status !== 'False') {
        return { ...base, verdict: 'unknown', reason: 'the cluster has not said yet whether it works' };
      }
      if (found.words.startsWith('ScalingDisabled')) {
        return { ...base, verdict: 'warn', reason: 'it is off: the workload was scaled to zero' };
      }
      const remedy = '# is metrics-server there, and has every container a request for the metric?';
      return { ...base, verdict: 'fail', reason: `it scales nothing: ${found.words}`, remedy };
    });
  },
};
