import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import { type ContainerSpec, crashing, ended, pulling, running, waiting } from './container-states.ts';
import { at, claim, deployment, event, pod, replicaSet } from './objects.ts';
import { film, judgeOnce, picture, track } from './situations.ts';

const web = deployment({ updated: 1, ready: 3, total: 4 });
const set = replicaSet(web);
const newPod = (containers: ContainerSpec[], name = 'new-a') => pod(set, { name, phase: 'Pending', containers });
const scene = (...pods: KubeObject[]): KubeObject[] => [web, set, ...pods];
const OOM = { last: ended('OOMKilled', 137) };
const MISSING = waiting('CreateContainerConfigError', 'secret "db" not found');

// [what, containers of the one new pod, seconds until it is final; undefined: never]
const THRESHOLDS: [string, ContainerSpec, number | undefined][] = [
  ['an invalid image name', waiting('InvalidImageName', 'invalid reference format'), 0],
  ['an image that is never pulled', waiting('ErrImageNeverPull', ''), 0],
  ['a missing image', pulling('missing'), 0],
  ['a missing image in its back-off', pulling('missing', true), 0],
  ['a denied image', pulling('denied'), 20],
  ['a missing secret', MISSING, 30],
  ['a crash loop', crashing(2), 0],
  ['an OOM kill', crashing(2, OOM), 0],
  ['a start error', crashing(2, { last: ended('StartError', 128) }), 0],
  ['one restart', crashing(1), undefined],
  ['a pull that is told to wait', pulling('tooMany'), undefined],
  [
    'a secret cache that is not there yet',
    waiting('CreateContainerConfigError', 'failed to sync secret cache: timed out'),
    undefined,
  ],
  ['a pod that is not ready', running({ ready: false }), undefined],
];

describe.each(THRESHOLDS)('%s on a new pod', (_, container, seconds) => {
  const shown = (second: number) => picture(second, scene(newPod([container])));

  it(
    seconds === undefined ? 'never fails the rollout early' : `is final after ${seconds} s standing, not before`,
    () => {
      if (seconds === undefined) {
        const verdicts = film([shown(0), shown(60), shown(3600)], track([web]));
        expect(verdicts.map(({ state, recheckAt }) => [state, recheckAt])).toEqual(
          Array(3).fill(['progressing', undefined]),
        );
        return;
      }
      const early = { ...shown(0), takenAt: at(seconds) - 1 };
      const [first, , last] = film([shown(0), early, shown(seconds)], track([web]));
      if (seconds > 0) {
        expect(first).toMatchObject({ state: 'progressing', recheckAt: at(seconds) });
        expect(film([shown(0), early], track([web]))[1]).toMatchObject({
          state: 'progressing',
          recheckAt: at(seconds),
        });
      }
      expect(last).toMatchObject({
        state: 'failed',
        cause: { seenAt: at(0), finalAt: at(seconds), pods: { showing: 1, of: 1 } },
      });
    },
  );
});

describe('a signal that heals before its threshold', () => {
  it('is forgotten, and its clock starts anew when it comes back', () => {
    const sick = (second: number) => picture(second, scene(newPod([MISSING])));
    const well = (second: number) => picture(second, scene(newPod([running({ ready: false })])));
    const verdicts = film([sick(0), well(29), sick(31), sick(60), sick(61)], track([web]));
    expect(verdicts.map(({ state }) => state)).toEqual([
      'progressing',
      'progressing',
      'progressing',
      'progressing',
      'failed',
    ]);
    expect(verdicts[4]?.cause).toMatchObject({ seenAt: at(31), finalAt: at(61) });
  });
});

describe('a missing reference while something makes Secrets', () => {
  it('gets 60 s; other rules do not wait for it', () => {
    const shown = (second: number) => picture(second, scene(newPod([MISSING])));
    const verdicts = film([shown(0), shown(30), shown(59), shown(60)], track([web]), { hasSecretMakers: true });
    expect(verdicts.map(({ state }) => state)).toEqual(['progressing', 'progressing', 'progressing', 'failed']);
    expect(verdicts[0]?.recheckAt).toBe(at(60));
    const denied = film(
      [0, 20].map((second) => picture(second, scene(newPod([pulling('denied')])))),
      track([web]),
      { hasSecretMakers: true },
    );
    expect(denied[1]?.state).toBe('failed');
  });

  it('in a volume is the same', () => {
    const creating = newPod([waiting('ContainerCreating')]);
    const mount = event(
      creating,
      'FailedMount',
      'MountVolume.SetUp failed for volume "tls" : secret "web-tls" not found',
    );
    const shown = (second: number) => picture(second, scene(creating), [mount]);
    expect(film([shown(0), shown(29), shown(30)], track([web])).map(({ state }) => state)).toEqual([
      'progressing',
      'progressing',
      'failed',
    ]);
    expect(
      film([shown(0), shown(59), shown(60)], track([web]), { hasSecretMakers: true }).map(({ state }) => state),
    ).toEqual(['progressing', 'progressing', 'failed']);
  });
});

