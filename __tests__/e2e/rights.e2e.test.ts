import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seeded } from './draw.ts';
import { Place, webInputs } from './release.ts';
import { HELMS, Step } from './step.ts';

const { seed, random } = seeded();
const helm = HELMS[Math.floor(random() * HELMS.length)] ?? 'helm3';
process.stdout.write(`rights of the kubeconfig's user: ${helm}, HELM_ROLLOUT_SEED=${seed}\n`);

const cleanups: (() => void)[] = [];
afterAll(() => {
  for (const cleanup of cleanups.reverse()) cleanup();
});

/** What the README promises: `edit` of the namespace for what writes, `view` and its Secrets for what only looks. */
describe('with no more rights than the README names', () => {
  const set = (tag: string): string[] => [`image.tag=${tag}`, 'replicas=1', 'kind=StatefulSet'];
  let where: Place;
  const as = (user: string, inputs: Record<string, string> = {}, tag = '1.0.0'): Step => {
    const step = new Step({ helm, inputs: webInputs(where, set(tag), { 'kube-context': user, ...inputs }) });
    cleanups.push(() => step.remove());
    return step;
  };

  beforeAll(() => {
    where = new Place('rights', helm);
    cleanups.push(() => where.remove());
    where.k('create', 'rolebinding', 'edit', '--clusterrole=edit', '--user=deployer');
    where.k('create', 'role', 'records', '--verb=get,list', '--resource=secrets');
    where.k('create', 'rolebinding', 'records', '--role=records', '--user=viewer');
    where.k('create', 'rolebinding', 'view', '--clusterrole=view', '--user=viewer');
  });

  it('deploys, goes back with the hot-fixed image, frees a stuck StatefulSet, shows all of it, and uninstalls', async () => {
    await as('deployer').mainAs('deployed');
    where.k('set', 'image', 'statefulset/web', 'web=registry.example.com/web:1.4.2');
    where.k('rollout', 'status', 'statefulset/web', '--timeout=60s');
    const failed = await as('deployer', {}, 'missing').mainAs('rolled-back');
    expect(failed.report?.rollback).toMatchObject({ verified: true });
    expect(where.liveImage('StatefulSet')).toBe('registry.example.com/web:1.4.2');

    expect((await as('viewer', { command: 'diff' }, '1.1.0').mainAs('changed')).code).toBe(0);
    expect((await as('viewer', { command: 'drift', comment: 'never' }).mainAs('drifted')).code).toBe(0);
    const audit = await as('viewer', { command: 'audit' }).main();
    expect(audit.report?.audit?.of).toMatch(/^revision \d+ as it runs$/);

    await as('deployer', {}, '1.2.0').mainAs('deployed');
    await as('deployer', { command: 'rollback' }).mainAs('rolled-back');
    expect(where.liveImage('StatefulSet')).toBe('registry.example.com/web:1.0.0');
    await as('deployer', { command: 'uninstall', confirm: 'web' }).mainAs('uninstalled');
  });

  it('is refused with less: who may not look at pods cannot judge a rollout', async () => {
    const verbs = '--verb=get,list,watch,create,update,patch,delete';
    where.k('create', 'role', 'podless', verbs, '--resource=secrets,services,configmaps,statefulsets.apps');
    where.k('create', 'rolebinding', 'podless', '--role=podless', '--user=nobody');
    const refused = await as('nobody').mainAs('refused');
    expect(refused.outputs.reason).toMatch(/could not be watched: .*pods/);
  });
});
