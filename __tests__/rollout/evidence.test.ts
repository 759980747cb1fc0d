import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import { cleanLines, EvidenceKeeper, type LogRequest, probeText, type ReadLog } from '../../src/rollout/evidence.ts';
import type { Cause } from '../../src/rollout/verdict.ts';
import { crashing, pulling, running, terminated } from './container-states.ts';
import { at, deployment, event, job, pod, replicaSet } from './objects.ts';
import { judgeOnce, picture, track } from './situations.ts';

const web = deployment({ updated: 1, total: 4 });
const set = replicaSet(web);

function standing(
  pods: KubeObject[],
  events: KubeObject[] = [],
  workload = web,
): { shown: ReturnType<typeof picture>; causes: Cause[] } {
  const shown = picture(0, [workload, set, ...pods], events);
  return { shown, causes: judgeOnce(shown, track([workload]), { waitForJobs: true }).standing };
}

function recorder(answer: (request: LogRequest) => Promise<string | undefined>): {
  asked: LogRequest[];
  readLog: ReadLog;
} {
  const asked: LogRequest[] = [];
  const readLog: ReadLog = (request) => {
    asked.push(request);
    return answer(request);
  };
  return { asked, readLog };
}
const talk = ({ previous }: LogRequest) => Promise.resolve(previous ? 'panic: no such table\n' : 'starting\nready\n');

describe('evidence', () => {
  const sick = pod(set, { name: 'web-a', containers: [crashing(2)] });

  it('has node, telling Events in order, and both logs of the container', async () => {
    const events = [
      event(sick, 'BackOff', ' Back-off restarting failed container \n', { first: 8, last: 20, count: 3 }),
      event(sick, 'Pulled', 'Container image already present', { first: 1 }),
      event(sick, 'Unhealthy', 'Readiness probe failed', { first: 5 }),
      event(pod(set, { name: 'other' }), 'BackOff', 'not mine', { first: 9 }),
    ];
    const { shown, causes } = standing([sick], events);
    const { asked, readLog } = recorder(talk);
    const keeper = new EvidenceKeeper(readLog);
    keeper.note(shown, causes);
    const found = await keeper.of(causes[0] as Cause, 1000);
    expect(found).toEqual({
      object: { apiVersion: 'v1', kind: 'Pod', namespace: 'pearl', name: 'web-a' },
      container: 'app',
      node: 'node-1',
      events: [
        { at: at(5), reason: 'Unhealthy', message: 'Readiness probe failed', count: 1 },
        { at: at(20), reason: 'BackOff', message: 'Back-off restarting failed container', count: 3 },
      ],
      routineEvents: 1,
      log: ['starting', 'ready'],
      previousLog: ['panic: no such table'],
    });
    expect(asked).toMatchObject([
      { namespace: 'pearl', pod: 'web-a', container: 'app', previous: false, lines: 25 },
      { previous: true },
    ]);
  });

  it('stays when the rollback has deleted the pod, and keeps Events that come late', async () => {
    const { shown, causes } = standing([sick]);
    const keeper = new EvidenceKeeper(talk);
    keeper.note(shown, causes);
    keeper.note(picture(9, [web, set], [event(sick, 'BackOff', 'late', { first: 9 })]), causes);
    const found = await keeper.of(causes[0] as Cause, 1000);
    expect(found).toMatchObject({ node: 'node-1', log: ['starting', 'ready'], events: [{ message: 'late' }] });
  });

  it('reads a log once per life of the container, and only of one that has lived', async () => {
    const { asked, readLog } = recorder(talk);
    const keeper = new EvidenceKeeper(readLog);
    const first = standing([sick]);
    keeper.note(first.shown, first.causes);
    keeper.note(first.shown, first.causes);
    expect(asked).toHaveLength(2);
    const later = standing([pod(set, { name: 'web-a', containers: [crashing(3)] })]);
    keeper.note(later.shown, later.causes);
    expect(asked).toHaveLength(4);
    const neverRan = standing([pod(set, { name: 'web-b', containers: [pulling('missing')] })]);
    keeper.note(neverRan.shown, neverRan.causes);
    expect(asked).toHaveLength(4);
  });

  it('asks again for a log that was empty or could not be read, but not for ever', async () => {
    const { shown, causes } = standing([sick]);
    let answer: string | undefined;
    const { asked, readLog } = recorder(() => Promise.resolve(answer));
    const keeper = new EvidenceKeeper(readLog);
    keeper.note(shown, causes);
    await keeper.of(causes[0] as Cause, 1000);
    answer = 'late';
    keeper.note(shown, causes);
    expect(await keeper.of(causes[0] as Cause, 1000)).toMatchObject({ log: ['late'] });
    const enough = asked.length;
    keeper.note(shown, causes);
    expect(asked).toHaveLength(enough);

    const silent = recorder(() => Promise.resolve(''));
    const patient = new EvidenceKeeper(silent.readLog);
    for (let look = 0; look < 50; look += 1) {
      patient.note(shown, causes);
      await patient.of(causes[0] as Cause, 1000);
    }
    expect(silent.asked.length).toBeLessThan(50);
  });

  it('waits for logs no longer than its budget, and lives with a log that cannot be read', async () => {
    const { shown, causes } = standing([sick]);
    const slow = new EvidenceKeeper(() => new Promise(() => {}));
    slow.note(shown, causes);
    const begin = Date.now();
    const found = await slow.of(causes[0] as Cause, 30);
    expect(Date.now() - begin).toBeLessThan(5_000);
    expect(found).toMatchObject({ container: 'app' });
    expect(found).not.toHaveProperty('log');

    const broken = new EvidenceKeeper(() => Promise.reject(new Error('403')));
    broken.note(shown, causes);
    expect(await broken.of(causes[0] as Cause, 1000)).not.toHaveProperty('log');
    expect(await new EvidenceKeeper(talk).of(causes[0] as Cause, 10)).toBeUndefined();
  });

  it('has the probe of a container that runs and is not ready', async () => {
    const probe = { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 5 };
    const { shown, causes } = standing([pod(set, { containers: [running({ ready: false, readinessProbe: probe })] })]);
    const keeper = new EvidenceKeeper(talk);
    keeper.note(shown, causes);
    const found = await keeper.of(causes[0] as Cause, 1000);
    expect(found?.probe).toBe('GET /healthz on port 8080, every 5 s after 0 s, time-out 1 s, 3 failures');
    expect(found).not.toHaveProperty('previousLog');
  });

  it('of a Job is that of its newest pod that failed', async () => {
    const failed = job({ failed: 'Job has reached the specified backoff limit' });
    const one = (name: string, created: number, phase: string, exitCode: number) =>
      pod(failed, {
        name,
        created,
        phase,
        containers: [terminated(exitCode ? 'Error' : 'Completed', exitCode, { name: 'main' })],
      });
    const pods = [one('third', 30, 'Succeeded', 0), one('second', 20, 'Failed', 1), one('first', 10, 'Failed', 1)];
    const { shown, causes } = standing(pods, [event(pods[1] as KubeObject, 'Failed', 'boom')], failed);
    const { asked, readLog } = recorder(talk);
    const keeper = new EvidenceKeeper(readLog);
    keeper.note(shown, causes);
    const found = await keeper.of(causes.find(({ rule }) => rule.id === 'job-failed') as Cause, 1000);
    expect(asked.map(({ pod: name, container }) => `${name}/${container}`)).toContain('second/main');
    expect(found).toMatchObject({
      object: { kind: 'Pod', name: 'second' },
      log: ['starting', 'ready'],
      events: [{ message: 'boom' }],
    });
  });
});

