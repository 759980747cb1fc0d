import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keptAvailable } from '../../src/audit/availability/kept-available.ts';
import type { Check } from '../../src/audit/check.ts';
import { hpaResolves } from '../../src/audit/checks/hpa-resolves.ts';
import { hpaTargets } from '../../src/audit/checks/hpa-targets.ts';
import { pdbUsable } from '../../src/audit/checks/pdb-usable.ts';
import { probeLiveness } from '../../src/audit/checks/probe-liveness.ts';
import { requests } from '../../src/audit/checks/requests.ts';
import { rolloutStrategy } from '../../src/audit/checks/rollout-strategy.ts';
import { at, items } from '../../src/diff/values.ts';
import { type KubeObject, titleOf } from '../../src/kubernetes/object.ts';
import { parseManifest } from '../../src/release/manifest.ts';
import { until } from '../e2e/processes.ts';
import { theBed } from '../e2e/step.ts';
import { ask } from './cases.ts';
import { asKind, hpa, inWeb, pdb, web } from './release.ts';

const namespace = `availability-${Math.random().toString(36).slice(2, 8)}`;
const here = (object: KubeObject): KubeObject => ({ ...object, metadata: { ...object.metadata, namespace } });

function kubectl(input: unknown, ...args: string[]): { stdout: string; stderr: string } {
  const { bin, kubeconfig } = theBed();
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  return spawnSync(path.join(bin, 'kubectl'), args, { encoding: 'utf8', env, input: JSON.stringify(input) });
}

function create(objects: readonly KubeObject[], ...args: string[]): KubeObject[] {
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  const { stdout, stderr } = kubectl(list, 'create', '--filename', '-', '--output', 'yaml', ...args);
  if (stderr !== '') throw new Error(stderr);
  return parseManifest(stdout, namespace);
}

function read(kind: string): Map<string, KubeObject> {
  const { stdout } = kubectl(undefined, 'get', kind, '--namespace', namespace, '--output', 'json');
  const found = items(JSON.parse(stdout || '{}').items) as KubeObject[];
  return new Map(found.map((object) => [object.metadata.name, object]));
}

/** The verdict of a check about one object among others. */
function verdictOf(check: Check, about: KubeObject, ...others: KubeObject[]): string {
  const found = ask(check, { objects: [about, ...others] });
  return found
    .filter(({ object }) => titleOf(object) === `${about.kind}/${about.metadata.name}`)
    .map(({ verdict }) => verdict)
    .join(' ');
}

const BUDGETS: Record<string, unknown>[] = [
  { minAvailable: 0 },
  { minAvailable: 1 },
  { minAvailable: 3 },
  { minAvailable: 4 },
  { minAvailable: '1%' },
  { minAvailable: '66%' },
  { minAvailable: '67%' },
  { minAvailable: '100%' },
  { maxUnavailable: 0 },
  { maxUnavailable: 1 },
  { maxUnavailable: '0%' },
  { maxUnavailable: '1%' },
  { maxUnavailable: '34%' },
  { maxUnavailable: '100%' },
  {},
];

