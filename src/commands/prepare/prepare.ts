import { type Api, apiOver } from '../../cluster/api.ts';
import { type EksCluster, eksKubeconfig, eksRefusal } from '../../cluster/eks.ts';
import {
  type ClusterIdentity,
  decodeKubeconfig,
  identifyCluster,
  kubeconfigSecrets,
  privateFolder,
  writePrivate,
} from '../../cluster/kubeconfig.ts';
import {
  type ClusterAccess,
  type Kubectl,
  KubectlError,
  kubectlFor,
  type ServerVersion,
} from '../../cluster/kubectl.ts';
import { type ApiProxy, openProxy } from '../../cluster/proxy.ts';
import type { RunContext } from '../../github/context.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { KubeObject } from '../../kubernetes/object.ts';
import { parseYaml } from '../../kubernetes/yaml.ts';
import { start } from '../../process/child.ts';
import { findOnPath } from '../../process/find-on-path.ts';
import { NETWORK_MS, run, runWithin } from '../../process/run.ts';
import { findHelm, findKubectl, kubectlAt, kubectlSkew, type Tool } from '../../process/tools.ts';
import { type Helm, helmFor } from '../../release/helm.ts';
import type { ChartSource, TemplateFor } from '../../release/helm-args.ts';
import type { PulledChart } from '../../release/pull-chart.ts';
import { secretsInSetLines, secretsInValues } from '../../report/release-secrets.ts';
import { keep } from '../../state.ts';
import { toolPorts, type Voice } from './find-tools.ts';
import { type ObtainedChart, obtainChart } from './obtain-chart.ts';
import { checkSameCluster } from './same-cluster.ts';

/** What a command has on the runner itself. */
export interface Workshop {
  helmTool: Tool;
  access: ClusterAccess;
  source: ChartSource;
  /** Private files of this run; removed by post. */
  folder: string;
  /** The chart's own default values: what stands there in public is no secret. */
  chartValues: unknown;
  /** Set when the chart is not part of the checkout. */
  pulled?: PulledChart;
  voice: Voice;
}

/** Everything a command works with: found, checked, and nothing written to the cluster. */
export interface Session extends Workshop {
  helm: Helm;
  kubectl: Kubectl;
  api: Api;
  revive: () => Promise<void>;
  cluster: ClusterIdentity;
  server: ServerVersion;
  close(): Promise<void>;
}

/** A cluster that does not answer is not waited for longer, in seconds. */
const REACH_SECONDS = 10;

/**
 * Finds or installs helm, obtains the chart and writes the private files. Throws with one sentence that says what is
 * missing; post removes the private folder whatever happens here.
 */
export async function setUp(inputs: Inputs, context: RunContext, voice: Voice): Promise<Workshop> {
  if (process.platform === 'win32') throw new Error('Windows runners are not supported: use a Linux or macOS runner');
  const folder = await privateFolder(context.temp);
  keep({ folder });
  const access: ClusterAccess = { kubeContext: inputs['kube-context'] };
  if (inputs.kubeconfig) {
    access.kubeconfig = await writePrivate(folder, 'kubeconfig', decodeKubeconfig(inputs.kubeconfig));
  }
  const helmTool = await findHelm(inputs['helm-version'], toolPorts(inputs, folder, voice));
  voice.say(`helm ${helmTool.version} (${helmTool.bin})`);
  const chart = await obtainChart(inputs, { helmTool, folder, workspace: context.workspace, say: voice.say });
  const source = await chartSource(inputs, chart, folder);
  return { helmTool, access, source, folder, voice, chartValues: chart.defaults, pulled: chart.pulled };
}

/**
 * Finds or installs kubectl, reaches the cluster, and leaves it when `use` has ended. Throws with one sentence that says which part
 * is missing.
 */
