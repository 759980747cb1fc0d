import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import type { PearlSystem } from '../../examples/pearl/systems.ts';
import { type HotFix, NAMESPACE, type Place } from '../place.ts';
import type { Scene } from '../scene.ts';

/** Every system as the plan observed it, installed by Helm and then hot-fixed past it. */
export async function today({ place, terminal, hotFixes }: Scene): Promise<void> {
  terminal.chapter('1  Pearl as it was found, and what months of `kubectl set image` made of it');
  await place.run('kubectl', 'create', 'namespace', NAMESPACE);
  for (const system of place.systems) {
    const values = ['--namespace', NAMESPACE, '--values', place.path(system.observed), '--wait', '--timeout', '2m'];
    await place.run(place.helm, 'install', system.release, place.path(system.chart), ...values);
    hotFixes.set(system.release, await hotFix(place, system));
  }
  terminal.facts(
    'Helm installed five releases; people changed the images by hand since:',
    [...hotFixes].map(([release, fixes]) => [release, fixes.map(({ from, to }) => `${from} → ${to}`).join(', ')]),
  );
}

async function hotFix(place: Place, { workloads }: PearlSystem): Promise<HotFix[]> {
  const fixes: HotFix[] = [];
  for (const workload of workloads.observed) {
    const object = await place.live<Deployment>(workload);
    const [container] = object.spec?.template.spec?.containers ?? [];
    const [, name = '', from = ''] = /^(.*):([^:/]+)$/.exec(container?.image ?? '') ?? [];
    const fix = { workload, container: container?.name ?? '', from, to: `${from}-hotfix` };
    await place.kubectl('set', 'image', workload, `${fix.container}=${name}:${fix.to}`);
    await place.kubectl('rollout', 'status', workload, '--timeout=60s');
    fixes.push(fix);
  }
  return fixes;
}
