import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from '@jest/globals';
import { Place } from './release.ts';
import { type HelmName, ROOT, Step, type StepResult } from './step.ts';

/** One system of examples/pearl as it goes to production; paths are relative to that folder. */
export interface PearlSystem {
  name: string;
  release: string;
  chart: string;
  production: string;
}

const PEARL = path.join(ROOT, 'examples/pearl');

/** Every system with a production.yaml: as systems.json lists them, else one per folder on the chart for services. */
export function pearlSystems(): PearlSystem[] {
  const list = path.join(PEARL, 'systems.json');
  if (existsSync(list)) return (JSON.parse(readFileSync(list, 'utf8')) as { systems: PearlSystem[] }).systems;
  const folders = readdirSync(PEARL).filter((name) => existsSync(path.join(PEARL, name, 'production.yaml')));
  return folders.map((name) => ({
    name,
    release: name,
    chart: 'charts/service',
    production: `${name}/production.yaml`,
  }));
}

interface Workload {
  kind: string;
  metadata: { name: string };
  spec: { template: { spec: Record<'initContainers' | 'containers', { name: string; image: string }[] | undefined> } };
}

/** A tag that no values file holds. */
const TAG = '9.9.9';

/**
 * Fresh from Helm the system is clean; hot-fixed with `kubectl set image` in all its containers, its values adopted, and upgraded by
 * plain Helm, it is clean again, runs what ran, and its values file differs in the adopted lines alone.
 */
export async function proveAdoption(system: PearlSystem, helm: HelmName): Promise<void> {
  const place = new Place('adopt', helm);
  const repo = mkdtempSync(path.join(tmpdir(), 'repo-'));
  cpSync(PEARL, repo, { recursive: true });
  const { release, chart, production } = system;
  const file = path.join(repo, production);
  const helmArgs = [release, path.join(repo, chart), '--values', file];
  const act = async (command: string, inputs: Record<string, string> = {}): Promise<StepResult> => {
    const given = {
      command,
      release,
      namespace: place.namespace,
      chart,
      'value-files': production,
      comment: 'never',
      ...inputs,
    };
    const step = new Step({ helm, inputs: given, env: { GITHUB_WORKSPACE: repo } });
    try {
      return await step.main();
    } finally {
      step.remove();
    }
  };
  const workloads = (): Workload[] =>
    (JSON.parse(place.k('get', 'deployments,statefulsets,daemonsets', '--output', 'json')) as { items: Workload[] })
      .items;
  const containersOf = ({ spec }: Workload) => [
    ...(spec.template.spec.initContainers ?? []),
    ...(spec.template.spec.containers ?? []),
  ];
  const images = (): string[] => workloads().flatMap((one) => containersOf(one).map(({ image }) => image));
  try {
    place.h('install', ...helmArgs);
    await expectStatus(await act('drift'), 'clean');
    for (const workload of workloads()) {
      const pairs = containersOf(workload).map(
        ({ name, image }) => `${name}=${image.replace(/(@.*)?$/, '').replace(/:[^:/]*$/, '')}:${TAG}`,
      );
      place.k('set', 'image', `${workload.kind.toLowerCase()}/${workload.metadata.name}`, ...pairs);
    }
    const hot = images();
    const before = readFileSync(file, 'utf8').split('\n');
    const adopted = await act('drift', { adopt: 'true' });
    await expectStatus(adopted, 'drifted');
    expect(adopted.report?.driftCheck?.adopt).toMatchObject({ written: true, notes: [] });

    const after = readFileSync(file, 'utf8').split('\n');
    expect(after.length).toBe(before.length);
    const changed = after.filter((line, at) => line !== before[at]);
    expect(changed.length).toBeGreaterThan(0);
    for (const line of changed) expect(line).toContain(TAG);
    // Without force: what the values say now is what is there.
    place.h('upgrade', ...helmArgs);
    expect(images()).toEqual(hot);
    await expectStatus(await act('drift'), 'clean');
    await expectStatus(await act('diff'), 'clean');
  } finally {
    place.remove();
    rmSync(repo, { recursive: true, force: true });
  }
}

async function expectStatus(run: StepResult, status: string): Promise<void> {
  if (run.outputs.status === status) return;
  throw new Error(
    `expected ${status}, got ${run.outputs.status}:\n${JSON.stringify(run.report?.driftCheck?.rows, null, 2)}\n${run.log}`,
  );
}
