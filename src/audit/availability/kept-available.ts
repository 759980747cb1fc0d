import { at } from '../../diff/values.ts';
import type { KubeObject } from '../../kubernetes/object.ts';
import { podsOf } from './int-or-percent.ts';

/**
 * How many of `total` pods a budget keeps available. Percentages are rounded up, also those of maxUnavailable. `nothing`
 * when neither field is set, `both` when both are (the API server refuses that), undefined when the value cannot be read.
 * https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/disruption/disruption.go (getExpectedPodCount)
 */
export function keptAvailable(budget: KubeObject, total: number): number | 'nothing' | 'both' | undefined {
  const most = at(budget, 'spec', 'maxUnavailable') ?? undefined;
  const least = at(budget, 'spec', 'minAvailable') ?? undefined;
  if (most !== undefined && least !== undefined) return 'both';
  if (most === undefined && least === undefined) return 'nothing';
  if (least !== undefined) return podsOf(least, total, 'up');
  const unavailable = podsOf(most, total, 'up');
  return unavailable === undefined ? undefined : Math.max(0, total - unavailable);
}
