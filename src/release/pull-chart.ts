import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseYaml } from '../kubernetes/yaml.ts';
import type { Output } from '../process/run.ts';
import { type ChartHelm, type Credentials, plainHttp } from './chart-helm.ts';
import { ChartError, type ChartRequest, chartTrouble } from './chart-trouble.ts';

/** A chart that is not in the workspace. */
export interface ChartOrder {
  /** The chart's name in `repo`, or a whole `oci://` address. */
  chart: string;
  version: string | undefined;
  repo: string | undefined;
  credentials: Credentials | undefined;
}

/** A chart as it came: everything after works on this file. */
export interface PulledChart {
  file: string;
  name: string;
  version: string;
  /** Of the package, in hex. */
  sha256: string;
}

/**
 * Pulls a chart once, into a private folder: render, diff, audit and upgrade then see the same bytes. The password reaches
 * Helm through standard input only. Throws ChartError.
 */
export async function pullChart(order: ChartOrder, helm: ChartHelm, folder: string): Promise<PulledChart> {
  const target = path.join(folder, 'chart');
  await mkdir(target, { mode: 0o700 });
  const { chart, version, repo, credentials } = order;
  const source = repo ?? `oci://${new URL(chart).host}`;
  const request: ChartRequest = { chart, version, source, hasPassword: credentials !== undefined };
  const done = async (output: Promise<Output>): Promise<void> => {
    const { code, stderr } = await output;
    if (code !== 0) throw chartTrouble(stderr, request);
  };
  const wanted = ['--destination', target, ...(version === undefined ? [] : ['--version', version])];
  if (repo === undefined) {
    if (credentials) await done(helm.logIn(chart, credentials));
    await done(helm.call(['pull', chart, ...wanted, ...plainHttp(chart)]));
  } else {
    await done(helm.addRepository('source', repo, credentials));
    await done(helm.call(['pull', `source/${chart}`, ...wanted]));
  }
  return pulled(target, helm);
}

async function pulled(folder: string, helm: ChartHelm): Promise<PulledChart> {
  const [name] = (await readdir(folder)).filter((entry) => entry.endsWith('.tgz'));
  if (name === undefined) throw new ChartError('helm pull said that it was done and left no chart');
  const file = path.join(folder, name);
  const shown = await helm.call(['show', 'chart', file]);
  if (shown.code !== 0) throw new ChartError(`what was pulled is no chart: ${shown.stderr.trim()}`);
  const about = parseYaml(shown.stdout)[0] as { name?: unknown; version?: unknown } | undefined;
  const sha256 = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  return { file, name: String(about?.name), version: String(about?.version), sha256 };
}
