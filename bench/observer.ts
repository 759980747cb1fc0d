import { readFileSync } from 'node:fs';
import https from 'node:https';
import { parse } from 'yaml';

interface ContainerStatus {
  restartCount?: number;
  state?: { waiting?: { reason?: string; message?: string } };
}

/** The parts of an object that the bench looks at. */
export interface Seen {
  kind: string;
  metadata: { name: string; generation?: number; deletionTimestamp?: string };
  spec?: {
    replicas?: number;
    template?: { spec: { containers: { image: string }[] } };
    containers?: { image: string }[];
  };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
    containerStatuses?: ContainerStatus[];
  };
}

/** Looks at a namespace by its own watches, so that neither side is believed about itself. */
export interface Observer {
  /** When the test first held (ms since 1970), or undefined. */
  firstSeen(test: (object: Seen) => boolean, from?: number): { at: number; object: Seen } | undefined;
  close(): void;
}

/** The user agent of the bench's own requests: they count for nobody. */
export const USER_AGENT = 'helm-rollout-bench';

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
  users: { user: { token: string } }[];
}

/** Watches pods and Deployments of a namespace until it is closed; resolves when both watches are answered. */
export async function observeNamespace(kubeconfig: string, namespace: string): Promise<Observer> {
  const config = parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
  const sightings: { at: number; object: Seen }[] = [];
  const note = (object: Seen): void => void sightings.push({ at: performance.timeOrigin + performance.now(), object });
  const paths = [`/api/v1/namespaces/${namespace}/pods`, `/apis/apps/v1/namespaces/${namespace}/deployments`];
  const watches = await Promise.all(paths.map((path) => watch(config, `${path}?watch=true`, note)));
  return {
    firstSeen: (test, from = 0) => sightings.find(({ at, object }) => at >= from && test(object)),
    close: () => {
      for (const stop of watches) stop();
    },
  };
}

function watch(config: Kubeconfig, path: string, note: (object: Seen) => void): Promise<() => void> {
  const [cluster] = config.clusters;
  const [user] = config.users;
  if (!cluster || !user) throw new Error("the bed's kubeconfig names no cluster or no user");
  return new Promise((resolve, reject) => {
    const request = https.get(`${cluster.cluster.server}${path}`, {
      ca: Buffer.from(cluster.cluster['certificate-authority-data'], 'base64'),
      headers: { Authorization: `Bearer ${user.user.token}`, 'User-Agent': USER_AGENT },
    });
    let closed = false;
    request.on('error', (error) => {
      if (!closed) reject(error);
    });
    request.on('response', (response) => {
      let rest = '';
      response.setEncoding('utf8');
      response.on('error', () => {});
      response.on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (line) note((JSON.parse(line) as { object: Seen }).object);
      });
      resolve(() => {
        closed = true;
        request.destroy();
      });
    });
  });
}

/** A Deployment that runs this image with all its replicas, and nothing else. */
export function isLive(object: Seen, tag: string): boolean {
  if (object.kind !== 'Deployment') return false;
  const { spec, status = {}, metadata } = object;
  const wanted = spec?.replicas ?? 0;
  const image = spec?.template?.spec.containers[0]?.image ?? '';
  const counts = [status.updatedReplicas, status.availableReplicas, status.replicas];
  return (
    image.endsWith(`:${tag}`) && status.observedGeneration === metadata.generation && counts.every((n) => n === wanted)
  );
}

/** The pod's image, when it is one. */
export function podRuns(object: Seen, tag: string): boolean {
  return object.kind === 'Pod' && (object.spec?.containers?.[0]?.image.endsWith(`:${tag}`) ?? false);
}

/** The moments when the two rules are met, said here a second time, independent of src/rollout. */
export const RULE_MET: Record<'missing' | 'crash', (object: Seen) => boolean> = {
  missing: (object) => {
    const { reason = '', message = '' } = object.status?.containerStatuses?.[0]?.state?.waiting ?? {};
    return (
      podRuns(object, 'missing') && /^(ErrImagePull|ImagePullBackOff)$/.test(reason) && message.includes('not found')
    );
  },
  // One new pod stands for all: maxSurge 1 and maxUnavailable 0 allow no second one before it is ready.
  crash: (object) => {
    const [container] = object.status?.containerStatuses ?? [];
    const waiting = container?.state?.waiting?.reason === 'CrashLoopBackOff';
    return podRuns(object, 'crash') && waiting && (container?.restartCount ?? 0) >= 2;
  },
};
