import type { KubeObject, ObjectRef } from '../kubernetes/object.ts';
import { groupOf } from '../kubernetes/object.ts';
import type { Output, Run } from '../process/run.ts';
import type { LogRequest } from '../rollout/evidence.ts';
import type { ResourceRule } from './access.ts';
import { itemsOf, listOf, stub } from './list.ts';

/** How to reach the cluster: nothing given means kubectl's own defaults (KUBECONFIG, ~/.kube/config, the pod's account). */
export interface ClusterAccess {
  kubeconfig?: string;
  kubeContext?: string;
}

/** A kubectl call that failed; `stderr` is kubectl's own text, not yet redacted. */
export class KubectlError extends Error {
  readonly stderr: string;
  constructor(what: string, output: Output) {
    super(`kubectl could not ${what}: ${output.stderr.trim().split('\n').at(-1) || `exit code ${output.code}`}`);
    this.stderr = output.stderr;
  }
}

/** What the API server says of itself. */
export interface ServerVersion {
  major: string;
  minor: string;
  gitVersion: string;
}

/** Single calls through kubectl, which knows every way to authenticate. */
export interface Kubectl {
  readonly bin: string;
  readonly access: ClusterAccess;
  /** Asks the server for its version, for at most `timeoutSeconds`. Throws KubectlError when it does not answer. */
  serverVersion(timeoutSeconds: number): Promise<ServerVersion>;
  /** The live objects of these references; the ones that do not exist are left out. */
  objects(refs: readonly ObjectRef[]): Promise<KubeObject[]>;
  /** Which of these Secrets exist; nothing of their content is kept. Throws KubectlError when one of them may not be read. */
  existingSecrets(namespace: string, names: readonly string[]): Promise<string[]>;
  /** The last lines of a container's log; undefined when there is none (yet, or any more). */
  logs(request: LogRequest): Promise<string | undefined>;
  /** Sets container images of one workload, as `kubectl set image` does. */
  setImages(ref: ObjectRef, images: Record<string, string>): Promise<void>;
  /** Deletes a pod without waiting for its end; its controller makes a new one. */
  deletePod(namespace: string, name: string): Promise<void>;
  /** The API versions that the server knows, as charts ask for them: `apps/v1`, `apps/v1/Deployment`. */
  apiVersions(): Promise<string[]>;
  /** What the caller may do in a namespace; empty when the API server does not say. */
  rules(namespace: string): Promise<ResourceRule[]>;
  /** The labels of a Secret or ConfigMap, and nothing of its content is kept; undefined when there is no such object. */
  labels(kind: 'secret' | 'configmap', namespace: string, name: string): Promise<Record<string, string> | undefined>;
}

/** The arguments that select the cluster. */
export function accessArgs(access: ClusterAccess): string[] {
  const args: string[] = [];
  if (access.kubeconfig) args.push('--kubeconfig', access.kubeconfig);
  if (access.kubeContext) args.push('--context', access.kubeContext);
  return args;
}

/** A single read may take this long; longer means that the API server is not answering. */
const READ_TIMEOUT = '20s';

/** kubectl for one cluster. */
export function kubectlFor(bin: string, access: ClusterAccess, run: Run): Kubectl {
  const call = (args: string[], input?: string): Promise<Output> =>
    run(bin, [...args, ...accessArgs(access), '--request-timeout', READ_TIMEOUT], { input });
  return {
    bin,
    access,
    async serverVersion(timeoutSeconds) {
      const args = ['get', '--raw', '/version', ...accessArgs(access), '--request-timeout', `${timeoutSeconds}s`];
      const output = await run(bin, args);
      if (output.code !== 0) throw new KubectlError('reach the API server', output);
      return JSON.parse(output.stdout) as ServerVersion;
    },
    async objects(refs) {
      if (refs.length === 0) return [];
      const args = ['get', '--filename', '-', '--ignore-not-found', '--output', 'json'];
      const output = await call(args, JSON.stringify(listOf(refs.map(stub))));
      if (output.code !== 0) throw new KubectlError('read the objects of the release', output);
      return itemsOf(output.stdout);
    },
    async existingSecrets(namespace, names) {
      if (names.length === 0) return [];
      const args = ['get', 'secrets', ...names, '--namespace', namespace, '--ignore-not-found', '--output', 'name'];
      const output = await call(args);
      if (output.code !== 0) throw new KubectlError(`look for Secrets in ${namespace}`, output);
      return output.stdout.split('\n').flatMap((line) => (line ? [line.slice(line.indexOf('/') + 1)] : []));
    },
    async logs({ namespace, pod, container, previous, lines, bytes }) {
      const args = ['logs', pod, '--namespace', namespace, '--container', container];
      args.push('--tail', String(lines), '--limit-bytes', String(bytes));
      if (previous) args.push('--previous');
      const output = await call(args);
      return output.code === 0 ? output.stdout : undefined;
    },
    async setImages(ref, images) {
      const pairs = Object.entries(images).map(([container, image]) => `${container}=${image}`);
      const args = [
        'set',
        'image',
        `${resource(ref)}/${ref.name}`,
        '--namespace',
        ref.namespace ?? 'default',
        ...pairs,
      ];
      const output = await call(args);
      if (output.code !== 0) throw new KubectlError(`set the images of ${ref.kind}/${ref.name}`, output);
    },
    async deletePod(namespace, name) {
      const output = await call([
        'delete',
        'pod',
        name,
        '--namespace',
        namespace,
        '--wait=false',
        '--ignore-not-found',
      ]);
      if (output.code !== 0) throw new KubectlError(`delete the pod ${namespace}/${name}`, output);
    },
    async apiVersions() {
      const args = ['api-resources', '--no-headers', '--output', 'wide'];
      const output = await call(args);
      if (output.code !== 0) throw new KubectlError('list the API versions', output);
      return apiVersionsIn(output.stdout);
    },
    async rules(namespace) {
      const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } };
      const args = ['create', '--raw', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', '--filename', '-'];
      const output = await call(args, JSON.stringify(review));
      if (output.code !== 0) return [];
      return (JSON.parse(output.stdout) as { status?: { resourceRules?: ResourceRule[] } }).status?.resourceRules ?? [];
    },
    async labels(kind, namespace, name) {
      const args = ['get', kind, name, '--namespace', namespace, '--ignore-not-found', '--output'];
      const output = await call([...args, 'jsonpath={.metadata.labels}']);
      if (output.code !== 0) throw new KubectlError(`read the labels of ${kind} ${namespace}/${name}`, output);
      return output.stdout.trim() === '' ? undefined : (JSON.parse(output.stdout) as Record<string, string>);
    },
  };
}

function resource(ref: ObjectRef): string {
  const group = groupOf(ref.apiVersion);
  return group ? `${ref.kind.toLowerCase()}s.${group}` : ref.kind.toLowerCase();
}

/** `NAME [SHORTNAMES] APIVERSION NAMESPACED KIND …`: the short names may be missing, the boolean is the landmark. */
function apiVersionsIn(table: string): string[] {
  const found = table.split('\n').flatMap((line) => {
    const [, version, kind] = /\s(\S+)\s+(?:true|false)\s+(\S+)/.exec(line) ?? [];
    return version && kind ? [version, `${version}/${kind}`] : [];
  });
  return [...new Set(found)].sort();
}