describe('log lines', () => {
  it('are the last 25, without colours and trailing blanks, each of a bounded length', () => {
    const text = `${Array.from({ length: 40 }, (_, index) => `\u001b[31mline ${index}\u001b[0m`).join('\r\n')}\n${'x'.repeat(5000)}\n\n\n`;
    const lines = cleanLines(text);
    expect(lines).toHaveLength(25);
    expect(lines[0]).toBe('line 16');
    expect(lines[24]).toBe(`${'x'.repeat(2000)}…`);
    expect(cleanLines('\n\n')).toEqual([]);
  });
});

describe('a probe in one line', () => {
  it.each([
    [{ httpGet: { port: 'http' } }, 'GET / on port http, every 10 s after 0 s, time-out 1 s, 3 failures'],
    [
      { tcpSocket: { port: 5432 }, initialDelaySeconds: 7 },
      'TCP connect to port 5432, every 10 s after 7 s, time-out 1 s, 3 failures',
    ],
    [
      { exec: { command: ['pg_isready', '-q'] }, timeoutSeconds: 2 },
      'exec pg_isready -q, every 10 s after 0 s, time-out 2 s, 3 failures',
    ],
    [
      { grpc: { port: 9090 }, failureThreshold: 1 },
      'gRPC health on port 9090, every 10 s after 0 s, time-out 1 s, 1 failures',
    ],
  ])('%j', (probe, text) => expect(probeText(probe)).toBe(text));
});
