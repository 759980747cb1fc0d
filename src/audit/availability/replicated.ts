import { at } from '../../diff/values.ts';
import type { Subject } from '../subject.ts';
import { type Says, shown } from './say.ts';

const WHY_NOT: Readonly<Record<string, string>> = {
  DaemonSet: 'a DaemonSet runs one pod on each node, however many there are',
  Job: 'a Job runs to its end',
  CronJob: 'a CronJob runs to its end',
  Pod: 'a bare Pod has no controller that could run a second one',
};

/** Why a rule about replicas does not apply to a workload or cannot be decided; undefined when it can. */
export function notReplicated(subject: Subject): Says | undefined {
  const reason = WHY_NOT[subject.ref.kind];
  if (reason !== undefined) return { verdict: 'skip', read: `kind: ${subject.ref.kind}`, reason };
  const written = at(subject.object, 'spec', 'replicas') ?? undefined;
  if (subject.scaler === undefined && written !== undefined && !Number.isInteger(written)) {
    const read = `spec.replicas: ${shown(written)}`;
    return {
      verdict: 'unknown',
      read,
      reason: 'the number of replicas is no whole number, and the API server refuses it',
    };
  }
  return undefined;
}

/** The same, and a skip when only one pod runs: nothing can be spread or kept available then. */
export function notSeveral(subject: Subject): Says | undefined {
  const not = notReplicated(subject);
  if (not !== undefined) return not;
  if ((subject.replicas ?? 1) >= 2) return undefined;
  return {
    verdict: 'skip',
    read: readReplicas(subject),
    reason: 'there are not two pods of it that could be told apart',
  };
}

/** `HorizontalPodAutoscaler/web minReplicas: 3`: the effective number and where it stands. */
export function readReplicas(subject: Subject): string {
  const { replicas, replicasFrom } = subject;
  return replicasFrom === 'API default'
    ? `spec.replicas: not set (API default ${shown(replicas)})`
    : `${replicasFrom}: ${shown(replicas)}`;
}

/** `3 pods`, `1 pod`. */
export function pods(count: number): string {
  return `${count} ${count === 1 ? 'pod' : 'pods'}`;
}
