import { readFile } from 'node:fs/promises';
import path from 'node:path';
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
import type { KubeObject } from '../kubernetes/object.ts';
import { parseYaml } from '../kubernetes/yaml.ts';
import { start } from '../process/child.ts';
import { run } from '../process/run.ts';
import { checkKubectl, findHelm, locateKubectl, type Tool } from '../process/tools.ts';
import { type Helm, helmFor } from '../release/helm.ts';
import type { ChartSource } from '../release/helm-args.ts';
import { secretsInValues } from '../report/release-secrets.ts';
import { keep } from '../state.ts';

/** What a command has on the runner itself. */
export interface Workshop {
  helmTool: Tool;
  access: ClusterAccess;
  source: ChartSource;
  /** Private files of this run; removed by post. */
  folder: string;
  /** The chart's own default values: what stands there in public is no secret. */
  chartValues: unknown;
}

/** Everything a command works with: found, checked, and nothing written to the cluster. */
export interface Session extends Workshop {
  helm: Helm;
  kubectl: Kubectl;
  api: Api;
  revive: () => Promise<void>;
  cluster: ClusterIdentity;
  close(): Promise<void>;
}

/** A cluster that does not answer is not waited for longer, in seconds. */
const REACH_SECONDS = 10;

/**
 * Finds helm and writes the private files. Throws with one sentence that says what is missing; post removes the private
 * folder whatever happens here.
 */
export async function setUp(inputs: Inputs, context: RunContext): Promise<Workshop> {
  if (process.platform === 'win32') throw new Error('Windows runners are not supported: use a Linux or macOS runner');
  const folder = await privateFolder(context.temp);
  keep({ folder });
  const access: ClusterAccess = { kubeContext: inputs['kube-context'] };
  if (inputs.kubeconfig) {
    access.kubeconfig = await writePrivate(folder, 'kubeconfig', decodeKubeconfig(inputs.kubeconfig));
  }
  const [helmTool, source] = await Promise.all([findHelm(run), chartSource(inputs, folder)]);
  return { helmTool, access, source, folder, chartValues: await valuesOf(inputs.chart) };
}

/** Finds kubectl and reaches the cluster. Throws with one sentence that says which part is missing. */
export async function connect(workshop: Workshop, inputs: Inputs): Promise<Session> {
  const { access, helmTool } = workshop;
  const bin = await locateKubectl();
  // Side by side, for speed; a kubectl that does not run is the better message of two.
  const [works, found] = await Promise.allSettled([checkKubectl(run, bin), identifyCluster(bin, access, run)]);
  if (works.status === 'rejected') throw works.reason;
  if (found.status === 'rejected') throw found.reason;
  const cluster = found.value;
  const kubectl = kubectlFor(bin, access, run);
  const proxy = await proxyTo(kubectl, cluster);
  const target = { release: inputs.release, namespace: inputs.namespace, ...access };
  return {
    ...workshop,
    helm: helmFor(target, { ...helmTool, run, start }),
    kubectl,
    api: apiOver(proxy.socket),
    revive: proxy.revive,
    cluster,
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

/** The default values of a chart in a folder; a packaged chart's are not looked at. */
async function valuesOf(chart: string): Promise<unknown> {
  if (chart === '') return undefined;
  try {
    return parseYaml(await readFile(path.join(chart, 'values.yaml'), 'utf8'))[0];
  } catch {
    return undefined;
  }
}

/** What is public anyway: a Secret's value that is one of these plain words hides nothing. */
export function publicWords(inputs: Inputs, chartValues: unknown, objects: readonly KubeObject[]): unknown[] {
  return [chartValues, inputs.release, inputs.namespace, objects.map((object) => object.metadata.name)];
}

/** Everything in the inputs that must not leave. Throws KubeconfigError for a kubeconfig that is none. */
export function inputSecrets(inputs: Inputs): string[] {
  const { kubeconfig, values } = inputs;
  const all = [
    inputs['github-token'] ?? '',
    ...(kubeconfig ? kubeconfigSecrets(decodeKubeconfig(kubeconfig)) : []),
    ...(values ? secretsInValues(parseYaml(values)[0]) : []),
  ];
  return all.filter((secret) => secret !== '');
}

/** Inline values may hold secrets: they travel in a private file, never in an argument list. */
async function chartSource(inputs: Inputs, folder: string): Promise<ChartSource> {
  const inline = inputs.values === undefined ? [] : [await writePrivate(folder, 'values.yaml', inputs.values)];
  return {
    chart: inputs.chart,
    valueFiles: [...inputs['value-files'], ...inline],
    set: inputs.set,
    setString: inputs['set-string'],
    extra: inputs['helm-args'],
  };
}
