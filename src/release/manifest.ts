import { parseAllDocuments } from 'yaml';
import { kindInfo } from '../kubernetes/kinds.ts';
import type { KubeObject } from '../kubernetes/object.ts';

/** A rendered text that is not a list of Kubernetes objects. */
export class ManifestError extends Error {}

/**
 * The objects of a rendered manifest, in its order; `List`s are opened, empty documents left out, and namespaced objects
 * without a namespace get the release's, as Helm does it.
 * Throws ManifestError that names the document when one is not YAML or not an object of Kubernetes.
 */
export function parseManifest(text: string, releaseNamespace: string): KubeObject[] {
  // Manifests are YAML 1.1 to the API server's own parser (sigs.k8s.io/yaml), so `yes` and `0o17` follow that version.
  const documents = parseAllDocuments(text, { version: '1.1', merge: true, uniqueKeys: false, logLevel: 'silent' });
  const objects: KubeObject[] = [];
  for (const [index, document] of Array.from(documents).entries()) {
    const [error] = document.errors;
    if (error)
      throw new ManifestError(`document ${index + 1} of the rendered manifest is not valid YAML: ${error.message}`);
    const value: unknown = document.toJS({ maxAliasCount: 1000 });
    if (value === null || value === undefined) continue;
    objects.push(...openList(value, index + 1));
  }
  return objects.map((object) => withNamespace(object, releaseNamespace));
}

function openList(value: unknown, position: number): KubeObject[] {
  if (!isObject(value)) {
    throw new ManifestError(`document ${position} of the rendered manifest has no apiVersion, kind and metadata.name`);
  }
  if (value.kind.endsWith('List') && Array.isArray(value.items)) {
    return value.items.flatMap((item: unknown) => openList(item, position));
  }
  if (typeof value.metadata?.name !== 'string' && typeof value.metadata?.generateName !== 'string') {
    throw new ManifestError(`document ${position} of the rendered manifest (a ${value.kind}) has no metadata.name`);
  }
  return [value as KubeObject];
}

interface Loose {
  apiVersion: string;
  kind: string;
  items?: unknown;
  metadata?: { name?: unknown; generateName?: unknown };
}

function isObject(value: unknown): value is Loose {
  if (typeof value !== 'object' || value === null) return false;
  const { apiVersion, kind } = value as Record<string, unknown>;
  return typeof apiVersion === 'string' && typeof kind === 'string';
}

function withNamespace(object: KubeObject, releaseNamespace: string): KubeObject {
  if (object.metadata.namespace) return object;
  if (kindInfo(object.apiVersion, object.kind)?.namespaced === false) return object;
  return { ...object, metadata: { ...object.metadata, namespace: releaseNamespace } };
}
