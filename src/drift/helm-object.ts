import { isMap } from '../diff/values.ts';
import type { KubeObject } from '../kubernetes/object.ts';

/** By these Helm knows what is its own, and whose. */
export const RELEASE_NAME = 'meta.helm.sh/release-name';
export const RELEASE_NAMESPACE = 'meta.helm.sh/release-namespace';
const MANAGED_BY = 'app.kubernetes.io/managed-by';

/** The names of the labels and annotations that Helm adds to every object. */
export const HELM_METADATA: ReadonlySet<string> = new Set([RELEASE_NAME, RELEASE_NAMESPACE, MANAGED_BY]);

/** The object as Helm sends it: with the labels and annotations by which it knows its own. */
export function withHelmMetadata(object: KubeObject, release: string, namespace: string): KubeObject {
  const { labels, annotations } = object.metadata;
  return {
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...labels, [MANAGED_BY]: 'Helm' },
      annotations: { ...annotations, [RELEASE_NAME]: release, [RELEASE_NAMESPACE]: namespace },
    },
  };
}

/** A Secret as the API server keeps it: what `stringData` says stands in `data`, encoded. */
export function asStored(manifest: KubeObject): KubeObject {
  const { stringData, ...rest } = manifest;
  if (manifest.kind !== 'Secret' || !isMap(stringData)) return manifest;
  const encoded = Object.entries(stringData).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  return { ...rest, data: { ...(isMap(rest.data) ? rest.data : {}), ...Object.fromEntries(encoded) } } as KubeObject;
}
