import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import type { Job } from 'kubernetes-types/batch/v1.d.ts';
import { type KubeObject, type ObjectRef, refOf } from '../kubernetes/object.ts';
import { type ContainerFacts, containersOf, unmet } from './containers.ts';
import { isObserved, newestReplicaSet } from './new-pods.ts';
import { eventsAbout, isLeaving, lastSeen, type Picture, podOf } from './picture.ts';
import { containerRule, createRule, mountRule, type RuleId } from './rules.ts';

/** Something that a rule speaks about, seen on one object at one moment. */
export interface Signal {
  rule: RuleId;
  /** The object that shows it: mostly a pod. */
  object: ObjectRef;
  uid: string;
  container?: string;
  image?: string;
  /** Kubernetes' own words. */
  reason: string;
  message: string;
  exitCode?: number;
  restarts?: number;
}

/** What is wrong with a pod now: the worst of each container, mounts, scheduling. */
export function podSignals(picture: Picture, object: KubeObject): Signal[] {
  const pod = podOf(object);
  const base = { object: refOf(object), uid: object.metadata.uid ?? object.metadata.name };
  const phaseReason = pod.status?.reason ?? '';
  const lost = /^(Evicted|Preempting|NodeLost|Shutdown|Terminated|NodeAffinity)$/.test(phaseReason);
  if (lost || unmet(pod, 'Ready', 'NodeNotReady')) {
    return [{ ...base, rule: 'pod-lost', reason: phaseReason || 'NodeNotReady', message: pod.status?.message ?? '' }];
  }
  const unschedulable = unmet(pod, 'PodScheduled', 'Unschedulable');
  if (unschedulable) return [{ ...base, rule: 'unschedulable', reason: 'Unschedulable', message: unschedulable }];

  const containers = containersOf(object).map((container) => withPullError(picture, object, container));
  const broken = containers.flatMap((container): Signal[] => {
    const rule = containerRule(container);
    return rule ? [containerSignal(rule, base, container)] : [];
  });
  if (broken.length > 0) return broken;
  const mount = mountSignal(picture, object, base);
  if (mount) return [mount];
  const unready = containers.find((container) => container.running && !container.ready && !container.init);
  return unready ? [{ ...containerSignal('not-ready', base, unready), reason: 'NotReady' }] : [];
}

function containerSignal(rule: RuleId, base: Pick<Signal, 'object' | 'uid'>, container: ContainerFacts): Signal {
  const { name, image, waiting, lastReason, message, exitCode, restarts } = container;
  // CrashLoopBackOff is only the pause between two ends: the end before it is the cause.
  const reason = rule === 'out-of-memory' || rule === 'cannot-start' ? lastReason : waiting;
  return { ...base, rule, container: name, image, reason: reason ?? waiting ?? '', message, exitCode, restarts };
}