describe('a denied image', () => {
  const attempt = (second: number, pause: boolean) => picture(second, scene(newPod([pulling('denied', pause)])));

  it('is final at its second failing attempt, and says when that was', () => {
    const verdicts = film([attempt(0, false), attempt(2, true), attempt(8, false)], track([web]));
    expect(verdicts.map(({ state }) => state)).toEqual(['progressing', 'progressing', 'failed']);
    expect(verdicts[2]?.cause).toMatchObject({ seenAt: at(0), finalAt: at(8) });
  });

  it('is final when another new pod shows it too', () => {
    const two = picture(3, scene(newPod([pulling('denied', true)]), newPod([pulling('denied')], 'new-b')));
    const verdicts = film([attempt(0, false), two], track([web]));
    expect(verdicts[1]).toMatchObject({ state: 'failed', cause: { finalAt: at(3), pods: { showing: 2, of: 2 } } });
  });

  it('counts two containers of one pod as one attempt', () => {
    const pair = newPod([pulling('denied'), pulling('denied', false, { name: 'side' })]);
    expect(judgeOnce(picture(0, scene(pair)), track([web]))).toMatchObject({ state: 'progressing', recheckAt: at(20) });
  });
});

describe('blocked', () => {
  const QUOTA = 'pods "web-x" is forbidden: exceeded quota: q, requested: pods=1';
  const HOOK = 'failed calling webhook "inject.acme.dev": connection refused';

  it.each([
    ['quota', QUOTA, 30],
    ['webhook', HOOK, 60],
  ])('by %s is final after its time', (_, words, seconds) => {
    const blocked = deployment({ updated: 0, total: 3, failure: words });
    const objects = [blocked, replicaSet(blocked, { failure: words })];
    const verdicts = film(
      [0, seconds - 1, seconds].map((second) => picture(second, objects)),
      track([blocked]),
    );
    expect(verdicts.map(({ state }) => state)).toEqual(['progressing', 'progressing', 'failed']);
    expect(verdicts[0]?.recheckAt).toBe(at(seconds));
  });

  it('by a provisioner is final after 60 s', () => {
    const pending = claim('Pending');
    const words = event(pending, 'ProvisioningFailed', 'storageclass.storage.k8s.io "nosuch" not found');
    const verdicts = film(
      [0, 59, 60].map((second) => picture(second, [pending], [words])),
      track([pending]),
    );
    expect(verdicts.map(({ state }) => state)).toEqual(['progressing', 'progressing', 'failed']);
  });
});

describe('a stale picture', () => {
  const stale = (second: number, objects: KubeObject[]) => ({
    ...picture(second, objects),
    staleSince: at(second - 1),
  });

  it('is unknown, whatever it shows', () => {
    expect(judgeOnce(stale(0, [deployment()]), track([deployment()])).state).toBe('unknown');
    expect(judgeOnce(stale(0, scene(newPod([pulling('missing')]))), track([web]))).not.toHaveProperty('cause');
  });

  it('starts no clock and forgets none', () => {
    const sick = scene(newPod([MISSING]));
    const starts = film([stale(0, sick), picture(31, sick), picture(60, sick), picture(61, sick)], track([web]));
    expect(starts.map(({ state }) => state)).toEqual(['unknown', 'progressing', 'progressing', 'failed']);
    const keeps = film([picture(0, sick), stale(10, sick), stale(40, sick), picture(41, sick)], track([web]));
    expect(keeps.map(({ state }) => state)).toEqual(['progressing', 'unknown', 'unknown', 'failed']);
    const empty = film([picture(0, sick), stale(10, []), picture(30, sick)], track([web]));
    expect(empty[2]?.state).toBe('failed');
  });
});
