import type { ContainerFacts } from './containers.ts';
import { pullCause } from './pull-error.ts';

/**
 * never-recovers · denied · missing-reference · probably-fatal · blocked end a rollout before its deadline;
 * waiting and transient never do, they only explain it.
 */
export type RuleClass =
  | 'never-recovers'
  | 'denied'
  | 'missing-reference'
  | 'probably-fatal'
  | 'blocked'
  | 'waiting'
  | 'transient';

/** When a signal that stands becomes final. */
export interface Threshold {
  /** The signal has stood for so long, in ms; undefined: never by time alone. */
  standingMs?: number;
  /** So many failing attempts were seen, on the container or on other new pods. */
  attempts?: number;
  /** Of a Deployment or DaemonSet, all new pods must show it; of other workloads one is enough. */
  allNewPods?: boolean;
}

export type RuleId =
  | 'image-name-invalid'
  | 'image-never-pulled'
  | 'image-not-found'
  | 'image-denied'
  | 'image-pull-transient'
  | 'config-missing'
  | 'volume-missing'
  | 'crash-loop'
  | 'out-of-memory'
  | 'cannot-start'
  | 'job-failed'
  | 'pods-refused'
  | 'pods-not-created'
  | 'claim-not-provisioned'
  | 'unschedulable'
  | 'not-ready'
  | 'pod-lost';

export interface Rule {
  id: RuleId;
  class: RuleClass;
  /** The signal in words, for docs/rollout.md. */
  signal: string;
  final: Threshold | 'never';
  source: string;
}

const SECONDS = 1000;
const FATAL: Threshold = { standingMs: 0, allNewPods: true };

/** The verdict's rules, one row a rule, worst first: of several standing signals the first row names the cause. */
export const RULES: readonly Rule[] = [
  {
    id: 'image-name-invalid',
    class: 'never-recovers',
    signal: 'waiting: InvalidImageName',
    final: { standingMs: 0 },
    source: 'kubelet: pkg/kubelet/images/types.go',
  },
  {
    id: 'image-never-pulled',
    class: 'never-recovers',
    signal: 'waiting: ErrImageNeverPull',
    final: { standingMs: 0 },
    source: 'kubelet: pkg/kubelet/images/types.go',
  },
  {
    id: 'image-not-found',
    class: 'never-recovers',
    signal: 'waiting: ErrImagePull or ImagePullBackOff, and the pull error says that the image does not exist',
    final: { standingMs: 0 },
    source: 'krane since 2019 (Shopify/krane#477); kubernetes/kubernetes#127918',
  },
  {
    id: 'job-failed',
    class: 'never-recovers',
    signal: 'condition Failed of a hook Job (or, with wait-for-jobs, of any Job), phase Failed of a pod of the chart',
    final: { standingMs: 0 },
    source: 'Kubernetes Job API: Failed is terminal',
  },
  {
    id: 'image-denied',
    class: 'denied',
    signal: 'waiting: ErrImagePull or ImagePullBackOff, and the pull error says denied or unauthorized',
    final: { standingMs: 20 * SECONDS, attempts: 2 },
    source: 'a registry token can be late by one attempt',
  },
  {
    id: 'config-missing',
    class: 'missing-reference',
    signal: 'waiting: CreateContainerConfigError that names a missing Secret, ConfigMap or key',
    final: { standingMs: 30 * SECONDS },
    source: 'Shopify/krane#885',
  },
  {
    id: 'volume-missing',
    class: 'missing-reference',
    signal: 'Event FailedMount that names a missing Secret, ConfigMap or key',
    final: { standingMs: 30 * SECONDS },
    source: 'kubelet volume manager',
  },
  {
    id: 'out-of-memory',
    class: 'probably-fatal',
    signal: 'last state OOMKilled and restartCount >= 2',
    final: FATAL,
    source: 'krane, kubedog: seen there only as a crash',
  },
  {
    id: 'cannot-start',
    class: 'probably-fatal',
    signal: 'StartError, RunContainerError or ContainerCannotRun and restartCount >= 2',
    final: FATAL,
    source: 'containerd CRI: StartError, exit code 128',
  },
  {
    id: 'crash-loop',
    class: 'probably-fatal',
    signal: 'waiting: CrashLoopBackOff and restartCount >= 2',
    final: FATAL,
    source: 'krane pod.rb; one restart may heal (skaffold#5210)',
  },
  {
    id: 'pods-refused',
    class: 'blocked',
    signal: "FailedCreate or ReplicaFailure with the API server's own refusal (quota, admission)",
    final: { standingMs: 30 * SECONDS },
    source: 'argo-cd#16720',
  },
  {
    id: 'pods-not-created',
    class: 'blocked',
    signal: 'FailedCreate or ReplicaFailure for another reason',
    final: { standingMs: 60 * SECONDS },
    source: 'skaffold#8972: a webhook may be away for a moment',
  },
  {
    id: 'claim-not-provisioned',
    class: 'blocked',
    signal: 'PersistentVolumeClaim pending with Event ProvisioningFailed',
    final: { standingMs: 60 * SECONDS },
    source: 'external-provisioner retries with back-off',
  },
  {
    id: 'unschedulable',
    class: 'waiting',
    signal: 'PodScheduled is False: Unschedulable',
    final: 'never',
    source: 'helm/helm#31896: an autoscaler may be at work',
  },
  {
    id: 'not-ready',
    class: 'waiting',
    signal: 'running, not ready',
    final: 'never',
    source: 'only the deadline knows how slow is too slow',
  },
  {
    id: 'image-pull-transient',
    class: 'transient',
    signal: 'a pull error of any other kind: 429, 5xx, time-out',
    final: 'never',
    source: 'Shopify/krane#477',
  },
  {
    id: 'pod-lost',
    class: 'transient',
    signal: 'evicted, preempted or on a lost node',
    final: 'never',
    source: 'krane pod.rb',
  },
];