/** Kubelets before 1.32 leave the pull error out of ImagePullBackOff: then the newest Event about it has it. */
function withPullError(picture: Picture, pod: KubeObject, container: ContainerFacts): ContainerFacts {
  if (container.waiting !== 'ImagePullBackOff' || /:\s/.test(container.message.replace(/"[^"]*"/g, '')))
    return container;
  const failed = eventsAbout(picture, pod.metadata.uid).findLast(
    (event) => event.reason === 'Failed' && (event.message ?? '').includes(container.image),
  );
  return failed ? { ...container, message: failed.message ?? container.message } : container;
}

/** The kubelet does these only when all volumes are mounted; the Event about the failed mount stays for an hour. */
const AFTER_MOUNT = new Set(['Pulling', 'Pulled', 'Created', 'Started']);

function mountSignal(picture: Picture, pod: KubeObject, base: Pick<Signal, 'object' | 'uid'>): Signal | undefined {
  if (podOf(pod).status?.phase !== 'Pending') return undefined;
  const events = eventsAbout(picture, pod.metadata.uid);
  const event = events.findLast((candidate) => candidate.reason === 'FailedMount');
  if (!event || events.some((other) => AFTER_MOUNT.has(other.reason ?? '') && lastSeen(other) >= lastSeen(event)))
    return undefined;
  const message = event.message ?? '';
  const rule = mountRule(message);
  return rule ? { ...base, rule, reason: 'FailedMount', message } : undefined;
}

/** What is wrong with a workload itself: pods that may not be created, a Job that has failed, a claim without a volume. */
export function workloadSignals(picture: Picture, object: KubeObject): Signal[] {
  const base = { object: refOf(object), uid: object.metadata.uid ?? object.metadata.name };
  if (object.kind === 'Job') {
    const failed = (object as unknown as Job).status?.conditions?.find(
      (c) => c.type === 'Failed' && c.status === 'True',
    );
    if (failed)
      return [{ ...base, rule: 'job-failed', reason: failed.reason ?? 'Failed', message: failed.message ?? '' }];
  }
  if (object.kind === 'Pod') return endedBadly(object, base);
  if (object.kind === 'PersistentVolumeClaim') {
    const event =
      claimPending(object) &&
      eventsAbout(picture, object.metadata.uid).findLast((e) => e.reason === 'ProvisioningFailed');
    return event
      ? [{ ...base, rule: 'claim-not-provisioned', reason: 'ProvisioningFailed', message: event.message ?? '' }]
      : [];
  }
  const refusal = creationRefusal(picture, object);
  return refusal ? [{ ...base, rule: createRule(refusal), reason: 'FailedCreate', message: refusal }] : [];
}

/** A pod of the chart itself (a test, a hook) that ran to its end and failed: nothing starts it again. */
function endedBadly(object: KubeObject, base: Pick<Signal, 'object' | 'uid'>): Signal[] {
  const { phase, reason } = podOf(object).status ?? {};
  // With a reason of its own (Evicted) the pod was lost, which says nothing of what it did.
  if (phase !== 'Failed' || reason) return [];
  const container = containersOf(object).find(({ exitCode = 0 }) => exitCode !== 0);
  if (!container) return [{ ...base, rule: 'job-failed', reason: 'Failed', message: '' }];
  const { name, image, exitCode, lastReason = 'Failed' } = container;
  const message = `container \`${name}\` ended with exit code ${exitCode}`;
  return [{ ...base, rule: 'job-failed', container: name, image, reason: lastReason, message, exitCode }];
}

function claimPending(object: KubeObject): boolean {
  return (object.status as { phase?: string } | undefined)?.phase === 'Pending';
}

/** The API server's words when pods of the workload may not be created, as long as that stands. */
function creationRefusal(picture: Picture, object: KubeObject): string | undefined {
  // A Job has no observedGeneration.
  if (object.kind !== 'Job' && !isObserved(object)) return undefined;
  if (object.kind === 'Deployment') {
    const { status } = object as unknown as Deployment;
    const failure = status?.conditions?.find((c) => c.type === 'ReplicaFailure' && c.status === 'True');
    const newest = newestReplicaSet(picture, object);
    // The condition speaks of any ReplicaSet; only the newest one's trouble is this rollout's.
    return failure && newest && hasFailure(newest) ? (failure.message ?? '') : undefined;
  }
  if (!['StatefulSet', 'DaemonSet', 'Job'].includes(object.kind)) return undefined;
  const events = eventsAbout(picture, object.metadata.uid);
  const failed = events.findLast((event) => event.reason === 'FailedCreate');
  const created = events.findLast((event) => event.reason === 'SuccessfulCreate');
  // Event times have whole seconds and the first retry comes after 5 ms: within one second the success counts.
  return failed && !(created && lastSeen(created) >= lastSeen(failed)) ? failed.message : undefined;
}

function hasFailure(replicaSet: KubeObject): boolean {
  const { conditions = [] } = (replicaSet.status ?? {}) as { conditions?: { type: string; status: string }[] };
  return conditions.some((c) => c.type === 'ReplicaFailure' && c.status === 'True');
}

/** All signals of pods that were there at `picture`, by pod uid: what was already broken before we touched anything. */
export function brokenPods(picture: Picture): Set<string> {
  const pods = picture.objects.filter((object) => object.kind === 'Pod' && !isLeaving(object));
  const broken = pods.filter((pod) => podSignals(picture, pod).length > 0);
  return new Set(broken.map((pod) => pod.metadata.uid ?? pod.metadata.name));
}
