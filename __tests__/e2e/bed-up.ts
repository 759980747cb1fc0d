import { status, up } from '../../testbed/bed.ts';

/** jest's global set-up: the developer's running bed, or one that bed-down.ts ends again. */
export default async function bedUp(): Promise<void> {
  const running = await status('main');
  const wasUp = running.length > 0 && running.every((part) => part.healthy);
  const bed = await up('main', (text) => void process.stderr.write(text));
  process.env.HELM_ROLLOUT_BED = JSON.stringify(bed);
  process.env.HELM_ROLLOUT_BED_OWNED = String(!wasUp);
}
