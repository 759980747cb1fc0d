import { execFile, spawnSync } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import { parseAllDocuments } from 'yaml';
import { type PearlSystem, pearlSystems } from '../../examples/pearl/systems.ts';
import { seeded } from '../e2e/draw.ts';
import { Place } from '../e2e/release.ts';
import { type HelmName, ROOT, Step, theBed } from '../e2e/step.ts';

const { seed, random } = seeded();
type System = PearlSystem & { helm: HelmName };
const systems = pearlSystems().map((system): System => ({ ...system, helm: random() < 0.5 ? 'helm3' : 'helm4' }));
const cleanups: (() => void)[] = [];
afterAll(() => {
  for (const cleanup of cleanups.reverse()) cleanup();
});

function newPlace(name: string): Place {
  const place = new Place(name, 'helm3');
  cleanups.push(() => place.remove());
  return place;
}

async function helm(name: HelmName, ...args: string[]): Promise<string> {
  const env = { ...process.env, KUBECONFIG: theBed().kubeconfig };
  return (await promisify(execFile)(path.join(theBed().bin, name), args, { env })).stdout;
}

async function installObserved(place: Place, system: System): Promise<void> {
  const where = ['--namespace', place.namespace, '--values', system.observed, '--wait', '--timeout', '2m'];
  await helm(system.helm, 'install', system.release, system.chart, ...where);
}

/** Upgrades a system with the action as a service repository would; throws unless the release was deployed. */
async function upgrade(place: Place, system: System, values: string): Promise<void> {
  const inputs = {
    release: system.release,
    namespace: place.namespace,
    chart: path.relative(ROOT, system.chart),
    'value-files': path.relative(ROOT, values),
    timeout: '2m',
  };
  const step = new Step({ helm: system.helm, inputs, env: { GITHUB_WORKSPACE: ROOT } });
  cleanups.push(() => step.remove());
  await step.mainAs('deployed');
}

function live<T>(place: Place, ...args: string[]): T {
  return JSON.parse(place.k('get', ...args, '--output', 'json')) as T;
}

async function until(what: string, done: () => boolean): Promise<void> {
  const deadline = Date.now() + 90_000;
  while (!done()) {
    if (Date.now() > deadline) throw new Error(`waited 90 s in vain until ${what}`);
    await sleep(500);
  }
}

/** What the API server says to the pods of this system's rendered workloads in a namespace; empty when it admits them. */
async function refusal(place: Place, system: System, values: string): Promise<string> {
  const where = ['--namespace', place.namespace, '--values', values];
  const text = await helm(system.helm, 'template', system.release, system.chart, ...where);
  const objects = parseAllDocuments(text).map((document) => document.toJS() as Deployment | null);
  const pods = objects.flatMap((object) => (object?.spec?.template ? [object.spec.template] : []));
  const items = pods.map((pod, index) => ({ ...pod, apiVersion: 'v1', kind: 'Pod', metadata: { name: `p${index}` } }));
  if (items.length === 0) throw new Error(`${system.release} rendered no workload`);
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const args = ['--namespace', place.namespace, 'create', '--dry-run=server', '--filename', '-'];
  const env = { ...process.env, KUBECONFIG: theBed().kubeconfig };
  const answer = spawnSync(path.join(theBed().bin, 'kubectl'), args, { input, encoding: 'utf8', env });
  return answer.status === 0 ? '' : answer.stderr;
}

const names = systems.map(({ name, helm: by }) => `${name} ${by}`).join(', ');

