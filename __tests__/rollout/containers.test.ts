import { describe, expect, it } from '@jest/globals';
import { containersOf, unmet } from '../../src/rollout/containers.ts';
import { podOf } from '../../src/rollout/picture.ts';
import { crashing, ended, running, terminated, unknown, waiting } from './container-states.ts';
import { pod } from './objects.ts';

describe('the containers of a pod', () => {
  it('come with init containers first, each with its own status', () => {
    const shown = pod(undefined, {
      init: [terminated('Completed', 0, { name: 'migrate' }), running({ name: 'proxy' })],
      containers: [waiting('ContainerCreating', '', { name: 'app' }), running({ name: 'logs' })],
    });
    const facts = containersOf(shown).map(({ name, init, waiting: reason, running: runs }) => [
      name,
      init,
      reason,
      runs,
    ]);
    expect(facts).toEqual([
      ['migrate', true, undefined, false],
      ['proxy', true, undefined, true],
      ['app', false, 'ContainerCreating', false],
      ['logs', false, undefined, true],
    ]);
  });

  it('take the newest end: the state itself before the last state', () => {
    const [now, past] = containersOf(
      pod(undefined, {
        containers: [
          terminated('Error', 3, { name: 'a', last: ended('OOMKilled', 137) }),
          crashing(4, { name: 'b', last: ended('OOMKilled', 137) }),
        ],
      }),
    );
    expect(now).toMatchObject({ lastReason: 'Error', exitCode: 3 });
    expect(past).toMatchObject({ lastReason: 'OOMKilled', exitCode: 137, restarts: 4, waiting: 'CrashLoopBackOff' });
  });

  it('are listed before the kubelet has written a status', () => {
    expect(containersOf(pod(undefined, { containers: [unknown()] }))).toMatchObject([
      { name: 'app', image: 'acme/web:1.5.0', running: false, ready: false, restarts: 0, message: '' },
    ]);
  });

  it('take the image from the spec: the runtime rewrites it in the status', () => {
    const container = running({ image: 'acme/web:1' });
    if (container.status) container.status.image = 'docker.io/acme/web:1';
    expect(containersOf(pod(undefined, { containers: [container] }))[0]?.image).toBe('acme/web:1');
  });
});

describe('a condition that is not met', () => {
  const shown = podOf(
    pod(undefined, {
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/4 nodes' }],
    }),
  );
  it('is given in its own words', () => expect(unmet(shown, 'PodScheduled', 'Unschedulable')).toBe('0/4 nodes'));
  it.each([
    ['PodScheduled', 'SchedulingGated'],
    ['Ready', 'Unschedulable'],
  ])('is not %s for %s', (type, reason) => expect(unmet(shown, type, reason)).toBeUndefined());
});
