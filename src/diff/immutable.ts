import { groupOf, type ObjectRef } from '../kubernetes/object.ts';
import type { Pair } from './pairs.ts';
import { quantity } from './quantity.ts';
import { at, equal, field, isMap, type YamlMap } from './values.ts';

/** A change that the API server will refuse. */
export interface Refused {
  field: string;
  next: string;
}

type Rule = (old: YamlMap, now: YamlMap) => Refused[];

const RECREATE =
  'keep the old value, or delete the object first (with a pause in service) so that Helm creates it anew';
const ORPHAN =
  'keep the old value, or delete the StatefulSet with "kubectl delete statefulset --cascade=orphan" right before the upgrade (its pods and volumes stay)';
const RENAME_JOB =
  'give the Job a name that changes with its content, make it a hook with "helm.sh/hook-delete-policy: before-hook-creation", or delete it first';

/**
 * The fields whose change the API server refuses, as its validation has them. The rules hold for Kubernetes 1.32 and newer.
 * https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/apps/validation/validation.go and its neighbours
 */
const RULES: Record<string, Rule> = {
  'apps/Deployment': fields(RECREATE, ['selector'], sameSelector),
  'apps/ReplicaSet': fields(RECREATE, ['selector'], sameSelector),
  'apps/DaemonSet': fields(RECREATE, ['selector'], sameSelector),
  'apps/StatefulSet': statefulSet,
  'batch/Job': job,
  '/Service': service,
  '/PersistentVolumeClaim': claim,
  '/ConfigMap': frozen,
  '/Secret': secret,
  'storage.k8s.io/StorageClass': storageClass,
  'rbac.authorization.k8s.io/RoleBinding': roleRef,
  'rbac.authorization.k8s.io/ClusterRoleBinding': roleRef,
  'scheduling.k8s.io/PriorityClass': (old, now) =>
    refusedUnless(equal(old.value ?? 0, now.value ?? 0), 'value', RECREATE),
  'apiextensions.k8s.io/CustomResourceDefinition': fields(
    'keep the old value; a CRD can only be deleted and created again, which deletes all its objects',
    ['scope'],
  ),
};

/** The changes of this pair that the API server will refuse; none for objects that come or go. */
export function refusedChanges(pair: Pair): Refused[] {
  if (pair.old === undefined || pair.now === undefined || pair.change !== 'changed') return [];
  const rule = RULES[ruleKey(pair.now.ref)];
  return rule === undefined ? [] : rule(pair.old.object, pair.now.object);
}

function ruleKey({ apiVersion, kind }: ObjectRef): string {
  return `${groupOf(apiVersion)}/${kind}`;
}

function refusedUnless(same: boolean, name: string, next: string): Refused[] {
  return same ? [] : [{ field: name, next }];
}

function fields(next: string, names: string[], same = equal): Rule {
  return (old, now) =>
    names.flatMap((name) => refusedUnless(same(at(old, 'spec', name), at(now, 'spec', name)), `spec.${name}`, next));
}

/** A selector without matchLabels equals one with none. */
function sameSelector(old: unknown, now: unknown): boolean {
  return equal(without(old, isEmpty), without(now, isEmpty));
}

function isEmpty(value: unknown): boolean {
  return (
    value === null || (Array.isArray(value) && value.length === 0) || (isMap(value) && Object.keys(value).length === 0)
  );
}

function without(value: unknown, leaveOut: (value: unknown, key: string) => boolean): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => without(item, leaveOut));
  if (!isMap(value)) return value;
  const kept = Object.entries(value).map(([key, inner]): [string, unknown] => [key, without(inner, leaveOut)]);
  return Object.fromEntries(kept.filter(([key, inner]) => !leaveOut(inner, key)));
}

function statefulSet(old: YamlMap, now: YamlMap): Refused[] {
  const templates = (side: YamlMap) => without(at(side, 'spec', 'volumeClaimTemplates') ?? [], isClaimDefault);
  const spec = (name: string, initial: unknown) =>
    refusedUnless(equal(at(old, 'spec', name) ?? initial, at(now, 'spec', name) ?? initial), `spec.${name}`, ORPHAN);
  return [
    ...fields(ORPHAN, ['selector'], sameSelector)(old, now),
    ...refusedUnless(equal(templates(old), templates(now)), 'spec.volumeClaimTemplates', ORPHAN),
    ...spec('serviceName', ''),
    ...spec('podManagementPolicy', 'OrderedReady'),
    // Refused by Kubernetes 1.32, allowed by 1.37.
    ...spec('revisionHistoryLimit', 10),
  ];
}