describe(`Pearl's systems (seed ${seed}: ${names})`, () => {
  let place: Place;
  beforeAll(() => {
    place = newPlace('pearl');
  });
  const each = <T>(work: (system: System) => Promise<T>): Promise<T[]> => Promise.all(systems.map(work));

  it('install as observed, and go to production where the namespace enforces `restricted`', async () => {
    await each((system) => installObserved(place, system));
    for (const words of await each((system) => refusal(place, system, system.observed))) expect(words).toBe('');
    place.kubectl('label', 'namespace', place.namespace, 'pod-security.kubernetes.io/enforce=restricted');
    // Or the admission of the pods below would say nothing.
    for (const words of await each((system) => refusal(place, system, system.observed))) {
      expect(words).toMatch(/violates PodSecurity "restricted/);
    }

    await each((system) => upgrade(place, system, system.production));

    for (const { workloads } of systems) {
      for (const workload of workloads.production) {
        const ready = (): string => place.k('get', workload, '--output', 'jsonpath={.status.readyReplicas}');
        await until(`${workload} has 3 ready replicas`, () => ready() === '3');
      }
      const gone = workloads.observed.filter((workload) => !workloads.production.includes(workload));
      for (const workload of gone) expect(() => place.k('get', workload)).toThrow(/NotFound/);
    }
  }, 300_000);

  it('run as the plan wants them: spread, not root, with budgets that let a node be drained, and active autoscalers', async () => {
    const { items } = live<{ items: Pod[] }>(place, 'pods', '--field-selector', 'status.phase=Running');
    const running = items.filter((pod) => pod.metadata?.deletionTimestamp === undefined);
    for (const system of systems) {
      for (const workload of system.workloads.production) {
        const name = workload.split('/')[1] ?? '';
        const pods = running.filter((pod) => pod.metadata?.name?.startsWith(`${name}-`));
        expect(`${name}: ${new Set(pods.map((pod) => pod.spec?.nodeName)).size} nodes`).toBe(`${name}: 3 nodes`);
        const users = pods.flatMap((pod) => pod.spec?.containers.map((each) => each.securityContext?.runAsUser));
        expect(new Set(users)).toEqual(new Set([1000]));
      }
    }
    type Budgets = { items: { status?: { disruptionsAllowed?: number } }[] };
    const budgets = live<Budgets>(place, 'poddisruptionbudgets').items.map(
      (budget) => budget.status?.disruptionsAllowed,
    );
    expect(budgets).toHaveLength(6);
    expect(Math.min(...budgets.map(Number))).toBeGreaterThanOrEqual(1);
    const secrets = place.k('get', 'externalsecrets', '--output', 'jsonpath={.items[*].status.conditions[0].status}');
    expect(secrets).toBe('True True True True True');
    const query = '{.items[*].status.conditions[?(@.type=="ScalingActive")].status}';
    await until(
      'all autoscalers are active',
      () => place.k('get', 'hpa', '--output', `jsonpath=${query}`) === 'True True True',
    );
    expect(place.k('get', 'hpa', '--output', 'jsonpath={.items[*].status.desiredReplicas}')).toBe('3 3 3');
  }, 180_000);

  it('take Redis out of the cluster as well: from observed to ElastiCache, nothing runs any more', async () => {
    const elsewhere = newPlace('pearl-managed');
    const redis = systems.find(({ name }) => name === 'redis') as System;
    await installObserved(elsewhere, redis);
    await upgrade(elsewhere, redis, redis.alternatives[0] ?? '');
    expect(elsewhere.k('get', 'deployments,statefulsets', '--output', 'name')).toBe('');
    const query = 'jsonpath={.spec.type} {.spec.externalName}';
    expect(elsewhere.k('get', 'service', 'redis-pearl', '--output', query)).toMatch(
      /^ExternalName .*\.amazonaws\.com$/,
    );
  }, 120_000);

  it.each([
    ['redis', ['mode=sentinel'], 'mode: sentinel needs auth.enabled'],
    [
      'redis',
      ['mode=sentinel', 'auth.enabled=true', 'sentinel.quorum=1'],
      'no majority of sentinel.replicas: 3; set it to 2',
    ],
    ['redis', ['mode=managed'], 'mode: managed needs managed.host'],
    ['redis', ['mode=cluster'], 'mode'],
    ['redis', ['sentinel.replica=3'], 'replica'],
    ['redis', ['sentinel.downAfterMilliseconds=1000'], 'downAfterMilliseconds'],
    ['pipecat-daily-bot', ['image.repository=bot'], 'image.tag is empty'],
    ['pipecat-daily-bot', ['operator.port=80'], 'port'],
  ])('refuse values that fit nothing: %s %j', async (chart, set, words) => {
    const folder = path.join(ROOT, 'examples/pearl/charts', chart);
    await expect(helm('helm3', 'template', 'x', folder, '--set', set.join(','))).rejects.toThrow(words);
  });
});
