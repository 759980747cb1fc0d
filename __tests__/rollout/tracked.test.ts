import { describe, expect, it } from '@jest/globals';
import { baselineOf, hasSecretMakers, trackObjects } from '../../src/rollout/tracked.ts';
import { crashing, running } from './container-states.ts';
import { daemonSet, deployment, job, object, pod, replicaSet } from './objects.ts';
import { picture } from './situations.ts';

const rendered = (image: string, name = 'web') =>
  object(
    'apps/v1',
    'Deployment',
    { name, uid: undefined },
    { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } },
  );

describe('what is tracked', () => {
  it('is what has a state to follow, hooks among it, with whether the upgrade changes it', () => {
    const now = [
      rendered('acme/web:2'),
      rendered('acme/api:1', 'api'),
      rendered('acme/new:1', 'new'),
      object('v1', 'Secret', {}),
    ];
    const before = [rendered('acme/web:1'), rendered('acme/api:1', 'api')];
    const tracked = trackObjects(now, [job()], before);
    expect(tracked.map(({ ref, hook, changes }) => [ref.name, hook, changes])).toEqual([
      ['web', false, true],
      ['api', false, false],
      ['new', false, true],
      ['migrate', true, true],
    ]);
  });

  it('compares specs, not labels, and not the version of the API group', () => {
    const labelled = object(
      'apps/v1beta1',
      'Deployment',
      { name: 'web', labels: { chart: 'web-2' } },
      { spec: rendered('acme/web:1').spec },
    );
    expect(trackObjects([labelled], [], [rendered('acme/web:1')])).toMatchObject([{ changes: false }]);
  });
});

describe('the baseline', () => {
  const web = deployment({ ready: 2 });
  const agent = daemonSet();
  const set = replicaSet(web);
  const shown = picture(0, [
    web,
    agent,
    set,
    pod(set, { name: 'a', containers: [crashing(3)] }),
    pod(set, { name: 'b', containers: [running()] }),
  ]);
  const tracked = trackObjects([web, agent, rendered('x', 'absent')], [], []);

  it('has uid and generation of what exists', () => {
    expect([...baselineOf(shown, tracked).objects]).toEqual([
      ['apps/Deployment/pearl/web', { uid: 'Deployment-web', generation: 2 }],
      ['apps/DaemonSet/pearl/agent', { uid: 'DaemonSet-agent', generation: 2 }],
    ]);
  });

  it('names what was broken already', () => {
    const baseline = baselineOf(shown, tracked);
    expect(baseline.brokenPods).toEqual(new Set(['Pod-a']));
    expect(baseline.brokenWorkloads).toEqual(new Set(['apps/Deployment/pearl/web']));
  });
});

describe('makers of Secrets', () => {
  it.each([
    ['external-secrets.io/v1', 'ExternalSecret', true],
    ['external-secrets.io/v1', 'ClusterExternalSecret', true],
    ['bitnami.com/v1alpha1', 'SealedSecret', true],
    ['secrets-store.csi.x-k8s.io/v1', 'SecretProviderClass', true],
    ['v1', 'Secret', false],
  ])('%s %s: %s', (apiVersion, kind, makes) => {
    expect(hasSecretMakers([deployment(), object(apiVersion, kind, {})])).toBe(makes);
  });
});
