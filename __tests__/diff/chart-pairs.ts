import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type HelmName, ROOT, theBed } from '../e2e/step.ts';
import { baseChart, writeChart } from './chart-base.ts';
import { drawEdits, type Edit, edited, TEXTUAL } from './chart-edits.ts';
import type { ChartPair } from './conformance.ts';
import type { Random } from './random.ts';

const temporary = () => mkdtempSync(path.join(tmpdir(), 'chart-pair-'));

/** Pairs from the grammar of edits. The name of each says what was edited. */
export function generatedPairs(random: Random, count: number): ChartPair[] {
  return Array.from({ length: count }, (_, index) => {
    // The first ones take each textual edit once, so that every documented difference is seen.
    const fixed = TEXTUAL[index];
    const edits = fixed === undefined ? drawEdits(random) : [fixed];
    return generatedPair(random, index, edits);
  });
}

function generatedPair(random: Random, index: number, edits: Edit[]): ChartPair {
  const base = baseChart(random);
  if (edits.includes('keep and remove')) {
    const crd = base.find(({ file }) => file === 'crd');
    if (crd !== undefined) crd.object.metadata.annotations = { 'helm.sh/resource-policy': 'keep' };
  }
  const { chart, textual } = edited(random, base, edits);
  const folder = temporary();
  return {
    name: `generated ${index}: ${edits.join(', ')}`,
    old: { chart: writeChart(path.join(folder, 'old'), base, '0.1.0'), options: [] },
    now: { chart: writeChart(path.join(folder, 'new'), chart, '0.2.0'), options: [] },
    textual,
  };
}

/** `helm create`, as each Helm makes it, with the values that people set first. */
export function createdPairs(helms: readonly HelmName[]): ChartPair[] {
  const settings: [string, string[], string[]][] = [
    ['image', [], ['--set', 'image.tag=2.0']],
    ['autoscaling', [], ['--set', 'autoscaling.enabled=true']],
    ['ingress', [], ['--set', 'ingress.enabled=true']],
    ['no account', [], ['--set', 'serviceAccount.create=false']],
    ['service', ['--set', 'service.port=80'], ['--set', 'service.port=8080', '--set', 'replicaCount=3']],
    ['nothing', [], []],
  ];
  return helms.flatMap((helm) => {
    const folder = temporary();
    const { bin } = theBed();
    execFileSync(path.join(bin, helm), ['create', path.join(folder, 'demo')], { stdio: 'pipe' });
    const chart = path.join(folder, 'demo');
    const pairs = settings.map(
      ([name, before, after]): ChartPair => ({
        name: `${helm} create: ${name}`,
        old: { chart, options: before },
        now: { chart, options: after },
        textual: [],
      }),
    );
    return [...pairs, versionPair(helm, chart)];
  });
}

/** A new chart version alone: every object differs in its labels. */
function versionPair(helm: HelmName, chart: string): ChartPair {
  const next = path.join(temporary(), 'demo');
  cpSync(chart, next, { recursive: true });
  const file = path.join(next, 'Chart.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('version: 0.1.0', 'version: 0.2.0'));
  return {
    name: `${helm} create: chart version`,
    old: { chart, options: [] },
    now: { chart: next, options: [] },
    textual: [],
  };
}

/** The Pearl chart with the values of the plan. */
export function pearlPairs(): ChartPair[] {
  const chart = path.join(ROOT, 'examples/pearl/charts/service');
  const values = (name: string, ...more: string[]) => [
    '--values',
    path.join(ROOT, 'examples/pearl/interface', `${name}.yaml`),
    ...more,
  ];
  const pair = (name: string, before: string[], after: string[]): ChartPair => ({
    name: `pearl: ${name}`,
    old: { chart, options: before },
    now: { chart, options: after },
    textual: [],
  });
  return [
    pair('observed to production', values('observed'), values('production')),
    pair('production to observed', values('production'), values('observed')),
    pair('image', values('production'), values('production', '--set-string', 'image.tag=1.5.0')),
    pair('external secret', values('production', '--set', 'externalSecret.enabled=false'), values('production')),
  ];
}

/** kwok's own charts at two versions. The module proxy's hashes are checked by Go. */
export function kwokPairs(): ChartPair[] {
  const [old, now] = ['v0.7.0', 'v0.8.0'].map((version) => {
    const said = execFileSync('go', ['mod', 'download', '-json', `sigs.k8s.io/kwok@${version}`], {
      cwd: tmpdir(),
      encoding: 'utf8',
    });
    return path.join((JSON.parse(said) as { Dir: string }).Dir, 'charts');
  });
  const pair = (name: string, before: string, after: string, ...options: string[]): ChartPair => ({
    name: `kwok: ${name}`,
    old: { chart: before, options: [], unknownKinds: !name.startsWith('kwok') },
    now: { chart: after, options },
    textual: [],
  });
  return [
    ...['kwok', 'stage-fast', 'metrics-usage'].map((chart) =>
      pair(`${chart} 0.7.0 to 0.8.0`, `${old}/${chart}`, `${now}/${chart}`),
    ),
    ...['kwok', 'stage-fast'].map((chart) => pair(`${chart} 0.8.0 to 0.7.0`, `${now}/${chart}`, `${old}/${chart}`)),
    pair('kwok 0.8.0, replicas', `${now}/kwok`, `${now}/kwok`, '--set', 'replicas=0'),
  ];
}
