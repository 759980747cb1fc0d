import type { StatefulSet } from 'kubernetes-types/apps/v1.d.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { isObserved } from './new-pods.ts';
import { isLeaving, ownedBy, type Picture } from './picture.ts';
import { ruleOf } from './rules.ts';
import { podSignals } from './signals.ts';

/**
 * The pods that keep a StatefulSet from going back: of another revision than the wanted one and broken for good. Its
 * controller waits for them to become ready before it replaces them, which they never do:
 * https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
 */
export function stuckPods(picture: Picture): KubeObject[] {
  const sets = picture.objects.filter((object) => object.kind === 'StatefulSet' && isObserved(object));
  return sets.flatMap((set) => {
    const wanted = (set as unknown as StatefulSet).status?.updateRevision;
    const old = ownedBy(picture, 'Pod', set).filter(
      (pod) => !isLeaving(pod) && pod.metadata.labels?.['controller-revision-hash'] !== wanted,
    );
    return old.filter((pod) => podSignals(picture, pod).some((signal) => ruleOf(signal.rule).final !== 'never'));
  });
}

/** True while a StatefulSet's controller has not seen the wanted spec: which pods are stuck is not known yet. */
export function isSettingOut(picture: Picture): boolean {
  return picture.objects.some((object) => object.kind === 'StatefulSet' && !isObserved(object));
}
