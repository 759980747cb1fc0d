import { at, field, items } from '../../diff/values.ts';
import { groupOf, type KubeObject, refOf, titleOf } from '../../kubernetes/object.ts';
import { nameIn } from './say.ts';

/** The names of the Secrets that an object has made in its namespace. */
type Made = (object: KubeObject) => string[];

const PRODUCERS: Readonly<Record<string, Made>> = {
  'external-secrets.io/ExternalSecret': externalSecret,
  'bitnami.com/SealedSecret': (object) => [object.metadata.name],
  'secrets-store.csi.x-k8s.io/SecretProviderClass': (object) =>
    items(at(object, 'spec', 'secretObjects')).map((one) => nameIn(one, 'secretName')),
  'secrets.hashicorp.com/VaultStaticSecret': vaultSecret,
  'secrets.hashicorp.com/VaultDynamicSecret': vaultSecret,
  'secrets.hashicorp.com/VaultPKISecret': vaultSecret,
  'cert-manager.io/Certificate': (object) => [nameIn(object.spec, 'secretName')],
};

/** `ExternalSecret/web`: what makes the Secret of this name in this namespace; undefined when nothing of these does. */
export function producerOf(
  objects: readonly KubeObject[],
  namespace: string | undefined,
  name: string,
): string | undefined {
  const found = objects.find((object) => {
    const made = PRODUCERS[`${groupOf(object.apiVersion)}/${object.kind}`];
    return (object.metadata.namespace ?? '') === (namespace ?? '') && made !== undefined && made(object).includes(name);
  });
  return found && titleOf(refOf(found));
}

/** With creationPolicy None or Merge it makes no Secret. https://external-secrets.io/latest/api/externalsecret/ */
function externalSecret(object: KubeObject): string[] {
  const target = field(object.spec, 'target');
  const policy = field(target, 'creationPolicy');
  if (policy === 'None' || policy === 'Merge') return [];
  return [nameIn(target, 'name') || object.metadata.name];
}

/** It only makes the Secret when told to, and fills an existing one otherwise. */
function vaultSecret(object: KubeObject): string[] {
  const destination = field(object.spec, 'destination');
  return field(destination, 'create') === true ? [nameIn(destination, 'name')] : [];
}