export async function inSession<T>(
  workshop: Workshop,
  inputs: Inputs,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await connect(workshop, inputs);
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

/** What `helm template` is told of the cluster, beside whether there is a release already. */
export async function clusterOf({ kubectl, server }: Session): Promise<Omit<TemplateFor, 'isUpgrade'>> {
  return { kubeVersion: server.gitVersion, apiVersions: await kubectl.apiVersions() };
}

async function connect(workshop: Workshop, inputs: Inputs): Promise<Session> {
  const { folder, helmTool, voice } = workshop;
  checkSameCluster(process.env, inputs['kube-context']);
  const eks = eksOf(inputs);
  const access = eks ? await accessTo(eks, folder) : workshop.access;
  const bin = await findKubectl(inputs['kubectl-version'], toolPorts(inputs, folder, voice));
  // Side by side, for speed; a kubectl that does not run is the better message of two.
  const [works, found] = await Promise.allSettled([kubectlAt(bin, run), identifyCluster(bin, access, run)]);
  if (works.status === 'rejected') throw works.reason;
  if (found.status === 'rejected') throw found.reason;
  const cluster = found.value;
  const kubectl = kubectlFor(bin, access, run);
  const { proxy, server } = await proxyTo(kubectl, cluster, eks);
  const skew = kubectlSkew(works.value.version, server);
  if (skew) voice.warn(skew);
  const target = { release: inputs.release, namespace: inputs.namespace, ...access };
  return {
    ...workshop,
    access,
    helm: helmFor(target, { ...helmTool, run, start }),
    kubectl,
    api: apiOver(proxy.socket),
    revive: proxy.revive,
    cluster,
    server,
    close: proxy.close,
  };
}

function eksOf(inputs: Inputs): EksCluster | undefined {
  const name = inputs['eks-cluster'];
  return name === undefined ? undefined : { name, region: inputs['aws-region'] };
}

async function accessTo(eks: EksCluster, folder: string): Promise<ClusterAccess> {
  return { kubeconfig: await eksKubeconfig(eks, folder, { run: runWithin(NETWORK_MS), aws: findOnPath('aws') }) };
}

interface Reached {
  proxy: ApiProxy;
  server: ServerVersion;
}

/** Both at once, for speed; a proxy to a server that does not answer would keep this process alive. */
async function proxyTo(kubectl: Kubectl, cluster: ClusterIdentity, eks: EksCluster | undefined): Promise<Reached> {
  const [proxy, answer] = await Promise.allSettled([
    openProxy(kubectl.bin, kubectl.access, start),
    reach(kubectl, cluster, eks),
  ]);
  if (answer.status === 'rejected') {
    if (proxy.status === 'fulfilled') await proxy.value.close();
    throw answer.reason;
  }
  if (proxy.status === 'rejected') throw proxy.reason;
  return { proxy: proxy.value, server: answer.value };
}

async function reach(
  kubectl: Kubectl,
  { server }: ClusterIdentity,
  eks: EksCluster | undefined,
): Promise<ServerVersion> {
  try {
    return await kubectl.serverVersion(REACH_SECONDS);
  } catch (error) {
    const stderr = error instanceof KubectlError ? error.stderr : String(error);
    const refusal = eks && eksRefusal(stderr, eks);
    if (refusal) throw new Error(refusal);
    const why = stderr.trim().split('\n').at(-1);
    throw new Error(
      `the API server ${server} does not answer: ${why}. Check the kubeconfig and that the runner may reach it.`,
    );
  }
}

/** What is public anyway: a Secret's value that is one of these plain words hides nothing. */
export function publicWords(inputs: Inputs, chartValues: unknown, objects: readonly KubeObject[]): unknown[] {
  return [chartValues, inputs.release, inputs.namespace, objects.map((object) => object.metadata.name)];
}

/** Everything in the inputs that must not leave. Throws KubeconfigError for a kubeconfig that is none. */
export function inputSecrets(inputs: Inputs): string[] {
  const { kubeconfig, values } = inputs;
  const password = inputs['repo-password'] ?? '';
  const all = [
    inputs['github-token'] ?? '',
    password,
    // As basic auth writes it, and Helm's registry file.
    password === '' ? '' : Buffer.from(`${inputs['repo-username']}:${password}`).toString('base64'),
    ...(kubeconfig ? kubeconfigSecrets(decodeKubeconfig(kubeconfig)) : []),
    ...(values ? secretsInValues(parseYaml(values)[0]) : []),
    ...secretsInSetLines([...inputs.set, ...inputs['set-string']]),
  ];
  return all.filter((secret) => secret !== '');
}

/** Inline values may hold secrets: they travel in a private file, never in an argument list. */
async function chartSource(inputs: Inputs, chart: ObtainedChart, folder: string): Promise<ChartSource> {
  const inline = inputs.values === undefined ? [] : [await writePrivate(folder, 'values.yaml', inputs.values)];
  return {
    chart: chart.path,
    valueFiles: [...inputs['value-files'], ...inline],
    set: inputs.set,
    setString: inputs['set-string'],
    extra: inputs['helm-args'],
  };
}