const TARGETS: Record<string, unknown>[] = [
  { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
  { apiVersion: 'apps/v1beta2', kind: 'Deployment', name: 'web' },
  { apiVersion: 'extensions/v1beta1', kind: 'Deployment', name: 'web' },
  { kind: 'Deployment', name: 'web' },
  { apiVersion: 'apps/v1', kind: 'Deployment', name: 'wbe' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web' },
  { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'web' },
];

const strategy = (value: unknown) => web({ spec: { strategy: null } }, { spec: { strategy: value } });
const probe = { httpGet: { path: '/ready', port: 'http' } };
const only = (resources: unknown) => [inWeb({ resources: null }), inWeb({ resources })];

/** Objects that leave out what the API server fills in. */
const LEFT_OUT: [Check, KubeObject][] = [
  [rolloutStrategy, strategy(undefined)],
  [rolloutStrategy, strategy({ type: 'RollingUpdate' })],
  [rolloutStrategy, strategy({ rollingUpdate: { maxUnavailable: 0 } })],
  [rolloutStrategy, strategy({ rollingUpdate: { maxSurge: 1 } })],
  [rolloutStrategy, strategy({ type: 'Recreate' })],
  [rolloutStrategy, asKind('DaemonSet', { spec: { replicas: null } })],
  [hpaTargets, hpa({ spec: { metrics: null } })],
  [hpaTargets, hpa({ apiVersion: 'autoscaling/v1', spec: { metrics: null } })],
  [probeLiveness, web(inWeb({ livenessProbe: null }), inWeb({ livenessProbe: probe }))],
  [probeLiveness, web(inWeb({ livenessProbe: null }), inWeb({ livenessProbe: { ...probe, failureThreshold: 4 } }))],
  [requests, podOf(web(...only({ limits: { cpu: '1', memory: '1Gi' } })))],
  [requests, podOf(web(...only({ limits: { memory: '1Gi' } })))],
];

function podOf(workload: KubeObject): KubeObject {
  return { ...asKind('Pod'), spec: at(workload, 'spec', 'template', 'spec') };
}

const named = (object: KubeObject, name: string): KubeObject =>
  here({ ...object, metadata: { ...object.metadata, name } });

describe('availability: what is said of an object is what the cluster makes of it', () => {
  const workloads = [here(web()), here(asKind('DaemonSet', { spec: { replicas: null } }))];
  const budgets = BUDGETS.map((spec, index) => named(pdb({ spec: { minAvailable: null } }, { spec }), `b-${index}`));
  const scalers = TARGETS.map((target, index) =>
    named(hpa({ spec: { scaleTargetRef: null } }, { spec: { scaleTargetRef: target } }), `h-${index}`),
  );

  beforeAll(async () => {
    kubectl(undefined, 'create', 'namespace', namespace);
    create(workloads.slice(0, 1));
    await until(
      'three pods are ready',
      60_000,
      () => at(read('deployments').get('web'), 'status', 'readyReplicas') === 3,
    );
    // The controller tells only the first of several budgets when a pod changes: they have to come after the pods.
    create(budgets);
    await until('every budget was counted', 60_000, () =>
      [...read('poddisruptionbudgets').values()].every((one) => at(one, 'status', 'currentHealthy') === 3),
    );
  });
  afterAll(() => {
    kubectl(undefined, 'delete', 'namespace', namespace, '--wait=false');
  });

  it('a budget blocks a drain exactly when the disruption controller allows no disruption', () => {
    const live = read('poddisruptionbudgets');
    const status = ({ metadata }: KubeObject, name: string) => at(live.get(metadata.name), 'status', name);
    const [deployment] = workloads;
    const said = budgets.map((one) =>
      verdictOf(pdbUsable, one, deployment as KubeObject) === 'fail' ? 'blocks' : 'lets go',
    );
    const seen = budgets.map((one) => (status(one, 'disruptionsAllowed') === 0 ? 'blocks' : 'lets go'));
    expect(said).toEqual(seen);
    expect(new Set(seen).size).toBe(2);
    const kept = budgets.map((one) => keptAvailable(one, 3)).map((one) => (one === 'nothing' ? 0 : one));
    expect(kept).toEqual(budgets.map((one) => status(one, 'desiredHealthy')));
  });

  it('an autoscaler points at nothing exactly when its controller finds no scale', async () => {
    create([...workloads.slice(1), ...scalers]);
    const conditions = (one: KubeObject | undefined) => items(at(one, 'status', 'conditions'));
    const able = (one: KubeObject | undefined) => conditions(one).find((each) => at(each, 'type') === 'AbleToScale');
    await until('every autoscaler was looked at', 60_000, () =>
      [...read('horizontalpodautoscalers').values()].every((one) => able(one) !== undefined),
    );
    const live = read('horizontalpodautoscalers');
    const seen = scalers.map(({ metadata }) =>
      at(able(live.get(metadata.name)), 'status') === 'True' ? 'pass' : 'fail',
    );
    expect(scalers.map((one) => verdictOf(hpaResolves, one, ...workloads))).toEqual(seen);
    expect(new Set(seen).size).toBe(2);
  });

  it('what the API server fills in was already counted', () => {
    const filled = create(
      LEFT_OUT.map(([, object], index) => named(object, `d-${index}`)),
      '--dry-run=server',
    );
    expect(filled).toHaveLength(LEFT_OUT.length);
    const verdicts = LEFT_OUT.map(([check, object]) => verdictOf(check, object));
    expect(LEFT_OUT.map(([check], index) => verdictOf(check, filled[index] as KubeObject))).toEqual(verdicts);
    expect(new Set(verdicts).size).toBeGreaterThan(2);
  });
});
