import { at, field, items } from '../../diff/values.ts';
import type { Subject } from '../subject.ts';
import { nameIn } from './say.ts';

/** A Secret that a pod needs. */
export interface SecretReference {
  name: string;
  /** `env`, `volumes` or `imagePullSecrets`. */
  field: string;
  /** The pod starts without it. */
  optional: boolean;
}

/** The Secrets that a workload's pod refers to, each once; one that is needed anywhere is not optional. */
export function secretReferences({ pod, containers }: Subject): SecretReference[] {
  const all = [
    ...containers.flatMap(({ spec }) => ofContainer(spec)),
    ...items(field(pod, 'volumes')).flatMap(ofVolume),
    ...items(field(pod, 'imagePullSecrets')).map((one) => named(one, 'name', 'imagePullSecrets')),
  ].filter(({ name }) => name !== '');
  const byName = new Map<string, SecretReference>();
  for (const one of all) if (byName.get(one.name)?.optional !== false) byName.set(one.name, one);
  return [...byName.values()];
}

function ofContainer(spec: unknown): SecretReference[] {
  const single = items(field(spec, 'env')).map((one) => named(at(one, 'valueFrom', 'secretKeyRef'), 'name', 'env'));
  const whole = items(field(spec, 'envFrom')).map((one) => named(field(one, 'secretRef'), 'name', 'envFrom'));
  return [...single, ...whole];
}

function ofVolume(volume: unknown): SecretReference[] {
  const projected = items(at(volume, 'projected', 'sources')).map((one) =>
    named(field(one, 'secret'), 'name', 'volumes'),
  );
  return [named(field(volume, 'secret'), 'secretName', 'volumes'), ...projected];
}

function named(value: unknown, name: string, place: string): SecretReference {
  return { name: nameIn(value, name), field: place, optional: field(value, 'optional') === true };
}
