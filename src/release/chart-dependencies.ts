import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isLoopback } from '../inputs/chart.ts';
import { InputError } from '../inputs/input-error.ts';
import { isInside, refuseLinksThatLeave } from '../inputs/workspace.ts';
import { parseYaml } from '../kubernetes/yaml.ts';
import { type ChartHelm, type Credentials, plainHttp } from './chart-helm.ts';
import { dependencyTrouble } from './chart-trouble.ts';

/** A chart in the workspace whose dependencies are to be fetched. */
export interface DependencyOrder {
  /** The chart's folder. */
  chart: string;
  workspace: string;
  /** The repository or registry that the credentials are for. */
  repo: string | undefined;
  credentials: Credentials | undefined;
}

/**
 * Fetches a chart's dependencies into its `charts` folder: `helm dependency build` when there is a lock file, so that
 * exactly the locked versions come, else `helm dependency update`. Returns what was run; undefined when the chart has no
 * dependencies. Throws ChartError, and InputError for a dependency that stands outside the workspace.
 */
export async function fetchDependencies(order: DependencyOrder, helm: ChartHelm): Promise<string | undefined> {
  const { chart, workspace, repo, credentials } = order;
  const addresses = await repositoriesOf(chart);
  if (addresses.length === 0) return undefined;
  refuseOutside(chart, addresses, workspace);
  const isLocked = ['Chart.lock', 'requirements.lock'].some((file) => existsSync(path.join(chart, file)));
  const shown = path.relative(workspace, chart) || '.';
  const refused = (stderr: string): Error => dependencyTrouble(stderr, shown);
  if (credentials && repo?.startsWith('oci://')) {
    const { code, stderr } = await helm.logIn(repo, credentials);
    if (code !== 0) throw refused(stderr);
  }
  // `dependency build` finds only repositories that were added: https://github.com/helm/helm/issues/7214
  for (const [index, url] of addresses.filter((found) => /^https?:/.test(found)).entries()) {
    const own = sameAddress(url, repo) ? credentials : undefined;
    const { code, stderr } = await helm.addRepository(`dependency-${index + 1}`, url, own);
    if (code !== 0) throw refused(stderr);
  }
  const verb = isLocked ? 'build' : 'update';
  const registries = addresses.filter((address) => address.startsWith('oci://'));
  // One flag for all of them: it is given only when no other host would be asked without TLS.
  const plain = registries.length > 0 && registries.every(isLoopback) ? plainHttp(registries[0] ?? '') : [];
  const { code, stderr } = await helm.call(['dependency', verb, chart, ...plain]);
  if (code !== 0) throw refused(stderr);
  return `helm dependency ${verb}`;
}

interface Dependencies {
  dependencies?: { repository?: unknown }[] | null;
}

/** Where the dependencies come from, each once; Helm 2's requirements.yaml counts too. */
async function repositoriesOf(chart: string): Promise<string[]> {
  const files = ['Chart.yaml', 'requirements.yaml'].map((name) => path.join(chart, name)).filter(existsSync);
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  const found = texts.flatMap((text) => (parseYaml(text)[0] as Dependencies | null)?.dependencies ?? []);
  return [...new Set(found.map(({ repository }) => (typeof repository === 'string' ? repository : '')))];
}

/** `file://` leads to a folder beside the chart, and could lead anywhere. */
function refuseOutside(chart: string, addresses: readonly string[], workspace: string): void {
  for (const address of addresses.filter((each) => each.startsWith('file://'))) {
    const folder = path.resolve(chart, address.slice('file://'.length));
    if (!isInside(folder, workspace)) {
      throw new InputError('chart', `the dependency "${address}" of the chart is outside the workspace`);
    }
    if (existsSync(folder)) refuseLinksThatLeave(folder, address, 'chart', workspace);
  }
}

function sameAddress(a: string, b: string | undefined): boolean {
  return a.replace(/\/+$/, '') === b;
}
