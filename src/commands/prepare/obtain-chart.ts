import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Inputs } from '../../inputs/inputs.ts';
import { parseYaml } from '../../kubernetes/yaml.ts';
import { NETWORK_MS, runWithin } from '../../process/run.ts';
import type { Tool } from '../../process/tools.ts';
import { fetchDependencies } from '../../release/chart-dependencies.ts';
import { type ChartHelm, type Credentials, chartHelm } from '../../release/chart-helm.ts';
import { type PulledChart, pullChart } from '../../release/pull-chart.ts';

/** The chart on this machine. */
export interface ObtainedChart {
  /** Folder or package. */
  path: string;
  /** Set when the chart is not part of the checkout. */
  pulled?: PulledChart;
  /** Its own default values: what stands there in public is no secret. */
  defaults: unknown;
}

/** What obtaining a chart works with. */
export interface ChartBench {
  helmTool: Tool;
  /** Private files of this run. */
  folder: string;
  workspace: string;
  say: (line: string) => void;
}

/**
 * The chart of the inputs as a path: pulled, completed with its dependencies, or as the checkout has it. Throws ChartError
 * and InputError.
 */
export async function obtainChart(inputs: Inputs, bench: ChartBench): Promise<ObtainedChart> {
  const { chart, repo } = inputs;
  // A command that works on what is deployed.
  if (chart === '') return { path: '', defaults: undefined };
  const helm = await chartHelm(
    bench.helmTool,
    bench.folder,
    inputs['repo-password'] !== undefined,
    runWithin(NETWORK_MS),
  );
  if (inputs['dependency-update']) {
    await fetchInto(chart, bench.workspace, inputs, helm, bench.say);
  } else if (repo !== undefined || chart.startsWith('oci://')) {
    const order = { chart, repo, version: inputs['chart-version'], credentials: credentialsOf(inputs) };
    const pulled = await pullChart(order, helm, bench.folder);
    bench.say(`Pulled chart ${pulled.name} ${pulled.version} from ${repo ?? chart} (sha256 ${pulled.sha256})`);
    return { path: pulled.file, pulled, defaults: await defaultsOf(pulled.file, helm) };
  }
  return { path: chart, defaults: await defaultsOf(chart, helm) };
}

/** The same dependencies for the same chart in another checkout, such as the base of a pull request. */
export async function completeChart(chart: string, inputs: Inputs, bench: ChartBench): Promise<void> {
  if (!inputs['dependency-update']) return;
  const helm = await chartHelm(
    bench.helmTool,
    bench.folder,
    inputs['repo-password'] !== undefined,
    runWithin(NETWORK_MS),
  );
  await fetchInto(chart, bench.workspace, inputs, helm, bench.say);
}

async function fetchInto(
  chart: string,
  workspace: string,
  inputs: Inputs,
  helm: ChartHelm,
  say: (line: string) => void,
): Promise<void> {
  const order = { chart, workspace, repo: inputs.repo, credentials: credentialsOf(inputs) };
  const done = await fetchDependencies(order, helm);
  const shown = path.relative(workspace, chart) || '.';
  say(done ? `Fetched the dependencies of ${shown} (${done})` : `The chart ${shown} has no dependencies to fetch`);
}

function credentialsOf(inputs: Inputs): Credentials | undefined {
  const username = inputs['repo-username'];
  const password = inputs['repo-password'];
  return username !== undefined && password !== undefined ? { username, password } : undefined;
}

/** The default values of a chart; undefined when it has none, or they are no YAML (Helm will say so). */
async function defaultsOf(chart: string, helm: ChartHelm): Promise<unknown> {
  try {
    return parseYaml(await valuesText(chart, helm))[0];
  } catch {
    return undefined;
  }
}

async function valuesText(chart: string, helm: ChartHelm): Promise<string> {
  if (!chart.endsWith('.tgz')) return readFile(path.join(chart, 'values.yaml'), 'utf8');
  const { code, stdout } = await helm.call(['show', 'values', chart]);
  return code === 0 ? stdout : '';
}