/** The row of a rule. */
export function ruleOf(id: RuleId): Rule {
  const rule = RULES.find((row) => row.id === id);
  if (!rule) throw new Error(`there is no rule "${id}"`);
  return rule;
}

/** A rule of this class may end a deploy early even while a hook runs: hooks can be migrations that need their time. */
export function appliesToHooks(rule: Rule): boolean {
  return rule.class === 'never-recovers' || rule.class === 'denied';
}

/** So many restarts are a loop; one can be an ordering problem that heals by itself. */
const RESTARTS = 2;

const MISSING_REFERENCE = /(secret|configmap)s? .*not found|couldn't find key|non-existent (secret|config)/i;
const CACHE_SYNC = /failed to sync .*cache/i;

/** The rule that a container's state meets now, or undefined while nothing is wrong with it. */
export function containerRule(container: ContainerFacts): RuleId | undefined {
  const { waiting, message, image, restarts } = container;
  if (waiting === 'InvalidImageName') return 'image-name-invalid';
  if (waiting === 'ErrImageNeverPull') return 'image-never-pulled';
  if (waiting === 'ErrImagePull' || waiting === 'ImagePullBackOff') {
    const cause = pullCause(message, image);
    if (cause === 'not-found') return 'image-not-found';
    return cause === 'denied' ? 'image-denied' : 'image-pull-transient';
  }
  if (waiting === 'CreateContainerConfigError') {
    return MISSING_REFERENCE.test(message) && !CACHE_SYNC.test(message) ? 'config-missing' : undefined;
  }
  // Its last end stays in the status for good: an OOM kill of last month says nothing of a container that runs now.
  if (restarts < RESTARTS || container.running) return undefined;
  const startFailed = ['StartError', 'ContainerCannotRun'].includes(container.lastReason ?? '');
  if (startFailed || waiting === 'RunContainerError') return 'cannot-start';
  if (container.lastReason === 'OOMKilled') return 'out-of-memory';
  return waiting === 'CrashLoopBackOff' ? 'crash-loop' : undefined;
}

/** The rule that a mount Event meets. */
export function mountRule(message: string): RuleId | undefined {
  return MISSING_REFERENCE.test(message) && !CACHE_SYNC.test(message) ? 'volume-missing' : undefined;
}

const REFUSED_BY_API = /exceeded quota|forbidden|denied the request|violates PodSecurity|is invalid/i;

/** The rule that a FailedCreate message meets. */
export function createRule(message: string): RuleId {
  return REFUSED_BY_API.test(message) ? 'pods-refused' : 'pods-not-created';
}
