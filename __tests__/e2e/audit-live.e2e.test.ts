import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seeded } from './draw.ts';
import { until } from './processes.ts';
import { Place, webInputs } from './release.ts';
import { HELMS, type HelmName, ROOT, Step, type StepResult } from './step.ts';

const { seed, random } = seeded();
const helm = HELMS[Math.floor(random() * HELMS.length)] as HelmName;
const cleanups: (() => void)[] = [];
let where: Place;

async function audited(inputs: Record<string, string> = {}): Promise<StepResult> {
  const all = webInputs(where, [], { chart: 'charts/guarded', command: 'audit', comment: 'never', ...inputs });
  const step = new Step({ helm, inputs: { ...all, 'audit-profile': 'production' } });
  cleanups.push(() => step.remove());
  return step.main();
}

/** `verdict object`, or what passed, of one check. */
function said({ report }: StepResult, check: string): string[] {
  const lines = (report?.audit?.objects ?? []).flatMap(({ ref, lines }) =>
    lines.filter((line) => line.check === check).map(({ verdict }) => `${verdict} ${ref.kind}/${ref.name}`),
  );
  const rest = (report?.audit?.rest ?? []).filter((note) => note.check === check);
  return [...lines, ...rest.map(({ verdict, object }) => `${verdict} ${object}`)].sort();
}

describe(`the live audit, with ${helm} (seed ${seed})`, () => {
  beforeAll(async () => {
    where = new Place('live', helm);
    cleanups.push(() => where.remove());
    where.h('install', 'web', path.join(ROOT, '__tests__/e2e/charts/guarded'), '--wait', '--timeout', '60s');
    const conditions = (): string => where.k('get', 'hpa', 'web', '--output', 'jsonpath={.status.conditions[*].type}');
    await until('the autoscaler says whether it works', 60_000, () => conditions().includes('ScalingActive'));
    await until('the autoscaler has scaled to its minimum', 60_000, () => where.ready() === '2/2/2');
    const counted = (): string => where.k('get', 'pdb', 'web', '--output', 'jsonpath={.status.currentHealthy}');
    await until('the budget has counted its pods', 60_000, () => counted() === '2');
  });
  afterAll(() => {
    for (const cleanup of cleanups.reverse()) cleanup();
  });

  it('names what only the cluster knows: a blind autoscaler, a budget that blocks, a Secret that is not there', async () => {
    const run = await audited();
    expect([run.code, run.outputs.status, run.report?.audit?.of]).toEqual([0, 'findings', 'revision 1 as it runs']);
    expect({ hpa: said(run, 'live-hpa'), pdb: said(run, 'live-pdb'), secrets: said(run, 'live-secrets') }).toEqual({
      hpa: ['fail HorizontalPodAutoscaler/web'],
      pdb: ['fail PodDisruptionBudget/web'],
      secrets: ['fail Deployment/web'],
    });
    expect({ image: said(run, 'live-image'), spread: said(run, 'live-spread') }).toEqual({
      image: ['pass Deployment/web'],
      spread: ['pass Deployment/web'],
    });
    expect(JSON.stringify(run.report?.audit)).toContain('FailedGetResourceMetric');
  });

  it('sees each of them mended', async () => {
    where.k('create', 'secret', 'generic', 'web-config', '--from-literal=a=b');
    where.k('patch', 'pdb', 'web', '--patch', '{"spec":{"minAvailable":1}}');
    const allowed = (): string => where.k('get', 'pdb', 'web', '--output', 'jsonpath={.status.disruptionsAllowed}');
    await until('the budget allows a disruption', 60_000, () => allowed() === '1');
    const run = await audited();
    expect({ pdb: said(run, 'live-pdb'), secrets: said(run, 'live-secrets') }).toEqual({
      pdb: ['pass PodDisruptionBudget/web'],
      secrets: ['pass Deployment/web'],
    });
  });

  it('does not guess at what it may not read', async () => {
    where.k(
      'create',
      'role',
      'half',
      '--verb=get,list',
      '--resource=secrets,deployments.apps,poddisruptionbudgets.policy',
    );
    where.k('create', 'rolebinding', 'half', '--role=half', '--user=deployer');
    const run = await audited({ 'kube-context': 'deployer' });
    expect(said(run, 'live-image')).toEqual(['unknown Deployment/web']);
    expect(said(run, 'live-hpa')).toEqual(['unknown HorizontalPodAutoscaler/web']);
    expect(said(run, 'live-pdb')).toEqual(['pass PodDisruptionBudget/web']);
    expect(JSON.stringify(run.report?.audit)).toMatch(/cannot list resource \\"pods\\"/);
    expect(run.report?.audit?.of).toMatch(/HorizontalPodAutoscaler as released: they may not be read/);
  });
});
