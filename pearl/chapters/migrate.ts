import { asTold } from '../../demo/told.ts';
import type { PearlSystem } from '../../examples/pearl/systems.ts';
import { duration } from '../../src/report/markdown.ts';
import type { HotFix, Place } from '../place.ts';
import type { Scene } from '../scene.ts';

/** One system to production: adopt what runs → deploy without changing it → review the diff → deploy production values. */
export async function migrate({ place, terminal, hotFixes }: Scene, system: PearlSystem, step: number): Promise<void> {
  terminal.chapter(`3.${step}  ${system.name}`);
  const [observed, production] = [place.path(system.observed), place.path(system.production)];
  const fixes = hotFixes.get(system.release) ?? [];

  const adopted = await place.action(system, 'drift', { 'value-files': observed, adopt: 'true' });
  asTold('with hot-fixes', `the status of drift of ${system.release}`, adopted.outputs.status, 'drifted');
  for (const { to } of fixes)
    asTold('after adopting', 'the adopted tag in the values', place.read(observed).includes(to), true);

  const same = await place.action(system, 'deploy', { 'value-files': observed });
  asTold('after adopting', `the status of the deploy of ${system.release}`, same.outputs.status, 'deployed');
  await expectImages(place, fixes);

  // What was adopted is what production starts with.
  let values = place.read(production);
  for (const { from, to } of fixes)
    values = values.replaceAll(new RegExp(`(tag: )"?${from.replaceAll('.', '\\.')}"?(?=\\s)`, 'g'), `$1"${to}"`);
  place.write(production, values);
  const diff = await place.action(system, 'diff', { 'value-files': production });
  asTold('before production', `the status of the diff of ${system.release}`, diff.outputs.status, 'changed');
  const deployed = await place.action(system, 'deploy', { 'value-files': production });
  asTold('after the deploy', `the status of ${system.release}`, deployed.outputs.status, 'deployed');

  terminal.facts('Four steps of a job:', [
    ['drift, adopt', `${adopted.report?.driftCheck?.rows.length ?? 0} difference(s), written into ${observed}`],
    ['deploy', `revision ${same.outputs.revision}: the running image is not touched`],
    ['diff', (diff.report?.diff?.meaning ?? []).map(({ label, value }) => `${label} ${value}`.trim()).join(' · ')],
    ['deploy', `revision ${deployed.outputs.revision}, healthy after ${duration(deployed.report?.tookMs ?? 0)}`],
  ]);
}

async function expectImages(place: Place, fixes: readonly HotFix[]): Promise<void> {
  for (const { workload, to } of fixes) {
    const image = await place.kubectl('get', workload, '--output=jsonpath={.spec.template.spec.containers[0].image}');
    asTold('after adopting', `the tag that ${workload} runs`, image.split(':').at(-1), to);
  }
}
