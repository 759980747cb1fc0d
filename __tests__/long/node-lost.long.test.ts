import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Bed, down, up } from '../../testbed/bed.ts';
import { until } from '../e2e/processes.ts';
import { Place, webInputs } from '../e2e/release.ts';
import { HELMS, Step } from '../e2e/step.ts';

/** A bed of its own: one of its nodes is lost. */
const NAME = `node-${process.pid}`;
let bed: Bed;
beforeAll(async () => {
  bed = await up(NAME, () => {});
}, 120_000);
afterAll(() => down(NAME), 60_000);

describe.each(HELMS)('a node lost during the rollout, with %s', (helm) => {
  it('is waited for, and nothing is called failed', async () => {
    const place = new Place('nodelost', helm, bed.kubeconfig);
    const step = (tag: string): Step =>
      new Step({
        helm,
        inputs: webInputs(place, [`image.tag=${tag}`], { timeout: '150s' }),
        env: { KUBECONFIG: bed.kubeconfig },
      });
    await step('1.0.0').mainAs('deployed');
    const main = step('slow-20').startMain();
    await until('a new pod runs', 30_000, () => /slow-20/.test(place.k('get', 'pods', '-o', 'jsonpath={..image}')));
    await sleep(1_000);
    const node = place.k(
      'get',
      'pods',
      '--sort-by=.metadata.creationTimestamp',
      '-o',
      'jsonpath={.items[-1:].spec.nodeName}',
    );
    // Another holder of the lease: kwok leaves the node alone, and nobody renews it (testbed/stages/README.md).
    const stolen = { spec: { holderIdentity: 'lost', leaseDurationSeconds: 3600 } };
    place.kubectl('patch', 'lease', node, '-n', 'kube-node-lease', '--type=merge', '-p', JSON.stringify(stolen));
    const ready = (): string =>
      place.kubectl('get', 'node', node, '-o', 'jsonpath={.status.conditions[?(@.type=="Ready")].status}');
    await until('the node is lost', 90_000, () => ready() !== 'True');
    place.kubectl('delete', 'lease', node, '-n', 'kube-node-lease');
    const ended = await main.ended;
    if (ended.outputs.status !== 'deployed') throw new Error(ended.log);
    expect(place.ready()).toBe('3/3/3');
    place.remove();
  }, 300_000);
});
