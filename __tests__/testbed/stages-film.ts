import type { ContainerStatus, Event, Pod, PodCondition } from 'kubernetes-types/core/v1.js';
import { type Answer, type Film, kubectl } from './stages-bed.ts';

export const namespace = `stages-${process.pid}`;
/** Everything that was seen, by the label `app` and by pod name. */
export const seen = { films: new Map<string, Film>(), events: new Map<string, Event[]>() };

export const filmOf = (app: string): Film => seen.films.get(app) ?? [];

export const last = (app: string): Pod => {
  const pod = filmOf(app).at(-1);
  if (!pod) throw new Error(`No pod of ${app} was seen in namespace ${namespace}.`);
  return pod;
};
export const main = (pod: Pod): ContainerStatus => {
  const status = pod.status?.containerStatuses?.find((one) => one.name === 'app');
  if (!status) throw new Error(`Pod ${pod.metadata?.name} has no status of container "app".`);
  return status;
};
export const condition = (pod: Pod, type: string): PodCondition | undefined =>
  pod.status?.conditions?.find((one) => one.type === type);
export const stateOf = (status: ContainerStatus): string =>
  status.state?.waiting?.reason ?? status.state?.terminated?.reason ?? (status.state?.running ? 'Running' : 'none');
export const states = (app: string): string[] => filmOf(app).map((pod) => stateOf(main(pod)));
export const phases = (app: string): string[] => [...new Set(filmOf(app).map((pod) => pod.status?.phase ?? ''))];
export const waitingMessages = (app: string, reason: string): string[] =>
  filmOf(app)
    .map((pod) => main(pod).state?.waiting)
    .filter((one) => one?.reason === reason)
    .map((one) => one?.message ?? '');
export const eventsOf = (app: string): string[] =>
  (seen.events.get(last(app).metadata?.name ?? '') ?? []).map((one) => `${one.type} ${one.reason}: ${one.message}`);
export const logs = (app: string, ...more: string[]): Promise<Answer> =>
  kubectl(['logs', '-n', namespace, last(app).metadata?.name ?? '', '-c', 'app', ...more]);
export const restarts = (app: string): number => main(last(app)).restartCount;
