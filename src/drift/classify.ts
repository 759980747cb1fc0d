import { at, equal } from '../diff/values.ts';
import { groupOf, type KubeObject, keyOf, refOf } from '../kubernetes/object.ts';
import type { Difference } from './compare.ts';
import { isDefault } from './defaults.ts';
import type { IgnoredReason } from './finding.ts';
import type { IgnoreRule } from './ignore.ts';
import { HELM_MANAGER, isByHand, type Writer } from './managers.ts';
import { fieldNames, lastField, type Step } from './path.ts';

/** What is known around an object when its differences are judged. */
export interface Surroundings {
  ignore: readonly IgnoreRule[];
  /** Keys (keyOf) of the workloads that an autoscaler sizes. */
  scaled: ReadonlySet<string>;
  /** The revision compared with is the newest one: what Helm wrote last is what the manifest says. */
  newest: boolean;
}

/** Why a difference is no drift; undefined when it is. `named`: the chart says something at this place. */
export function ignoredReason(
  live: KubeObject,
  { path, live: value }: Difference,
  writer: Writer,
  { named, around }: { named: boolean; around: Surroundings },
): IgnoredReason | undefined {
  const ref = refOf(live);
  if (around.ignore.some((rule) => rule.matches(ref, path))) return 'configured';
  const known = knownReason(live, path, writer, around);
  if (known) return known;
  const byHelm = writer.manager === HELM_MANAGER;
  if (named) return byHelm && around.newest && value !== undefined ? 'admission' : undefined;
  if (isByHand(writer)) return isDefault(path, value) ? 'default' : undefined;
  if (byHelm || writer.manager === '') return isInjected(path) ? 'injected' : 'default';
  return 'controller';
}

/** What is no drift whatever the chart says of it. */
function knownReason(
  live: KubeObject,
  path: readonly Step[],
  writer: Writer,
  { scaled }: Surroundings,
): IgnoredReason | undefined {
  const names = fieldNames(path);
  const last = lastField(path);
  const annotation = names.at(-2) === 'annotations';
  if (equal(names, ['spec', 'replicas']) && (scaled.has(keyOf(refOf(live))) || isAutoscaler(writer)))
    return 'autoscaler';
  if (annotation && last === 'kubectl.kubernetes.io/restartedAt') return 'restart';
  if (last === 'caBundle' && hasCaBundle(live)) return 'ca-bundle';
  if (live.kind === 'ClusterRole' && names[0] === 'rules' && at(live, 'aggregationRule') !== undefined)
    return 'aggregated-role';
  const kept = last.startsWith('deployment.kubernetes.io/') || last.startsWith('deprecated.daemonset.template.');
  if (annotation && (kept || last === 'kubectl.kubernetes.io/last-applied-configuration')) return 'bookkeeping';
  return undefined;
}

/** Writes through the scale subresource are an autoscaler's, unless a person made them. */
function isAutoscaler(writer: Writer): boolean {
  return (writer.subresource === 'scale' && !isByHand(writer)) || /^(vpa-|keda)/.test(writer.manager);
}

function hasCaBundle(object: KubeObject): boolean {
  const group = groupOf(object.apiVersion);
  return ['admissionregistration.k8s.io', 'apiextensions.k8s.io', 'apiregistration.k8s.io'].includes(group);
}

/** Lists of a pod template into which webhooks put something. */
const INJECTED = new Set([
  'containers',
  'initContainers',
  'volumes',
  'volumeMounts',
  'env',
  'envFrom',
  'imagePullSecrets',
  'tolerations',
]);

function isInjected(path: readonly Step[]): boolean {
  const item = path.findLastIndex((step) => 'key' in step);
  const list = path[item - 1];
  return list !== undefined && 'field' in list && INJECTED.has(list.field) && item === path.length - 1;
}
