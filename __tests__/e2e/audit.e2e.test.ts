import { afterAll, describe, expect, it } from '@jest/globals';
import { seeded } from './draw.ts';
import { Place, webInputs } from './release.ts';
import { HELMS, type HelmName, Step, type StepResult } from './step.ts';

const { seed, random } = seeded();
const helm = HELMS[Math.floor(random() * HELMS.length)] as HelmName;
const cleanups: (() => void)[] = [];
afterAll(() => {
  for (const cleanup of cleanups.reverse()) cleanup();
});

function place(name: string): Place {
  const made = new Place(name, helm);
  cleanups.push(() => made.remove());
  return made;
}

function run(
  where: Place,
  set: string[],
  inputs: Record<string, string>,
  env: Record<string, string> = {},
): Promise<StepResult> {
  const step = new Step({ helm, inputs: webInputs(where, set, { comment: 'never', ...inputs }), env });
  cleanups.push(() => step.remove());
  return step.main();
}

const PRODUCTION = { 'audit-profile': 'production' };

describe(`the audit, with ${helm} (seed ${seed})`, () => {
  it('reads the chart when there is no release and no cluster, then the live release, and is green', async () => {
    const where = place('audit');
    const alone = await run(
      where,
      [],
      { command: 'audit', ...PRODUCTION },
      { KUBECONFIG: '/nonexistent', HOME: '/nonexistent' },
    );
    expect([alone.code, alone.outputs.status]).toEqual([0, 'findings']);
    expect(alone.report?.audit?.of).toBe('the rendered chart (no cluster is configured for this job)');
    expect(Number(alone.outputs['audit-failures'])).toBe(alone.report?.audit?.counts.fail);
    expect(alone.report?.audit?.counts.fail).toBeGreaterThan(3);

    const before = await run(where, [], { command: 'audit', ...PRODUCTION });
    expect(before.report?.audit?.of).toBe('the rendered chart');

    const deployed = await run(where, ['image.tag=1.0.0'], PRODUCTION);
    expect([deployed.outputs.status, deployed.report?.audit?.mode]).toEqual(['deployed', 'warn']);
    const live = await run(where, [], { command: 'audit', ...PRODUCTION });
    expect([live.code, live.outputs.status]).toEqual([0, 'findings']);
    expect(live.report?.audit?.of).toBe('revision 1 as it runs');
    const passed = live.report?.audit?.rest.filter(({ verdict }) => verdict === 'pass').map(({ check }) => check);
    expect(passed).toEqual(expect.arrayContaining(['live-image', 'live-spread', 'image-pin', 'pss-baseline']));

    where.k('set', 'image', 'deployment/web', 'web=registry.example.com/web:1.0.9');
    where.k('rollout', 'status', 'deployment/web', '--timeout=60s');
    const drifted = await run(where, [], { command: 'audit', audit: 'enforce' });
    expect([drifted.code, drifted.outputs.status, drifted.outputs['audit-failures']]).toEqual([1, 'findings', '1']);
    expect(drifted.summary).toContain('`live-image`');
    expect(drifted.report?.audit?.refused).toEqual(['`live-image` of `Deployment/web`']);
  });

  it('enforce: a first install that fails is refused, nothing is written; what a release already fails is not held against it', async () => {
    const where = place('enforce');
    const inputs = { audit: 'enforce', ...PRODUCTION };
    const refused = await run(where, ['image.tag=1.0.0'], inputs);
    expect([refused.code, refused.outputs.status]).toEqual([1, 'refused']);
    expect(refused.outputs.reason).toMatch(/^audit: enforce: checks of severity high fail: `/);
    expect(where.k('get', 'deployments,secrets', '--output', 'name')).not.toMatch(/web/);

    expect((await run(where, ['image.tag=1.0.0'], { audit: 'off' })).outputs).toMatchObject({
      status: 'deployed',
      'audit-failures': '',
    });
    const again = await run(where, ['image.tag=1.1.0'], inputs);
    expect([again.code, again.outputs.status, again.report?.audit?.worse]).toEqual([0, 'deployed', 0]);
    expect(again.report?.audit?.against).toBe('revision 1');

    const worse = ['image.tag=1.1.0', 'second=1.0.0'];
    const diff = await run(where, worse, { command: 'diff', ...inputs });
    expect([diff.code, diff.outputs.status]).toEqual([1, 'changed']);
    expect(diff.report?.audit?.refused).toEqual(expect.arrayContaining(['`non-root` of `Deployment/web`']));
    expect(diff.summary).toContain('**A deploy would be refused:**');
    const green = await run(where, worse, { command: 'diff', ...inputs, audit: 'warn' });
    expect([green.code, green.outputs.status]).toEqual([0, 'changed']);
    const stopped = await run(where, worse, inputs);
    expect([stopped.code, stopped.outputs.status]).toEqual([1, 'refused']);
    expect(stopped.outputs.reason).toMatch(
      /^audit: enforce: checks of severity high fail that revision 2 does not fail: /,
    );
    expect(where.history()).toHaveLength(2);
  });

  it('refuses a profile that is none before anything is touched', async () => {
    const result = await run(place('profile'), [], { 'audit-profile': 'charts/web/values.yaml' });
    expect([result.code, result.outputs.status]).toEqual([1, 'refused']);
    expect(result.outputs.reason).toMatch(
      /^input "audit-profile": in charts\/web\/values\.yaml: the profile has no field/,
    );
  });
});
