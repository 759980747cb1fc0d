import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import { parseAllDocuments } from 'yaml';
import { seeded } from '../e2e/draw.ts';
import { Place } from '../e2e/release.ts';
import { HELMS, type HelmName, ROOT, Step, theBed } from '../e2e/step.ts';
import { pearlSystems } from './systems.ts';

const { seed, random } = seeded();
const systems = pearlSystems().map((system) => ({ ...system, helm: HELMS[Math.floor(random() * 2)] as HelmName }));
const cleanups: (() => void)[] = [];
afterAll(() => {
  for (const cleanup of cleanups.reverse()) cleanup();
});

function newPlace(name: string): Place {
  const place = new Place(name, 'helm3');
  cleanups.push(() => place.remove());
  return place;
}

function helm(name: HelmName, ...args: string[]): string {
  const env = { ...process.env, KUBECONFIG: theBed().kubeconfig };
  return execFileSync(path.join(theBed().bin, name), args, { encoding: 'utf8', env });
}

function installObserved(place: Place, { helm: name, release, chart, observed }: (typeof systems)[number]): void {
  const where = ['--namespace', place.namespace, '--values', observed, '--wait', '--timeout', '2m'];
  helm(name, 'install', release, chart, ...where);
}

/** Upgrades a system with the action as a service repository would; throws unless the release was deployed. */
async function upgrade(place: Place, system: (typeof systems)[number], values: string): Promise<void> {
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

/** What the API server says to a pod of this system's rendered workload in a namespace; undefined when it admits it. */
function refusal(
  place: Place,
  { helm: name, release, chart }: (typeof systems)[number],
  values: string,
): string | undefined {
  const text = helm(name, 'template', release, chart, '--namespace', place.namespace, '--values', values);
  const objects = parseAllDocuments(text).map((document) => document.toJS() as Deployment | null);
  const pods = objects.flatMap((object) => (object?.spec?.template ? [object.spec.template] : []));
  const list = pods.map((pod, index) => ({ ...pod, apiVersion: 'v1', kind: 'Pod', metadata: { name: `p${index}` } }));
  if (list.length === 0) throw new Error(`${release} rendered no workload`);
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: list });
  const args = ['--namespace', place.namespace, 'create', '--dry-run=server', '--validate=false', '--filename', '-'];
  const env = { ...process.env, KUBECONFIG: theBed().kubeconfig };
  const answer = spawnSync(path.join(theBed().bin, 'kubectl'), args, { input, encoding: 'utf8', env });
  return answer.status === 0 ? undefined : answer.stderr;
}

const names = systems.map(({ name, helm: by }) => `${name} ${by}`).join(', ');

describe(`Pearl's systems (seed ${seed}: ${names})`, () => {
  const place = newPlace('pearl');

  it('install as observed, and go to production where the namespace enforces `restricted`', async () => {
    for (const system of systems) installObserved(place, system);
    for (const system of systems) {
      expect(`${system.name}: ${refusal(place, system, system.observed)}`).toBe(`${system.name}: undefined`);
    }
    place.kubectl('label', 'namespace', place.namespace, 'pod-security.kubernetes.io/enforce=restricted');
    // Or the admission of the pods below would say nothing.
    for (const system of systems)
      expect(refusal(place, system, system.observed)).toMatch(/violates PodSecurity "restricted/);

    for (const system of systems) await upgrade(place, system, system.production);

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
    const redis = systems.find(({ name }) => name === 'redis') as (typeof systems)[number];
    installObserved(elsewhere, redis);
    await upgrade(elsewhere, redis, redis.alternatives[0] ?? '');
    expect(elsewhere.k('get', 'deployments,statefulsets', '--output', 'name')).toBe('');
    const query = 'jsonpath={.spec.type} {.spec.externalName}';
    expect(elsewhere.k('get', 'service', 'redis-pearl', '--output', query)).toMatch(
      /^ExternalName .*\.amazonaws\.com$/,
    );
  }, 120_000);
});
