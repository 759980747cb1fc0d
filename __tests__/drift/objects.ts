import type { ManagedFields } from '../../src/drift/managers.ts';
import type { KubeObject } from '../../src/kubernetes/object.ts';

/** A Deployment as a manifest has it. */
export function manifest(more: Record<string, unknown> = {}, container: Record<string, unknown> = {}): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'pearl' },
    spec: {
      replicas: 3,
      template: { spec: { containers: [{ name: 'web', image: 'acme/web:1.0', ...container }] } },
      ...more,
    },
  };
}

/** The same as it lives: what Helm sent, its own labels, and these records of who wrote what. */
export function living(object: KubeObject, managedFields: ManagedFields[] = [], release = 'web'): KubeObject {
  const annotations = { 'meta.helm.sh/release-name': release, 'meta.helm.sh/release-namespace': 'pearl' };
  const metadata = {
    ...object.metadata,
    labels: { ...object.metadata.labels, 'app.kubernetes.io/managed-by': 'Helm' },
    annotations: { ...annotations, ...object.metadata.annotations },
    resourceVersion: '1',
    managedFields,
  };
  return { ...object, metadata } as KubeObject;
}

export const WHEN = '2026-11-20T14:03:00Z';

/** A record of a writer for one container's field. */
export function wrote(manager: string, fields: unknown, more: Partial<ManagedFields> = {}): ManagedFields {
  return { manager, operation: 'Update', time: WHEN, fieldsV1: fields, ...more };
}

/** managedFields of a field of the container `web`. */
export function inContainer(field: string): unknown {
  return { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': { [field]: {} } } } } } };
}
