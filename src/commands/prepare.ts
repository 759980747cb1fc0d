import * as core from '@actions/core';
import { type Api, apiOver } from '../cluster/api.ts';
import {
  type ClusterIdentity,
  decodeKubeconfig,
  identifyCluster,
  kubeconfigSecrets,
  privateFolder,
  writePrivate,
} from '../cluster/kubeconfig.ts';
import { type ClusterAccess, type Kubectl, KubectlError, kubectlFor } from '../cluster/kubectl.ts';
import { type ApiProxy, openProxy } from '../cluster/proxy.ts';
import type { RunContext } from '../github/context.ts';
import type { Inputs } from '../inputs.ts';
import { start } from '../process/child.ts';
import { run } from '../process/run.ts';
import { findHelm, findKubectl, type Tool } from '../process/tools.ts';
import { type Helm, helmFor } from '../release/helm.ts';
import type { ChartSource } from '../release/helm-args.ts';
import { keep } from '../state.ts';

/** Everything a command works with: found, checked, and nothing written to the cluster. */
export interface Session {
  helm: Helm;
  helmTool: Tool;
  kubectl: Kubectl;
  access: ClusterAccess;
  api: Api;
  revive: () => Promise<void>;
  cluster: ClusterIdentity;
  source: ChartSource;
  /** Private files of this run; removed by post. */
  folder: string;
  /** Texts that must not leave. */
  secrets: string[];
  close(): Promise<void>;
}

/** A cluster that does not answer is not waited for longer, in seconds. */
const REACH_SECONDS = 10;

/**
 * Finds the tools, writes the private files, reaches the cluster. Throws with one sentence that says which part is
 * missing; post removes the private folder whatever happens here.
 */
export async function prepare(inputs: Inputs, context: RunContext): Promise<Session> {
  if (process.platform === 'win32') throw new Error('Windows runners are not supported: use a Linux or macOS runner');
  const folder = await privateFolder(context.temp);
  keep({ folder });
  const secrets = [inputs['github-token'] ?? ''];
  const access: ClusterAccess = { kubeContext: inputs['kube-context'] };
  if (inputs.kubeconfig) {
    const text = decodeKubeconfig(inputs.kubeconfig);
    secrets.push(...kubeconfigSecrets(text));
    access.kubeconfig = await writePrivate(folder, 'kubeconfig', text);
  }
  for (const secret of secrets) if (secret) core.setSecret(secret);

  const [helmTool, kubectlTool] = await Promise.all([findHelm(run), findKubectl(run)]);
  const cluster = await identifyCluster(kubectlTool.bin, access, run);
  const kubectl = kubectlFor(kubectlTool.bin, access, run);
  const source = await chartSource(inputs, folder);
  const proxy = await proxyTo(kubectl, cluster);
  const target = { release: inputs.release, namespace: inputs.namespace, ...access };
  return {
    helm: helmFor(target, { ...helmTool, run, start }),
    helmTool,
    kubectl,
    access,
    api: apiOver(proxy.socket),
    revive: proxy.revive,
    cluster,
    source,
    folder,
    secrets,
    close: proxy.close,
  };
}

/** Both at once, for speed; a proxy to a server that does not answer would keep this process alive. */
async function proxyTo(kubectl: Kubectl, cluster: ClusterIdentity): Promise<ApiProxy> {
  const [proxy, answer] = await Promise.allSettled([
    openProxy(kubectl.bin, kubectl.access, start),
    reach(kubectl, cluster),
  ]);
  if (answer.status === 'rejected') {
    if (proxy.status === 'fulfilled') await proxy.value.close();
    throw answer.reason;
  }
  if (proxy.status === 'rejected') throw proxy.reason;
  return proxy.value;
}

async function reach(kubectl: Kubectl, { server }: ClusterIdentity): Promise<void> {
  try {
    await kubectl.serverVersion(REACH_SECONDS);
  } catch (error) {
    const why = error instanceof KubectlError ? error.stderr.trim().split('\n').at(-1) : String(error);
    throw new Error(
      `the API server ${server} does not answer: ${why}. Check the kubeconfig and that the runner may reach it.`,
    );
  }
}

/** Inline values may hold secrets: they travel in a private file, never in an argument list. */
async function chartSource(inputs: Inputs, folder: string): Promise<ChartSource> {
  const inline = inputs.values === undefined ? [] : [await writePrivate(folder, 'values.yaml', inputs.values)];
  return {
    chart: inputs.chart,
    valueFiles: [...inputs['value-files'], ...inline],
    set: inputs.set,
    setString: inputs['set-string'],
  };
}
