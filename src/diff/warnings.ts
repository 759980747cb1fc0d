import type { ObjectRef } from '../kubernetes/object.ts';
import { visible } from './canonical.ts';
import type { Rendered } from './documents.ts';
import { refusedChanges } from './immutable.ts';
import { type Pair, shown } from './pairs.ts';
import { at } from './values.ts';
import { isAlarming, ownersOfReplicas } from './workloads.ts';

/** Something to know before the merge. `message` is one sentence: the object, why, and the next step. */
export interface DiffWarning {
  kind: 'deletion' | 'immutable' | 'hpa-replicas' | 'replicas-reset' | 'kept' | 'crd-folder' | 'duplicate';
  ref: ObjectRef;
  message: string;
}

/**
 * The warnings of a diff, in the order of its objects. `repeated` are objects that the old release holds twice; `isUpgrade`: the
 * release exists, so that Helm leaves all of `crds/` alone.
 */
export function warningsOf(pairs: readonly Pair[], repeated: readonly Rendered[], isUpgrade = false): DiffWarning[] {
  const objects = pairs.filter((pair) => shown(pair).source === 'manifest').flatMap((pair) => pair.now ?? []);
  const owners = ownersOfReplicas(objects);
  return [...pairs.flatMap((pair) => pairWarnings(pair, owners, isUpgrade)), ...repeated.map(duplicateWarning)];
}

function pairWarnings(pair: Pair, owners: ReturnType<typeof ownersOfReplicas>, isUpgrade: boolean): DiffWarning[] {
  const { source } = shown(pair);
  if (source === 'crds') return crdFolderWarning(pair, isUpgrade);
  // Helm creates a hook anew for each run, so nothing of it is lost or refused by a change.
  if (source === 'hooks') return [];
  return [...deletionWarning(pair), ...keptWarning(pair), ...immutableWarnings(pair), ...replicaWarnings(pair, owners)];
}

function name({ kind, name: own, namespace }: ObjectRef): string {
  return visible(`${kind} ${namespace === undefined ? '' : `${namespace}/`}${own}`);
}

const LOSES: Record<string, string> = {
  PersistentVolumeClaim: 'and with it, under the reclaim policy Delete, the data of its volume',
  Namespace: 'with everything in it, also what other releases put there',
  StatefulSet: 'and all its pods stop (the claims of its templates stay)',
  CustomResourceDefinition: 'and with it every object of this kind in the whole cluster',
};

function deletionWarning(pair: Pair): DiffWarning[] {
  const { ref } = shown(pair);
  if (pair.change !== 'removed' || !isAlarming(ref)) return [];
  const next = 'annotate it "helm.sh/resource-policy: keep" and deploy that first if it has to stay';
  return [{ kind: 'deletion', ref, message: `${name(ref)} will be deleted, ${LOSES[ref.kind] ?? ''}; ${next}.` }];
}

function keptWarning(pair: Pair): DiffWarning[] {
  const { ref } = shown(pair);
  if (!pair.kept) return [];
  const why = 'because it is annotated "helm.sh/resource-policy: keep"';
  const next = 'delete it by hand when it is no longer needed';
  return [{ kind: 'kept', ref, message: `${name(ref)} leaves the release but stays in the cluster ${why}; ${next}.` }];
}

function immutableWarnings(pair: Pair): DiffWarning[] {
  const { ref } = shown(pair);
  return refusedChanges(pair).map(({ field, next }) => ({
    kind: 'immutable',
    ref,
    message: `${name(ref)}: the upgrade will fail because the API server refuses to change ${field} of a ${ref.kind}; ${next}.`,
  }));
}

function replicaWarnings(pair: Pair, owners: ReturnType<typeof ownersOfReplicas>): DiffWarning[] {
  const { ref, key } = shown(pair);
  const owner = owners.get(key);
  const before = at(pair.old?.object, 'spec', 'replicas') ?? undefined;
  const now = at(pair.now?.object, 'spec', 'replicas') ?? undefined;
  if (pair.now === undefined || owner === undefined) return [];
  const scaler = visible(`${owner.text.split(' ')[0]} ${owner.name}`);
  if (now !== undefined) {
    const next = 'leave "replicas" out of the template while autoscaling is on';
    const why = `although ${scaler} owns the number of its pods, so every upgrade that changes it scales against the autoscaler`;
    return [
      {
        kind: 'hpa-replicas',
        ref,
        message: `${name(ref)} is rendered with replicas ${visible(String(now))} ${why}; ${next}.`,
      },
    ];
  }
  if (before === undefined || before === 1 || before === 0) return [];
  const why = `because the API server sets a field that leaves the manifest to its default, until ${scaler} scales it up again`;
  const next =
    'see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling';
  return [
    {
      kind: 'replicas-reset',
      ref,
      message: `${name(ref)} goes from ${visible(String(before))} replicas to 1 for a moment ${why}; ${next}.`,
    },
  ];
}

const CRDS: Record<Pair['change'], [what: string, next: string] | undefined> = {
  added: ['is not created', 'apply it with "kubectl apply --server-side" before the deploy'],
  changed: ['is not updated', 'apply it with "kubectl apply --server-side" before the deploy'],
  removed: ['is not deleted', 'delete it by hand when nothing uses it'],
  unchanged: undefined,
};

/** https://helm.sh/docs/chart_best_practices/custom_resource_definitions/#some-caveats-and-explanations */
function crdFolderWarning(pair: Pair, isUpgrade: boolean): DiffWarning[] {
  const { ref } = shown(pair);
  const [what, next] = CRDS[pair.change] ?? [];
  if (what === undefined || (pair.change === 'added' && !isUpgrade)) return [];
  const why = 'because Helm creates what is in crds/ at the first install and then leaves it alone';
  return [{ kind: 'crd-folder', ref, message: `${name(ref)} ${what} by this upgrade ${why}; ${next}.` }];
}

function duplicateWarning({ ref, place }: Rendered): DiffWarning {
  const message = `${name(ref)} stands twice in the release that is deployed, the last time in ${place}; this diff compares with that one, so check that the other is not missed.`;
  return { kind: 'duplicate', ref, message };
}
