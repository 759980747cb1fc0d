import { at, field, isMap, items } from '../diff/values.ts';
import { groupOf, type KubeObject, keyOf, type ObjectRef, refOf } from '../kubernetes/object.ts';

/** Fields that hold the name of a Secret: volumes, ingresses, certificates, and what custom resources make of them. */
const NAMES = /^(?:secretName|\w+SecretName|existingSecret)$/;

/** Fields that hold a reference with a `name`: secretRef, secretKeyRef, imagePullSecrets, nodePublishSecretRef, … */
const REFERENCES = /^(?:secret|secrets|\w*secret(?:Key)?(?:Ref|Refs|Selector)|imagePullSecrets|secretTargetRef)$/i;

/** Kinds whose controller makes a Secret, and where they say its name; their own name when they do not. */
const MAKERS: Record<string, readonly (readonly string[])[]> = {
  'external-secrets.io/ExternalSecret': [['spec', 'target', 'name']],
  'bitnami.com/SealedSecret': [['spec', 'template', 'metadata', 'name']],
};

/**
 * The Secrets that these objects define or refer to, each once: by env, envFrom, volumes (projected and CSI too), image pulls,
 * service accounts, ingress and gateway TLS, as the target of an ExternalSecret or SealedSecret, and by the fields that custom
 * resources call so. Rather one too many than one too few: a name that is none is simply not found.
 */
export function secretReferences(objects: readonly KubeObject[]): ObjectRef[] {
  const found = objects.flatMap((object) => {
    const { namespace } = object.metadata;
    // Where a cluster-wide object looks for its Secrets is its controller's affair.
    if (namespace === undefined) return [];
    const own = object.kind === 'Secret' && groupOf(object.apiVersion) === '' ? [refOf(object)] : [];
    return [...own, ...[...madeBy(object), ...named(object)].map((name) => secretRef(name, namespace))];
  });
  return [...new Map(found.map((ref) => [keyOf(ref), ref])).values()];
}

function secretRef(name: string, namespace: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'Secret', name, namespace };
}

function madeBy(object: KubeObject): string[] {
  const paths = MAKERS[`${groupOf(object.apiVersion)}/${object.kind}`];
  const said = (paths ?? []).map((path) => at(object, ...path)).find((name) => typeof name === 'string');
  return paths ? [typeof said === 'string' ? said : object.metadata.name] : [];
}

function named(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(named);
  if (!isMap(value)) return [];
  // A Gateway refers to certificates; only a kind of another name is no Secret.
  const certificates = items(value.certificateRefs).filter((ref) => (field(ref, 'kind') ?? 'Secret') === 'Secret');
  const here = Object.entries(value).flatMap(([key, inner]) => [
    ...(NAMES.test(key) && typeof inner === 'string' ? [inner] : []),
    ...(REFERENCES.test(key) ? items(Array.isArray(inner) ? inner : [inner]).flatMap(nameOf) : []),
    ...named(inner),
  ]);
  return [...here, ...certificates.flatMap(nameOf)].filter(isName);
}

function nameOf(reference: unknown): string[] {
  const name = field(reference, 'name');
  return typeof name === 'string' ? [name] : [];
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
function isName(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(text);
}