/** What the API server fills in by itself is no change when a chart starts or stops to write it. */
function isClaimDefault(value: unknown, key: string): boolean {
  if (isEmpty(value)) return true;
  if (key === 'volumeMode') return value === 'Filesystem';
  return (key === 'apiVersion' && value === 'v1') || (key === 'kind' && value === 'PersistentVolumeClaim');
}

function job(old: YamlMap, now: YamlMap): Refused[] {
  // While a Job is suspended its template may still change where it is scheduled; that is too rare to predict here.
  const same = fields(RENAME_JOB, [
    'template',
    'selector',
    'podFailurePolicy',
    'backoffLimitPerIndex',
    'managedBy',
    'successPolicy',
  ]);
  const mode = (side: YamlMap) => at(side, 'spec', 'completionMode') ?? 'NonIndexed';
  const completions = (side: YamlMap) => at(side, 'spec', 'completions') ?? at(side, 'spec', 'parallelism') ?? 1;
  const counted = mode(now) === 'Indexed' || equal(completions(old), completions(now));
  return [
    ...same(old, now),
    ...refusedUnless(equal(mode(old), mode(now)), 'spec.completionMode', RENAME_JOB),
    ...refusedUnless(counted, 'spec.completions', RENAME_JOB),
  ];
}

function service(old: YamlMap, now: YamlMap): Refused[] {
  const address = (side: YamlMap) => field(side.spec, 'clusterIP') ?? '';
  const external = (side: YamlMap) => field(side.spec, 'type') === 'ExternalName';
  // Without an address in the new manifest the API server keeps the one it has.
  const same = external(old) || external(now) || address(now) === '' || equal(address(old), address(now));
  const next =
    'keep the old value, or delete the Service first (its address changes, and clients lose it for a moment)';
  return refusedUnless(same, 'spec.clusterIP', next);
}

function claim(old: YamlMap, now: YamlMap): Refused[] {
  const next = 'keep the old value, or create a claim with a new name and copy the data';
  const rest = (side: YamlMap) => {
    const spec = without(side.spec, isClaimDefault);
    if (!isMap(spec)) return spec;
    const { resources, volumeAttributesClassName: _class, ...others } = spec;
    return { ...others, limits: field(resources, 'limits') };
  };
  const request = (side: YamlMap) => quantity(at(side.spec, 'resources', 'requests', 'storage'));
  const [before, after] = [request(old), request(now)];
  const shrinks = before !== undefined && after !== undefined && after < before;
  return [
    ...refusedUnless(equal(rest(old), rest(now)), 'spec', next),
    ...refusedUnless(!shrinks, 'spec.resources.requests.storage', 'keep the old size: a volume can only grow'),
  ];
}

function frozen(old: YamlMap, now: YamlMap): Refused[] {
  if (old.immutable !== true) return [];
  const next = 'give the new content a new name (a hash of it in the name) and let the pods refer to that one';
  const content = (side: YamlMap) => [side.data, side.binaryData, side.stringData].map((value) => value ?? {});
  return [
    ...refusedUnless(now.immutable === true, 'immutable', next),
    ...refusedUnless(equal(content(old), content(now)), 'data', next),
  ];
}

function secret(old: YamlMap, now: YamlMap): Refused[] {
  const type = (side: YamlMap) => side.type ?? 'Opaque';
  return [...frozen(old, now), ...refusedUnless(equal(type(old), type(now)), 'type', RECREATE)];
}

function storageClass(old: YamlMap, now: YamlMap): Refused[] {
  const next = 'keep the old value, or create a storage class with a new name';
  const defaults: [string, unknown][] = [
    ['provisioner', ''],
    ['parameters', {}],
    ['reclaimPolicy', 'Delete'],
    ['volumeBindingMode', 'Immediate'],
  ];
  return defaults.flatMap(([name, initial]) =>
    refusedUnless(equal(old[name] ?? initial, now[name] ?? initial), name, next),
  );
}

function roleRef(old: YamlMap, now: YamlMap): Refused[] {
  const next = 'give the binding a new name, or delete the old one first';
  return refusedUnless(equal(old.roleRef, now.roleRef), 'roleRef', next);
}
