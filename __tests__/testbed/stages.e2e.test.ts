import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { kubectl, kubeletEvents, must, requireBed, shoot } from './stages-bed.ts';
import {
  condition,
  eventsOf,
  filmOf,
  last,
  logs,
  main,
  namespace,
  phases,
  restarts,
  seen,
  stateOf,
  states,
  waitingMessages,
} from './stages-film.ts';
import { manifests } from './stages-manifests.ts';

function complete(): boolean {
  if (seen.films.size < 20) return false;
  const backOff = ['crash', 'oom'].every(
    (app) => restarts(app) >= 3 && stateOf(main(last(app))) === 'CrashLoopBackOff',
  );
  const pulls = (seen.events.get(last('missing').metadata?.name ?? '') ?? []).some((one) => (one.count ?? 0) >= 2);
  const healed = ['pulltransient', 'slow-5', 'flaky', 'sidecar'].every(
    (app) => condition(last(app), 'Ready')?.status === 'True',
  );
  return backOff && pulls && healed && phases('job-crash').includes('Failed') && phases('job-ok').includes('Succeeded');
}

beforeAll(async () => {
  requireBed();
  await must(['create', 'namespace', namespace]);
  const stop = shoot(namespace, seen.films);
  await must(['apply', '-f', '-'], manifests(namespace));
  const until = Date.now() + 40_000;
  do {
    await sleep(200);
    seen.events = await kubeletEvents(namespace);
  } while (!complete() && Date.now() < until);
  stop();
}, 60_000);

afterAll(async () => {
  await kubectl(['delete', 'namespace', namespace, '--wait=false']);
});

