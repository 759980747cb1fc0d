import { groupOf } from './object.ts';

/** What we must know of a built-in kind to find it on the API server. */
export interface KindInfo {
  group: string;
  version: string;
  plural: string;
  namespaced: boolean;
}

const namespaced = (group: string, version: string, plural: string): KindInfo => ({
  group,
  version,
  plural,
  namespaced: true,
});
const clusterWide = (group: string, version: string, plural: string): KindInfo => ({
  group,
  version,
  plural,
  namespaced: false,
});

/** The built-in kinds a chart may hold, at the versions served by every Kubernetes in support. */
const KINDS: Record<string, KindInfo> = {
  '/ConfigMap': namespaced('', 'v1', 'configmaps'),
  '/Secret': namespaced('', 'v1', 'secrets'),
  '/Service': namespaced('', 'v1', 'services'),
  '/ServiceAccount': namespaced('', 'v1', 'serviceaccounts'),
  '/Pod': namespaced('', 'v1', 'pods'),
  '/PersistentVolumeClaim': namespaced('', 'v1', 'persistentvolumeclaims'),
  '/Event': namespaced('', 'v1', 'events'),
  '/Endpoints': namespaced('', 'v1', 'endpoints'),
  '/LimitRange': namespaced('', 'v1', 'limitranges'),
  '/ResourceQuota': namespaced('', 'v1', 'resourcequotas'),
  '/ReplicationController': namespaced('', 'v1', 'replicationcontrollers'),
  '/PodTemplate': namespaced('', 'v1', 'podtemplates'),
  '/Namespace': clusterWide('', 'v1', 'namespaces'),
  '/Node': clusterWide('', 'v1', 'nodes'),
  '/PersistentVolume': clusterWide('', 'v1', 'persistentvolumes'),
  'apps/Deployment': namespaced('apps', 'v1', 'deployments'),
  'apps/StatefulSet': namespaced('apps', 'v1', 'statefulsets'),
  'apps/DaemonSet': namespaced('apps', 'v1', 'daemonsets'),
  'apps/ReplicaSet': namespaced('apps', 'v1', 'replicasets'),
  'apps/ControllerRevision': namespaced('apps', 'v1', 'controllerrevisions'),
  'batch/Job': namespaced('batch', 'v1', 'jobs'),
  'batch/CronJob': namespaced('batch', 'v1', 'cronjobs'),
  'autoscaling/HorizontalPodAutoscaler': namespaced('autoscaling', 'v2', 'horizontalpodautoscalers'),
  'policy/PodDisruptionBudget': namespaced('policy', 'v1', 'poddisruptionbudgets'),
  'networking.k8s.io/Ingress': namespaced('networking.k8s.io', 'v1', 'ingresses'),
  'networking.k8s.io/IngressClass': clusterWide('networking.k8s.io', 'v1', 'ingressclasses'),
  'networking.k8s.io/NetworkPolicy': namespaced('networking.k8s.io', 'v1', 'networkpolicies'),
  'rbac.authorization.k8s.io/Role': namespaced('rbac.authorization.k8s.io', 'v1', 'roles'),
  'rbac.authorization.k8s.io/RoleBinding': namespaced('rbac.authorization.k8s.io', 'v1', 'rolebindings'),
  'rbac.authorization.k8s.io/ClusterRole': clusterWide('rbac.authorization.k8s.io', 'v1', 'clusterroles'),
  'rbac.authorization.k8s.io/ClusterRoleBinding': clusterWide('rbac.authorization.k8s.io', 'v1', 'clusterrolebindings'),
  'storage.k8s.io/StorageClass': clusterWide('storage.k8s.io', 'v1', 'storageclasses'),
  'scheduling.k8s.io/PriorityClass': clusterWide('scheduling.k8s.io', 'v1', 'priorityclasses'),
  'coordination.k8s.io/Lease': namespaced('coordination.k8s.io', 'v1', 'leases'),
  'discovery.k8s.io/EndpointSlice': namespaced('discovery.k8s.io', 'v1', 'endpointslices'),
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': clusterWide(
    'admissionregistration.k8s.io',
    'v1',
    'mutatingwebhookconfigurations',
  ),
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': clusterWide(
    'admissionregistration.k8s.io',
    'v1',
    'validatingwebhookconfigurations',
  ),
  'apiextensions.k8s.io/CustomResourceDefinition': clusterWide(
    'apiextensions.k8s.io',
    'v1',
    'customresourcedefinitions',
  ),
  'apiregistration.k8s.io/APIService': clusterWide('apiregistration.k8s.io', 'v1', 'apiservices'),
};

/** The built-in kind, or undefined for a custom resource. */
export function kindInfo(apiVersion: string, kind: string): KindInfo | undefined {
  return KINDS[`${groupOf(apiVersion)}/${kind}`];
}

/** The list path of a built-in kind: `/apis/apps/v1/namespaces/pearl/deployments`. */
export function listPath(info: KindInfo, namespace?: string): string {
  const root = info.group === '' ? `/api/${info.version}` : `/apis/${info.group}/${info.version}`;
  return info.namespaced && namespace ? `${root}/namespaces/${namespace}/${info.plural}` : `${root}/${info.plural}`;
}
