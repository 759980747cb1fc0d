import { down } from '../../testbed/bed.ts';

/** jest's global tear-down: ends the bed that bed-up.ts started, and no other. */
export default async function bedDown(): Promise<void> {
  if (process.env.HELM_ROLLOUT_BED_OWNED === 'true') await down('main');
}
