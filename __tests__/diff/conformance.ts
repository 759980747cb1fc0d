import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { diffRelease, type ReleaseDiff } from '../../src/diff/diff.ts';
import { cachedPath } from '../../testbed/build.ts';
import { parts } from '../../testbed/parts.ts';
import { type HelmName, ROOT, theBed } from '../e2e/step.ts';

const run = promisify(execFile);

/** One chart with its Helm options (`--values …`, `--set …`). */
export interface Rendering {
  chart: string;
  options: string[];
  /** Holds kinds that the bed does not know, so that Helm refuses even a dry run; it must have no hooks then. */
  unknownKinds?: boolean;
}

/** An upgrade to compare. `textual`: objects (`Kind/name`) that only differ in how they are written. */
export interface ChartPair {
  name: string;
  old: Rendering;
  now: Rendering;
  textual: string[];
}

/** What both say: `pearl, web, Deployment (apps) changed`, sorted. */
export interface Answers {
  ours: string[];
  theirs: string[];
  diff: ReleaseDiff;
}

/** A folder for HELM_PLUGINS that holds the bed's helm-diff. */
export function pluginFolder(): string {
  const part = parts.find(({ name }) => name === 'helm-diff');
  if (part === undefined) throw new Error('testbed/parts.ts has no helm-diff');
  const folder = mkdtempSync(path.join(tmpdir(), 'helm-plugins-'));
  mkdirSync(path.join(folder, 'helm-diff', 'bin'), { recursive: true });
  const manifest = readFileSync(path.join(ROOT, 'testbed/go/helm-diff/plugin.yaml'));
  writeFileSync(path.join(folder, 'helm-diff', 'plugin.yaml'), manifest);
  symlinkSync(cachedPath(part), path.join(folder, 'helm-diff', 'bin', 'diff'));
  return folder;
}

/** Helm in a namespace of the bed; resolves with what it printed. */
export class Helm {
  readonly namespace: string;
  private readonly plugins: string;

  constructor(namespace: string, plugins: string) {
    this.namespace = namespace;
    this.plugins = plugins;
  }

  async call(helm: HelmName, ...args: string[]): Promise<string> {
    const { bin, kubeconfig } = theBed();
    const env = {
      ...process.env,
      KUBECONFIG: kubeconfig,
      HELM_PLUGINS: helm === 'helm3' ? this.plugins : '/nonexistent',
    };
    const all = [...args, '--namespace', this.namespace];
    return (await run(path.join(bin, helm), all, { env, maxBuffer: 1 << 28 })).stdout;
  }

  async kubectl(...args: string[]): Promise<string> {
    const { bin, kubeconfig } = theBed();
    const env = { ...process.env, KUBECONFIG: kubeconfig };
    return (await run(path.join(bin, 'kubectl'), args, { env, maxBuffer: 1 << 28 })).stdout;
  }

  /**
   * Stores a release as Helm does, without its objects: charts with cluster-wide objects and unknown kinds can then stand
   * side by side on a bed that others use.
   */
  async record(release: string, rendering: Rendering): Promise<void> {
    const stored = await this.rendered(release, rendering);
    stored.info.status = 'deployed';
    const data = gzipSync(JSON.stringify(stored)).toString('base64');
    const name = `sh.helm.release.v1.${release}.v1`;
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'helm.sh/release.v1',
      metadata: {
        name,
        namespace: this.namespace,
        labels: { owner: 'helm', name: release, status: 'deployed', version: '1' },
      },
      data: { release: Buffer.from(data).toString('base64') },
    };
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'helm-record-')), 'secret.json');
    writeFileSync(file, JSON.stringify(secret));
    await this.kubectl('create', '--filename', file);
  }

  private async rendered(release: string, { chart, options, unknownKinds }: Rendering): Promise<StoredRelease> {
    if (unknownKinds !== true) {
      const dry = ['install', release, chart, ...options, '--dry-run=client', '--output', 'json'];
      return JSON.parse(await this.call('helm3', ...dry)) as StoredRelease;
    }
    const manifest = await this.call('helm3', 'template', release, chart, ...options);
    const now = new Date().toISOString();
    const metadata = { name: release, version: '0.1.0', apiVersion: 'v2' };
    const info = { first_deployed: now, last_deployed: now, deleted: '', description: 'recorded', status: 'deployed' };
    return { name: release, namespace: this.namespace, version: 1, info, chart: { metadata }, manifest, hooks: [] };
  }
}

/** A release as Helm stores it, as far as it is touched here. */
interface StoredRelease {
  info: { status: string };
  [field: string]: unknown;
}

/** A name for the release of a pair that Helm accepts. */
export function releaseOf(pair: ChartPair): string {
  return `r${createHash('sha256').update(pair.name).digest('hex').slice(0, 8)}`;
}

/** Asks helm diff about the upgrade of a release that Helm knows, and our engine about the same upgrade. */
export async function compare(helm: Helm, pair: ChartPair): Promise<Answers> {
  const release = releaseOf(pair);
  const { chart, options } = pair.now;
  const flags = ['--disable-validation', '--no-color', '--output', 'simple'];
  const [theirs, diff] = await Promise.all([
    helm.call('helm3', 'diff', 'upgrade', release, chart, ...options, ...flags),
    ours(helm, 'helm3', pair),
  ]);
  return { ours: answersOf(diff), theirs: headings(theirs), diff };
}

/** The answer of our engine with this Helm. */
export async function ours(helm: Helm, name: HelmName, pair: ChartPair): Promise<ReleaseDiff> {
  const release = releaseOf(pair);
  const { chart, options } = pair.now;
  const [old, oldHooks, now] = await Promise.all([
    helm.call(name, 'get', 'manifest', release),
    helm.call(name, 'get', 'hooks', release),
    helm.call(name, 'template', release, chart, ...options, '--is-upgrade'),
  ]);
  return diffRelease({ old, oldHooks, new: now, newHooks: '', releaseNamespace: helm.namespace });
}

/** What our engine says changes, one line per object. */
export function answersOf(diff: ReleaseDiff): string[] {
  const changed = diff.objects.filter(({ change }) => change !== 'unchanged');
  return changed.map(({ title }) => title.replace(/ has (been )?(?=\w+$)/, ' ')).sort();
}

/** The lines of `--output simple`: `pearl, web, Deployment (apps) to be changed.` */
function headings(text: string): string[] {
  return [...text.matchAll(/^(.*\)) to be (changed|added|removed)\.$/gm)]
    .map(([, key, change]) => `${key} ${change}`)
    .sort();
}

/** The lines of both that differ, without those that are explained by a textual edit. */
export function unexplained(pair: ChartPair, answers: Answers): { onlyOurs: string[]; onlyTheirs: string[] } {
  const explained = new Set(
    pair.textual.map((object) => {
      const [kind, name] = object.split('/');
      return `${name}, ${kind}`;
    }),
  );
  const named = (line: string) =>
    line
      .split(', ')
      .slice(1)
      .join(', ')
      .replace(/ \(.*$/, '');
  return {
    onlyOurs: answers.ours.filter((line) => !answers.theirs.includes(line)),
    onlyTheirs: answers.theirs.filter((line) => !answers.ours.includes(line) && !explained.has(named(line))),
  };
}
