import { asTold } from '../../demo/told.ts';
import type { PearlSystem } from '../../examples/pearl/systems.ts';
import { duration } from '../../src/report/markdown.ts';
import type { Scene } from '../scene.ts';

/** A release whose image does not exist: caught, explained, rolled back. */
export async function badRelease({ place, terminal }: Scene, system: PearlSystem): Promise<void> {
  terminal.chapter('4  A bad release in the middle');
  const inputs = { 'value-files': place.path(system.production), 'set-string': 'image.tag=missing' };
  const { code, outputs, report } = await place.action(system, 'deploy', inputs);
  asTold('after the bad release', 'the exit code of the job', code, 1);
  asTold('after the bad release', 'its status', outputs.status, 'rolled-back');
  asTold('after the bad release', 'the rollback verified', report?.rollback?.verified, true);
  terminal.facts(`${system.release} with an image that was never pushed:`, [
    ['status', `${outputs.status} to revision ${report?.rollback?.to}, verified`],
    ['why', outputs.reason ?? ''],
    ['took', duration(report?.tookMs ?? 0)],
  ]);
}