describe('a pod with an ordinary tag', () => {
  it('is created, pulled and ready, as a kubelet reports it', () => {
    const pod = last('ok');
    expect(pod.status?.phase).toBe('Running');
    const on = pod.status?.conditions?.filter((one) => one.status === 'True').map((one) => one.type);
    expect(on?.sort()).toEqual([
      'ContainersReady',
      'Initialized',
      'PodReadyToStartContainers',
      'PodScheduled',
      'Ready',
    ]);
    expect(main(pod)).toMatchObject({ ready: true, started: true, restartCount: 0, image: 'docker.io/acme/web:1.4.2' });
    expect(main(pod).imageID).toMatch(/^docker\.io\/acme\/web@sha256:[0-9a-f]{64}$/);
    expect(main(pod).containerID).toMatch(/^containerd:\/\/[0-9a-f]{64}$/);
    expect(pod.status?.podIP).toMatch(/^10\./);
    expect(eventsOf('ok').sort()).toEqual([
      'Normal Created: Created container: app',
      'Normal Pulled: Container image "acme/web:1.4.2" already present on machine',
      'Normal Started: Started container app',
    ]);
  });

  it('completes in a Job, and counts as failed with the tag crash', async () => {
    expect(phases('job-ok').at(-1)).toBe('Succeeded');
    expect(main(last('job-ok')).state?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
    expect(main(last('job-crash')).state?.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
    const failed = await must(['wait', '-n', namespace, '--for=condition=Failed', 'job/job-crash', '--timeout=20s']);
    expect(failed).toContain('condition met');
  });

  it('writes access lines and has no previous log', async () => {
    expect((await logs('ok')).stdout).toContain('"GET /healthz HTTP/1.1" 200');
    expect((await logs('ok', '--previous')).code).not.toBe(0);
  });
});

describe('images that cannot be pulled', () => {
  const reference = (tag: string) => `"docker.io/acme/web:${tag}"`;
  it.each([
    [
      'missing',
      `rpc error: code = NotFound desc = failed to pull and unpack image ${reference('missing')}: failed to resolve reference ${reference('missing')}: docker.io/acme/web:missing: not found`,
    ],
    ['denied', 'insufficient_scope: authorization failed'],
    ['forbidden', '403 Forbidden'],
    ['pulltransient', '429 Too Many Requests'],
  ])('%s shows ErrImagePull and ImagePullBackOff', async (app, text) => {
    const failed = waitingMessages(app, 'ErrImagePull');
    const backed = waitingMessages(app, 'ImagePullBackOff');
    expect(failed[0]).toContain(text);
    expect(backed[0]).toBe(`Back-off pulling image "acme/web:${app}": ErrImagePull: ${failed[0]}`);
    const pending = filmOf(app).filter((pod) => stateOf(main(pod)) === 'ImagePullBackOff');
    expect(pending.every((pod) => pod.status?.phase === 'Pending')).toBe(true);
    const names = (pod: Pod) =>
      ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => condition(pod, type)?.status);
    expect(pending.map(names)[0]).toEqual(['True', 'True', 'False', 'False']);
    expect(pending.map((pod) => condition(pod, 'Ready')?.reason)[0]).toBe('ContainersNotReady');
    expect(eventsOf(app)).toEqual(
      expect.arrayContaining([
        `Normal Pulling: Pulling image "acme/web:${app}"`,
        `Warning Failed: Failed to pull image "acme/web:${app}": ${failed[0]}`,
        'Warning Failed: Error: ErrImagePull',
        `Normal BackOff: Back-off pulling image "acme/web:${app}"`,
        'Warning Failed: Error: ImagePullBackOff',
      ]),
    );
  });

  it('missing alternates and never starts, so it has no log', async () => {
    expect(states('missing').join(' ')).toMatch(/ErrImagePull ImagePullBackOff ErrImagePull/);
    expect(restarts('missing')).toBe(0);
    expect((await logs('missing')).code).not.toBe(0);
  });

  it('pulltransient heals', () => {
    expect(condition(last('pulltransient'), 'Ready')?.status).toBe('True');
    expect(restarts('pulltransient')).toBe(0);
  });

  it('invalidname names the image', () => {
    expect(waitingMessages('invalidname', 'InvalidImageName')[0]).toContain('invalid reference format');
    expect(phases('invalidname')).toEqual(['Pending']);
    expect(eventsOf('invalidname').join('\n')).toContain('Warning InspectFailed: Failed to apply default image tag');
  });
});

describe('containers that fail', () => {
  it.each([
    ['crash', 1, 'Error', /ECONNREFUSED/],
    ['oom', 137, 'OOMKilled', /heap 498\.1 MB/],
  ] as const)('%s goes into CrashLoopBackOff', async (app, exitCode, reason, line) => {
    const pod = last(app);
    const uid = pod.metadata?.uid;
    const full = `${pod.metadata?.name}_${namespace}(${uid})`;
    expect(phases(app).filter((phase) => phase !== 'Pending')).toEqual(['Running']);
    expect(restarts(app)).toBeGreaterThanOrEqual(3);
    const rising = filmOf(app).map((one) => main(one).restartCount);
    expect(rising).toEqual([...rising].sort((a, b) => a - b));
    expect(filmOf(app).some((one) => main(one).ready)).toBe(false);
    expect(main(pod).lastState?.terminated).toMatchObject({ exitCode, reason });
    expect(main(pod).lastState?.terminated?.finishedAt).toMatch(/Z$/);
    expect([...new Set(waitingMessages(app, 'CrashLoopBackOff'))].slice(0, 2)).toEqual(
      ['10s', '20s'].map((time) => `back-off ${time} restarting failed container=app pod=${full}`),
    );
    expect(eventsOf(app)).toContain(`Warning BackOff: Back-off restarting failed container app in pod ${full}`);
    for (const answer of [await logs(app), await logs(app, '--previous')]) {
      expect(answer.stdout).toMatch(line);
      expect(answer.stdout).toContain('\u001b[');
    }
  });

  it('flaky crashes once and stays ready', async () => {
    expect(restarts('flaky')).toBe(1);
    expect(main(last('flaky'))).toMatchObject({
      ready: true,
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    });
    expect(states('flaky')).not.toContain('CrashLoopBackOff');
    expect((await logs('flaky')).stdout).toContain('connected after retry');
    expect((await logs('flaky', '--previous')).stdout).toContain('ECONNREFUSED');
  });

  it('starterror cannot be started', () => {
    expect(states('starterror')).toEqual(expect.arrayContaining(['RunContainerError', 'CrashLoopBackOff']));
    expect(main(last('starterror')).lastState?.terminated).toMatchObject({ exitCode: 128, reason: 'StartError' });
  });

  it.each([
    ['badconfig', 'secret "missing-secret" not found'],
    ['badconfig-ref', 'configmap "shop-settings" not found'],
  ])('%s names what is not there', (app, message) => {
    expect(waitingMessages(app, 'CreateContainerConfigError')[0]).toBe(message);
    expect(phases(app)).toEqual(['Pending']);
    expect(eventsOf(app)).toContain(`Warning Failed: Error: ${message}`);
  });

  it('mountfail stays ContainerCreating', () => {
    expect([...new Set(states('mountfail'))]).toEqual(['ContainerCreating']);
    const said = 'Warning FailedMount: MountVolume.SetUp failed for volume "tls" : secret "shop-tls" not found';
    expect(eventsOf('mountfail')).toEqual([said]);
  });
});

describe('containers that are late', () => {
  it('unready runs, is never ready and says so', () => {
    expect(filmOf('unready').some((pod) => condition(pod, 'Ready')?.status === 'True')).toBe(false);
    expect(main(last('unready'))).toMatchObject({ ready: false, restartCount: 0, state: { running: {} } });
    expect(last('unready').status?.phase).toBe('Running');
    expect(eventsOf('unready')).toContain(
      'Warning Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503',
    );
  });

  it('slow-5 becomes ready after about 5 s, started only then with a startupProbe', () => {
    const pod = last('slow-5');
    const started = Date.parse(main(pod).state?.running?.startedAt ?? '');
    const ready = Date.parse(condition(pod, 'Ready')?.lastTransitionTime ?? '');
    expect((ready - started) / 1000).toBeGreaterThanOrEqual(5);
    expect((ready - started) / 1000).toBeLessThanOrEqual(7);
    const running = filmOf('slow-5')
      .map(main)
      .filter((one) => one.state?.running);
    expect(running[0]).toMatchObject({ ready: false, started: false });
    expect(main(pod)).toMatchObject({ ready: true, started: true, restartCount: 0 });
  });
});

describe('several containers in a pod', () => {
  it.each(['initcrash', 'init-crash-tag'])('%s: Init:CrashLoopBackOff holds the pod in Pending', (app) => {
    const pod = last(app);
    expect(phases(app)).toEqual(['Pending']);
    const [first, second] = pod.status?.initContainerStatuses ?? [];
    expect(first?.state?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
    expect(second?.lastState?.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
    expect(second?.restartCount).toBeGreaterThanOrEqual(2);
    expect(main(pod).state?.waiting?.reason).toBe('PodInitializing');
    expect(condition(pod, 'Initialized')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotInitialized',
      message: 'containers with incomplete status: [migrate]',
    });
  });

  it('a native sidecar runs beside the main container, after the init containers in order', () => {
    const pod = last('sidecar');
    const [first, proxy] = pod.status?.initContainerStatuses ?? [];
    expect(first?.state?.terminated?.reason).toBe('Completed');
    expect(proxy).toMatchObject({ ready: true, started: true, state: { running: {} } });
    expect(main(pod).ready).toBe(true);
  });

  it('each container follows its own tag', () => {
    const pod = last('mixed');
    expect(main(pod).ready).toBe(true);
    const helper = pod.status?.containerStatuses?.find((one) => one.name === 'helper');
    expect(helper?.lastState?.terminated?.exitCode ?? helper?.state?.terminated?.exitCode).toBe(1);
    expect(condition(pod, 'Ready')).toMatchObject({
      status: 'False',
      message: 'containers with unready status: [helper]',
    });
  });
});

describe('a deleted pod', () => {
  it('ends with phase Succeeded, says Killing, and is gone', async () => {
    const name = last('ok').metadata?.name ?? '';
    const watching = kubectl([
      'get',
      'pod',
      name,
      '-n',
      namespace,
      '-w',
      '-o',
      'jsonpath={.status.phase} ',
      '--request-timeout=4s',
    ]);
    await must(['delete', 'pod', name, '-n', namespace, '--timeout=10s']);
    expect((await watching).stdout.trim().split(/\s+/).at(-1)).toBe('Succeeded');
    const killed = (await kubeletEvents(namespace)).get(name) ?? [];
    expect(killed.map((one) => one.reason)).toContain('Killing');
  });
});
