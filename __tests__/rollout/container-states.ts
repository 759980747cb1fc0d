import type { Container, ContainerState, ContainerStatus, Probe } from 'kubernetes-types/core/v1.d.ts';

/** One container of a pod: its spec and what the kubelet says of it. */
export interface ContainerSpec {
  spec: Container;
  status?: ContainerStatus;
}

export interface Circumstances {
  name?: string;
  image?: string;
  ready?: boolean;
  restarts?: number;
  last?: ContainerState;
  readinessProbe?: Probe;
}

function container(state: ContainerState, more: Circumstances): ContainerSpec {
  const { name = 'app', image = 'acme/web:1.5.0', ready = false, restarts = 0, last = {}, readinessProbe } = more;
  return {
    spec: { name, image, ...(readinessProbe ? { readinessProbe } : {}) },
    status: { name, image, imageID: '', ready, started: ready, restartCount: restarts, state, lastState: last },
  };
}

export const waiting = (reason: string, message = '', more: Circumstances = {}): ContainerSpec =>
  container({ waiting: { reason, ...(message ? { message } : {}) } }, more);
export const running = (more: Circumstances = {}): ContainerSpec =>
  container({ running: { startedAt: '2026-11-23T12:00:00Z' } }, { ready: true, ...more });
/** The end of a run, for `last` or as the state itself. */
export const ended = (reason: string, exitCode: number, message?: string): ContainerState => ({
  terminated: { reason, exitCode, finishedAt: '2026-11-23T12:00:05Z', ...(message ? { message } : {}) },
});
export const terminated = (reason: string, exitCode: number, more: Circumstances = {}): ContainerSpec =>
  container(ended(reason, exitCode), more);
/** A container whose status the kubelet has not written yet. */
export const unknown = (name = 'app'): ContainerSpec => ({ spec: { name, image: 'acme/web:1.5.0' } });

const unpack = (code: string, tag: string, error: string): string =>
  `rpc error: code = ${code} desc = failed to pull and unpack image "docker.io/acme/web:${tag}": ` +
  `failed to resolve reference "docker.io/acme/web:${tag}": ${error}`;

/** Pull errors as containerd words them; seen on the test bed. */
export const PULL = {
  missing: unpack('NotFound', 'missing', 'docker.io/acme/web:missing: not found'),
  denied: unpack(
    'Unknown',
    'denied',
    'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
  ),
  forbidden: unpack(
    'Unknown',
    'forbidden',
    'unexpected status from HEAD request to https://docker.io/v2/acme/web/manifests/forbidden: 403 Forbidden',
  ),
  tooMany: unpack(
    'Unknown',
    'busy',
    'unexpected status from HEAD request to https://docker.io/v2/acme/web/manifests/busy: 429 Too Many Requests',
  ),
};

/** A failing pull: the attempt itself, or the pause after it (with the error inside since Kubernetes 1.32). */
export const pulling = (tag: keyof typeof PULL, pause = false, more: Circumstances = {}): ContainerSpec => {
  const image = `acme/web:${/acme\/web:(\w+)/.exec(PULL[tag])?.[1]}`;
  const message = pause ? `Back-off pulling image "${image}": ErrImagePull: ${PULL[tag]}` : PULL[tag];
  return waiting(pause ? 'ImagePullBackOff' : 'ErrImagePull', message, { image, ...more });
};

/** The pause between two ends of a container that crashes. */
export const crashing = (restarts: number, more: Circumstances = {}): ContainerSpec =>
  waiting('CrashLoopBackOff', 'back-off 20s restarting failed container=app pod=web-a_pearl(uid)', {
    restarts,
    last: ended('Error', 1),
    ...more,
  });
