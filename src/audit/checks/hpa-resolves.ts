import { at } from '../../diff/values.ts';
import { groupOf, type KubeObject, keyOf, type ObjectRef, refOf, titleOf } from '../../kubernetes/object.ts';
import { partOf, yaml } from '../availability/remedies.ts';
import { findings, type Says, sameNamespace, shown, unreadable } from '../availability/say.ts';
import { isReadableScaler, scalersIn } from '../availability/scalers.ts';
import type { AuditFacts, Check } from '../check.ts';
import { scaleTargetOf } from '../subjects.ts';

/** An autoscaler that points at nothing, or at what cannot be scaled. */
export const hpaResolves: Check = {
  id: 'hpa-resolves',
  title: 'the autoscaler points at a workload',
  section: '',
  severity: 'high',
  run: (facts) => scalersIn(facts).flatMap((scaler) => findings('hpa-resolves', refOf(scaler), judge(scaler, facts))),
};

/** The group of each kind that has a scale of its own; in any other built-in group the controller does not find the kind. */
const GROUPS: Readonly<Record<string, string>> = {
  Deployment: 'apps',
  StatefulSet: 'apps',
  ReplicaSet: 'apps',
  DaemonSet: 'apps',
};
const BUILT_IN: ReadonlySet<string> = new Set(['', 'apps', 'extensions']);

function judge(scaler: KubeObject, facts: AuditFacts): Says {
  if (!isReadableScaler(scaler)) return unreadable(scaler);
  const target = targetOf(scaler);
  const written = at(scaler, 'spec', 'scaleTargetRef');
  const read = `spec.scaleTargetRef: ${shown(at(written, 'apiVersion'))} ${shown(at(written, 'kind'))}/${shown(at(written, 'name'))}`;
  if (target === undefined) return { verdict: 'fail', read, reason: 'it names no workload, so it scales nothing' };
  const group = groupOf(target.apiVersion);
  const wanted = Object.hasOwn(GROUPS, target.kind) ? GROUPS[target.kind] : undefined;
  if (wanted !== undefined && BUILT_IN.has(group) && group !== wanted) {
    const reason = `there is no ${target.kind} in the API group that apiVersion names, so the autoscaler finds nothing`;
    return { verdict: 'fail', read, reason, remedy: remedyFor(scaler, { ...target, apiVersion: 'apps/v1' }) };
  }
  if (wanted !== undefined && group === wanted && target.kind === 'DaemonSet') {
    return { verdict: 'fail', read, reason: 'a DaemonSet cannot be scaled, so the autoscaler does nothing' };
  }
  return judgeTarget(scaler, target, read, facts);
}

function judgeTarget(scaler: KubeObject, target: ObjectRef, read: string, facts: AuditFacts): Says {
  const known = [...facts.objects, ...(facts.live?.objects ?? [])];
  if (known.some((object) => keyOf(refOf(object)) === keyOf(target))) {
    return { verdict: 'pass', read, reason: `it scales ${titleOf(target)}` };
  }
  const near = nearest(target, facts);
  if (near !== undefined) {
    const reason = `there is no ${titleOf(target)} in the release, which has ${titleOf(near)} instead, so the autoscaler points at nothing`;
    return { verdict: 'fail', read, reason, remedy: remedyFor(scaler, near) };
  }
  return {
    verdict: 'unknown',
    read,
    reason: `${titleOf(target)} is not part of the release and must exist in the cluster`,
  };
}

/** What was meant: the same name with another kind, or the same kind that no autoscaler scales. */
function nearest(target: ObjectRef, facts: AuditFacts): ObjectRef | undefined {
  const candidates = facts.subjects.filter(
    ({ ref, hook }) =>
      !hook && sameNamespace(ref, target) && Object.hasOwn(GROUPS, ref.kind) && ref.kind !== 'DaemonSet',
  );
  const sameName = candidates.find(({ ref }) => ref.name === target.name);
  return (sameName ?? candidates.find(({ ref, scaler }) => ref.kind === target.kind && scaler === undefined))?.ref;
}

/** As the autoscaler's own controller reads it: an HPA has no default for apiVersion and kind, KEDA has. */
function targetOf(scaler: KubeObject): ObjectRef | undefined {
  const target = scaleTargetOf(scaler);
  const written = at(scaler, 'spec', 'scaleTargetRef', 'apiVersion');
  if (target === undefined || scaler.kind === 'ScaledObject' || typeof written === 'string') return target;
  return { ...target, apiVersion: 'v1' };
}

function remedyFor(scaler: KubeObject, { apiVersion, kind, name }: ObjectRef): string {
  return yaml(partOf(scaler, { scaleTargetRef: { apiVersion, kind, name } }));
}
