import { equal } from '../diff/values.ts';
import { lastField, type Step } from './path.ts';

// What the API server fills in when nobody says otherwise. Needed only for objects that were made by hand: there the defaults are
// recorded as the maker's. https://github.com/kubernetes/kubernetes/tree/v1.32.0/pkg/apis (defaults.go of each group)
const DEFAULTS: Record<string, readonly unknown[]> = {
  allocateLoadBalancerNodePorts: [true],
  apiVersion: ['v1'],
  concurrencyPolicy: ['Allow'],
  defaultMode: [420],
  divisor: ['0'],
  dnsPolicy: ['ClusterFirst'],
  enableServiceLinks: [true],
  externalTrafficPolicy: ['Cluster'],
  failedJobsHistoryLimit: [1],
  failureThreshold: [3],
  imagePullPolicy: ['Always', 'IfNotPresent'],
  internalTrafficPolicy: ['Cluster'],
  ipFamilyPolicy: ['SingleStack'],
  maxSurge: ['25%', 0],
  maxUnavailable: ['25%', 1],
  periodSeconds: [10],
  podManagementPolicy: ['OrderedReady'],
  progressDeadlineSeconds: [600],
  protocol: ['TCP'],
  replicas: [1],
  restartPolicy: ['Always'],
  revisionHistoryLimit: [10],
  schedulerName: ['default-scheduler'],
  scheme: ['HTTP'],
  sessionAffinity: ['None'],
  successThreshold: [1],
  successfulJobsHistoryLimit: [3],
  suspend: [false],
  terminationGracePeriodSeconds: [30],
  terminationMessagePath: ['/dev/termination-log'],
  terminationMessagePolicy: ['File'],
  timeoutSeconds: [1],
  type: ['RollingUpdate', 'ClusterIP', 'Opaque'],
  volumeMode: ['Filesystem'],
  whenDeleted: ['Retain'],
  whenScaled: ['Retain'],
};

/** Fields that the API server chooses by itself, whatever the value. */
const CHOSEN: ReadonlySet<string> = new Set([
  'clusterIP',
  'clusterIPs',
  'ipFamilies',
  'nodePort',
  'healthCheckNodePort',
  'volumeName',
  'serviceAccount',
]);

/** True for a value that Kubernetes fills in where a manifest is silent. */
export function isDefault(path: readonly Step[], value: unknown): boolean {
  const name = lastField(path);
  if (CHOSEN.has(name)) return true;
  return Object.hasOwn(DEFAULTS, name) && (DEFAULTS[name] ?? []).some((known) => equal(known, value));
}
