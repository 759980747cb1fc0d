import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import type { Run } from '../process/run.ts';
import { accessArgs, type ClusterAccess } from './kubectl.ts';

/** A kubeconfig that cannot be used; the message says what is wrong without quoting its content. */
export class KubeconfigError extends Error {
  /** There is no cluster to talk to at all. */
  readonly isMissing: boolean;
  constructor(message: string, isMissing = false) {
    super(message);
    this.isMissing = isMissing;
  }
}

interface KubeconfigFile {
  clusters?: { name: string; cluster?: { server?: string; 'certificate-authority-data'?: string } }[];
  contexts?: { name: string; context?: { cluster?: string; user?: string } }[];
  users?: { name: string; user?: KubeconfigUser }[];
  'current-context'?: string;
}

interface KubeconfigUser {
  exec?: { env?: { name: string; value?: string }[] | null };
  [field: string]: unknown;
}

/** The text of the `kubeconfig` input, raw or base64. Throws KubeconfigError when it is neither. */
export function decodeKubeconfig(input: string): string {
  const text = input.trim();
  const decoded = /^[A-Za-z0-9+/=\s]+$/.test(text) ? Buffer.from(text, 'base64').toString('utf8') : text;
  const file = parseKubeconfig(decoded);
  if (!file?.clusters?.length) {
    throw new KubeconfigError('input "kubeconfig" is neither a kubeconfig (YAML with clusters) nor one in base64');
  }
  return decoded;
}

function parseKubeconfig(text: string): KubeconfigFile | undefined {
  try {
    const value: unknown = parse(text, { logLevel: 'silent' });
    return typeof value === 'object' && value !== null ? (value as KubeconfigFile) : undefined;
  } catch {
    return undefined;
  }
}

/** Everything in a kubeconfig that must not be printed: tokens, passwords, keys. */
export function kubeconfigSecrets(text: string): string[] {
  const users = parseKubeconfig(text)?.users;
  const secrets = (Array.isArray(users) ? users : []).flatMap(({ user }) => [
    ...['token', 'password', 'client-key-data'].map((name) => user?.[name]),
    ...(user?.exec?.env ?? []).map(({ value }) => value),
  ]);
  return secrets.filter((secret): secret is string => typeof secret === 'string' && secret !== '');
}

/** A folder of our own for files that hold secrets: mode 0700, made newly under `parent`. */
export async function privateFolder(parent: string): Promise<string> {
  return mkdtemp(path.join(parent, 'helm-rollout-'));
}

/** Writes a file that only we can read, and never into an existing one. */
export async function writePrivate(folder: string, name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, text, { mode: 0o600, flag: 'wx' });
  return file;
}

/** Removes a private folder with all it holds; gone is gone. */
export async function removePrivate(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** The cluster that the tools will talk to. */
export interface ClusterIdentity {
  server: string;
  /** First 12 hex digits of SHA-256 over server URL and CA: names the cluster in public without giving its address. */
  id: string;
  /** The rest of that hash: nobody can guess it who does not know server and CA. */
  salt: string;
  context?: string;
}

/**
 * Which cluster the access leads to, by kubectl's own merge of its files.
 * Throws KubeconfigError that lists the known contexts when the wanted one does not exist.
 */
export async function identifyCluster(bin: string, access: ClusterAccess, run: Run): Promise<ClusterIdentity> {
  const output = await run(bin, [
    'config',
    'view',
    '--raw',
    '--output',
    'json',
    ...accessArgs({ kubeconfig: access.kubeconfig }),
  ]);
  const file = (output.code === 0 ? parseKubeconfig(output.stdout) : undefined) ?? {};
  const names = (file.contexts ?? []).map((context) => context.name);
  const wanted = access.kubeContext ?? (file['current-context'] || undefined);
  if (access.kubeContext && !names.includes(access.kubeContext)) {
    const known = names.length > 0 ? `known contexts: ${names.join(', ')}` : 'the kubeconfig has no contexts';
    throw new KubeconfigError(`input "kube-context": there is no context "${access.kubeContext}"; ${known}`);
  }
  const context = file.contexts?.find(({ name }) => name === wanted)?.context;
  const cluster = file.clusters?.find(({ name }) => name === context?.cluster)?.cluster;
  const inPod = process.env.KUBERNETES_SERVICE_HOST;
  const server = cluster?.server ?? (inPod ? `https://${inPod}` : '');
  if (server === '') {
    throw new KubeconfigError(
      'no cluster is configured: give the input "kubeconfig", or run a step before this one that sets KUBECONFIG',
      true,
    );
  }
  const hash = createHash('sha256')
    .update(server)
    .update(cluster?.['certificate-authority-data'] ?? '')
    .digest('hex');
  return { server, id: hash.slice(0, 12), salt: hash.slice(12), context: wanted };
}
