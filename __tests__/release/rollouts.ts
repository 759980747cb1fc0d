import type { KubeObject } from '../../src/kubernetes/object.ts';
import { running, waiting } from '../rollout/container-states.ts';
import { deployment, pod, replicaSet } from '../rollout/objects.ts';
import { track } from '../rollout/situations.ts';
import type { Happening } from './stage.ts';

export const web = deployment();
export const tracked = track([web]);
export const DONE: Happening = { objects: [web] };

/** So many of three replicas are updated and ready; the old ones are ready too. */
export function ready(count: number): Happening {
  const live = deployment({ updated: count, ready: 3, total: 4 });
  const old = replicaSet(live, { revision: '1' });
  const up = (set: KubeObject, name: string) =>
    pod(set, { name, containers: [running()], conditions: [{ type: 'Ready', status: 'True' }] });
  const fresh = Array.from({ length: count }, (_, index) => up(replicaSet(live), `new-${index}`));
  return { objects: [live, old, replicaSet(live), up(old, 'old-0'), up(old, 'old-1'), ...fresh] };
}

/** The one new pod has this container. */
export function sick(container: ReturnType<typeof waiting>): Happening {
  const live = deployment({ updated: 1, ready: 0, total: 4 });
  return { objects: [live, replicaSet(live), pod(replicaSet(live), { phase: 'Pending', containers: [container] })] };
}

export const MISSING_SECRET = waiting('CreateContainerConfigError', 'secret "db" not found');
export const WELL: Happening = { helm: 0 };
/** Helm ends with this error. */
export const ends = (stderr: string, helm = 1): Happening => ({ helm, stderr: `Error: UPGRADE FAILED: ${stderr}` });
export const GAVE_UP = ends('context deadline exceeded');
export const LOST = ends('Get "https://k": dial tcp: connect: connection refused');
export const LOCKED = ends('another operation (install/upgrade/rollback) is in progress');
export const HOOK = ends('pre-upgrade hooks failed: job migrate failed: BackoffLimitExceeded');
