import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import { at, field, isMap, items } from '../diff/values.ts';
import { type KubeObject, keyOf, refOf } from '../kubernetes/object.ts';
import type { LiveFacts } from './check.ts';
import { selects } from './label-selector.ts';
import type { Subject } from './subject.ts';
import { isScaler, scaleTargetOf } from './subjects.ts';

/** A Secret that a pod cannot start without. */
export interface SecretUse {
  namespace: string;
  name: string;
  /** The workload that uses it. */
  by: Subject;
}

/**
 * The live objects as they would have to be written: the API server fills in `spec.replicas`, and an autoscaler sets it, so where
 * the release leaves it out it is left out here too.
 */
export function asWritten(live: readonly KubeObject[], released: readonly KubeObject[]): KubeObject[] {
  const written = new Map(released.map((object) => [keyOf(refOf(object)), object]));
  const scaled = new Set(
    live.filter(isScaler).flatMap((scaler) => {
      const target = scaleTargetOf(scaler);
      return target ? [keyOf(target)] : [];
    }),
  );
  return live.map((object) => {
    const key = keyOf(refOf(object));
    const isOpen = scaled.has(key) && at(written.get(key), 'spec', 'replicas') === undefined;
    if (!isOpen || !isMap(object.spec)) return object;
    const { replicas: _set, ...spec } = object.spec;
    return { ...object, spec };
  });
}

/** The Secrets that the workloads refer to, optional ones left out; each once per workload. */
export function secretUses(subjects: readonly Subject[]): SecretUse[] {
  return subjects.flatMap((by) => {
    const namespace = by.ref.namespace ?? '';
    return [...new Set(secretNames(by))].map((name) => ({ namespace, name, by }));
  });
}

function secretNames({ pod, containers }: Subject): string[] {
  const fromContainers = containers.flatMap(({ spec }) => [
    ...items(field(spec, 'env')).map((one) => required(at(one, 'valueFrom', 'secretKeyRef'), 'name')),
    ...items(field(spec, 'envFrom')).map((one) => required(field(one, 'secretRef'), 'name')),
  ]);
  const fromVolumes = items(field(pod, 'volumes')).flatMap((volume) => [
    required(field(volume, 'secret'), 'secretName'),
    ...items(at(volume, 'projected', 'sources')).map((source) => required(field(source, 'secret'), 'name')),
  ]);
  const pulls = items(field(pod, 'imagePullSecrets')).map((one) => required(one, 'name'));
  return [...fromContainers, ...fromVolumes, ...pulls].filter((name) => name !== undefined);
}

function required(reference: unknown, name: string): string | undefined {
  const found = field(reference, name);
  return typeof found === 'string' && field(reference, 'optional') !== true ? found : undefined;
}

/** The pods of a workload that are not about to go, by its selector. */
export function podsOf({ ref, object }: Subject, { pods }: LiveFacts): Pod[] {
  const mine = pods.filter(({ metadata }) => {
    if (metadata.namespace !== ref.namespace || metadata.deletionTimestamp !== undefined) return false;
    if (ref.kind === 'Pod') return metadata.name === ref.name;
    const selector = at(object, 'spec', 'selector');
    return isMap(selector) && selects(selector, metadata.labels ?? {});
  });
  return mine.filter(
    (pod) => !['Succeeded', 'Failed'].includes(String(at(pod, 'status', 'phase'))),
  ) as unknown as Pod[];
}

/** A condition of an object's status. */
export function conditionOf(object: unknown, type: string): { status: string; words: string } | undefined {
  const found = items(at(object, 'status', 'conditions')).find((one) => field(one, 'type') === type);
  if (!isMap(found)) return undefined;
  const words = [found.reason, found.message].filter((word) => typeof word === 'string' && word !== '').join(': ');
  return { status: String(found.status), words };
}

/** What the API server said when this kind was to be read; undefined when it was read. */
export function refusalOf({ refused }: LiveFacts, kind: string): string | undefined {
  return refused.find((one) => one.kind === kind)?.message;
}
