import { createHash } from 'node:crypto';
import { kindInfo } from '../kubernetes/kinds.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { parseYaml, splitDocuments, YamlProblem } from '../kubernetes/yaml.ts';

/** A rendered text that is not a list of Kubernetes objects. */
export class ManifestError extends Error {}

/** Tells a stored manifest from others, as 64 hex digits, without holding what stands in it. */
export function fingerprintOf(manifest: string): string {
  return createHash('sha256').update(manifest.trim()).digest('hex');
}

/**
 * The objects of a rendered manifest, in its order; `List`s are opened, empty documents left out, and namespaced objects
 * without a namespace get the release's, as Helm does it.
 * Throws ManifestError that names the document (empty ones are not counted) when one is not YAML or no Kubernetes object.
 */
export function parseManifest(text: string, releaseNamespace: string): KubeObject[] {
  const objects = splitDocuments(text).flatMap((chunk, index) =>
    valuesOf(chunk, index + 1).flatMap((value) => (value === null ? [] : openList(value, index + 1))),
  );
  return objects.map((object) => withNamespace(object, releaseNamespace));
}

function valuesOf(chunk: string, position: number): unknown[] {
  try {
    return parseYaml(chunk);
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    throw new ManifestError(`document ${position} of the rendered manifest is not valid YAML: ${error.message}`);
  }
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
