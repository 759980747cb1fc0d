/** API versions of built-in kinds that Kubernetes took away, or will. */
export interface Removal {
  apiVersion: string;
  kinds: readonly string[];
  /** Minors of Kubernetes 1. */
  deprecatedIn: number;
  removedIn?: number;
  /** What takes its place: an API version, or a sentence. */
  use: string;
}

const row = (
  apiVersion: string,
  kinds: string,
  deprecatedIn: number,
  removedIn: number | undefined,
  use: string,
): Removal => ({
  apiVersion,
  kinds: kinds.split(' '),
  deprecatedIn,
  removedIn,
  use,
});

const WORKLOADS = 'Deployment StatefulSet DaemonSet ReplicaSet ControllerRevision';
const RBAC = 'Role RoleBinding ClusterRole ClusterRoleBinding';
const WEBHOOKS = 'MutatingWebhookConfiguration ValidatingWebhookConfiguration';
const FLOW = 'FlowSchema PriorityLevelConfiguration';

/** https://kubernetes.io/docs/reference/using-api/deprecation-guide/ */
export const REMOVALS: readonly Removal[] = [
  row('extensions/v1beta1', 'Deployment DaemonSet ReplicaSet', 8, 16, 'apps/v1'),
  row('extensions/v1beta1', 'NetworkPolicy', 9, 16, 'networking.k8s.io/v1'),
  row('extensions/v1beta1', 'PodSecurityPolicy', 10, 16, 'label the namespace for Pod Security admission'),
  row('extensions/v1beta1', 'Ingress', 14, 22, 'networking.k8s.io/v1'),
  row('apps/v1beta1', WORKLOADS, 9, 16, 'apps/v1'),
  row('apps/v1beta2', WORKLOADS, 9, 16, 'apps/v1'),
  row('networking.k8s.io/v1beta1', 'Ingress IngressClass', 19, 22, 'networking.k8s.io/v1'),
  row('rbac.authorization.k8s.io/v1alpha1', RBAC, 17, 22, 'rbac.authorization.k8s.io/v1'),
  row('rbac.authorization.k8s.io/v1beta1', RBAC, 17, 22, 'rbac.authorization.k8s.io/v1'),
  row('admissionregistration.k8s.io/v1beta1', WEBHOOKS, 16, 22, 'admissionregistration.k8s.io/v1'),
  row('apiextensions.k8s.io/v1beta1', 'CustomResourceDefinition', 16, 22, 'apiextensions.k8s.io/v1'),
  row('apiregistration.k8s.io/v1beta1', 'APIService', 19, 22, 'apiregistration.k8s.io/v1'),
  row('certificates.k8s.io/v1beta1', 'CertificateSigningRequest', 19, 22, 'certificates.k8s.io/v1'),
  row('coordination.k8s.io/v1beta1', 'Lease', 19, 22, 'coordination.k8s.io/v1'),
  row('scheduling.k8s.io/v1beta1', 'PriorityClass', 14, 22, 'scheduling.k8s.io/v1'),
  row('storage.k8s.io/v1beta1', 'CSIDriver CSINode StorageClass VolumeAttachment', 19, 22, 'storage.k8s.io/v1'),
  row('storage.k8s.io/v1beta1', 'CSIStorageCapacity', 24, 27, 'storage.k8s.io/v1'),
  row('batch/v2alpha1', 'CronJob', 8, 21, 'batch/v1'),
  row('batch/v1beta1', 'CronJob', 21, 25, 'batch/v1'),
  row('discovery.k8s.io/v1beta1', 'EndpointSlice', 21, 25, 'discovery.k8s.io/v1'),
  row('events.k8s.io/v1beta1', 'Event', 19, 25, 'events.k8s.io/v1'),
  row('autoscaling/v2beta1', 'HorizontalPodAutoscaler', 22, 25, 'autoscaling/v2'),
  row('autoscaling/v2beta2', 'HorizontalPodAutoscaler', 23, 26, 'autoscaling/v2'),
  row('policy/v1beta1', 'PodDisruptionBudget', 21, 25, 'policy/v1'),
  row('policy/v1beta1', 'PodSecurityPolicy', 21, 25, 'label the namespace for Pod Security admission'),
  row('node.k8s.io/v1beta1', 'RuntimeClass', 22, 25, 'node.k8s.io/v1'),
  row('flowcontrol.apiserver.k8s.io/v1beta1', FLOW, 23, 26, 'flowcontrol.apiserver.k8s.io/v1'),
  row('flowcontrol.apiserver.k8s.io/v1beta2', FLOW, 26, 29, 'flowcontrol.apiserver.k8s.io/v1'),
  row('flowcontrol.apiserver.k8s.io/v1beta3', FLOW, 29, 32, 'flowcontrol.apiserver.k8s.io/v1'),
  row('v1', 'Endpoints', 33, undefined, 'discovery.k8s.io/v1'),
];
