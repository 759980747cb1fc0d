import type { Container, ContainerStatus, Pod, Probe } from 'kubernetes-types/core/v1.d.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { podOf } from './picture.ts';

/** One container of a pod with what the verdict reads of it: init containers and native sidecars included. */
export interface ContainerFacts {
  name: string;
  image: string;
  init: boolean;
  /** The reason it is waiting for, such as CrashLoopBackOff. */
  waiting?: string;
  message: string;
  running: boolean;
  ready: boolean;
  restarts: number;
  /** Reason and exit code of its newest end. */
  lastReason?: string;
  exitCode?: number;
  readinessProbe?: Probe;
}

/** The containers of a pod, init containers first, each with its newest state. */
export function containersOf(pod: KubeObject): ContainerFacts[] {
  const { spec, status } = podOf(pod);
  const init = (spec?.initContainers ?? []).map((c) => facts(c, status?.initContainerStatuses, true));
  return [...init, ...(spec?.containers ?? []).map((c) => facts(c, status?.containerStatuses, false))];
}

function facts(container: Container, statuses: ContainerStatus[] | undefined, init: boolean): ContainerFacts {
  const status = statuses?.find((s) => s.name === container.name);
  const ended = status?.state?.terminated ?? status?.lastState?.terminated;
  return {
    name: container.name,
    image: container.image ?? '',
    init,
    waiting: status?.state?.waiting?.reason,
    message: status?.state?.waiting?.message ?? ended?.message ?? '',
    running: status?.state?.running !== undefined,
    ready: status?.ready ?? false,
    restarts: status?.restartCount ?? 0,
    lastReason: ended?.reason,
    exitCode: ended?.exitCode,
    readinessProbe: container.readinessProbe ?? container.startupProbe,
  };
}

/** True for a condition of the pod that is False for this reason. */
export function unmet(pod: Pod, type: string, reason: string): string | undefined {
  const condition = pod.status?.conditions?.find((c) => c.type === type && c.status === 'False' && c.reason === reason);
  return condition && (condition.message ?? reason);
}
