const group = 'metrics.k8s.io';
const version = 'v1beta1';
const name = 'metrics-server';

/** Where the API server is told about the metrics API. */
export const metricsService = '/apis/apiregistration.k8s.io/v1/apiservices';

/** The name of the metrics API's registration. */
export const metricsServiceName = `${version}.${group}`;

/**
 * What makes a metrics-server on this loopback port a part of the API, in the order of creation: path and object. There
 * is no pod and no cluster network on the bed, so its Service is of type ExternalName, which the API server dials as it
 * stands. Whoever may view may read metrics, as metrics-server's own manifests have it.
 */
export function metricsObjects(port: number): [string, object][] {
  return [
    [
      '/apis/rbac.authorization.k8s.io/v1/clusterroles',
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: {
          name: 'system:aggregated-metrics-reader',
          labels: {
            'rbac.authorization.k8s.io/aggregate-to-view': 'true',
            'rbac.authorization.k8s.io/aggregate-to-edit': 'true',
            'rbac.authorization.k8s.io/aggregate-to-admin': 'true',
          },
        },
        rules: [{ apiGroups: [group], resources: ['pods', 'nodes'], verbs: ['get', 'list', 'watch'] }],
      },
    ],
    [
      '/api/v1/namespaces/kube-system/services',
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace: 'kube-system' },
        spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ name: 'https', port }] },
      },
    ],
    [
      metricsService,
      {
        apiVersion: 'apiregistration.k8s.io/v1',
        kind: 'APIService',
        metadata: { name: metricsServiceName },
        spec: {
          group,
          version,
          service: { name, namespace: 'kube-system', port },
          // Its certificate is made in memory at its start, on loopback.
          insecureSkipTLSVerify: true,
          groupPriorityMinimum: 100,
          versionPriority: 100,
        },
      },
    ],
  ];
}
