import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type GitHubStandIn, startGitHub } from '../../testbed/github/server.ts';
import { drawHelms, seeded } from './draw.ts';
import { until } from './processes.ts';
import { Place, webInputs } from './release.ts';
import { HELMS, type HelmName, Step, type StepResult } from './step.ts';

const HEAD = 'feedfacefeedfacefeedfacefeedfacefeedface';
const cleanups: (() => void | Promise<void>)[] = [];
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

function sceneWith(helm: HelmName) {
  const place = (name: string): Place => {
    const made = new Place(name, helm);
    cleanups.push(() => made.remove());
    return made;
  };
  const step = (inputs: Record<string, string>, more: object = {}): Step => {
    const made = new Step({ helm, inputs, ...more });
    cleanups.push(() => made.remove());
    return made;
  };
  const uninstall = (where: Place, inputs: Record<string, string> = {}, more: object = {}): Promise<StepResult> => {
    const common = { command: 'uninstall', release: 'web', namespace: where.namespace, timeout: '60s' };
    return step({ ...common, ...inputs }, more).main();
  };
  /** The bed has no provisioner: a volume for the claim of the StatefulSet's first pod. */
  const volume = (where: Place): void => {
    const folder = mkdtempSync(path.join(tmpdir(), 'volume-'));
    const spec = {
      capacity: { storage: '1Mi' },
      accessModes: ['ReadWriteOnce'],
      hostPath: { path: '/none' },
      claimRef: { namespace: where.namespace, name: 'data-web-0' },
    };
    const volume = { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: where.namespace }, spec };
    writeFileSync(path.join(folder, 'volume.json'), JSON.stringify(volume));
    where.kubectl('create', '--filename', path.join(folder, 'volume.json'));
    cleanups.push(() => {
      where.kubectl('delete', 'persistentvolume', where.namespace, '--wait=false');
      rmSync(folder, { recursive: true });
    });
  };
  const objects = (where: Place): string =>
    where.k(
      'get',
      'statefulset,pod,service,configmap,job',
      '--selector',
      'app.kubernetes.io/managed-by=Helm',
      '--output',
      'name',
    );
  return { place, step, uninstall, volume, objects };
}

describe.each(HELMS)('uninstall with %s', (helm) => {
  const { place, step, uninstall, volume, objects } = sceneWith(helm);

  it('deletes what it is told to by name, and says what stays', async () => {
    const github: GitHubStandIn = await startGitHub();
    cleanups.push(() => github.close());
    github.seedToken({ token: 'ghs_job', repository: 'acme/shop', permissions: { 'pull-requests': 'write' } });
    github.seedPull({ owner: 'acme', repo: 'shop', number: 9, head: HEAD });
    const where = place('gone');
    const values = ['image.tag=1.0.0', 'kind=StatefulSet', 'replicas=1', 'claims=true', 'keep=true', 'hook=1.0.0'];
    volume(where);
    await step(webInputs(where, values)).mainAs('deployed');
    const before = objects(where);

    for (const confirm of ['', 'wbe']) {
      const refused = await uninstall(where, { confirm });
      expect({ code: refused.code, status: refused.outputs.status }).toEqual({ code: 1, status: 'refused' });
      expect(refused.outputs.reason).toContain('to delete the release, repeat its name here (web)');
    }
    const dry = await uninstall(where, { 'dry-run': 'true' });
    expect(dry.outputs).toMatchObject({ status: 'changed', revision: '1' });
    expect(dry.report?.removal?.deleted).toEqual(['ConfigMap/web', 'Service/web', 'StatefulSet/web']);
    expect(objects(where)).toBe(before);

    const closed = {
      action: 'closed',
      number: 9,
      pull_request: { number: 9, head: { sha: HEAD, repo: { full_name: 'acme/shop' } }, base: { sha: 'ba5e' } },
    };
    const more = { githubApiUrl: github.url, event: closed, env: { GITHUB_EVENT_NAME: 'pull_request' } };
    const inputs = { confirm: 'web', 'github-token': 'ghs_job' };
    const run = await uninstall(where, inputs, more);
    expect({ code: run.code, status: run.outputs.status, changed: run.outputs.changed }).toEqual({
      code: 0,
      status: 'uninstalled',
      changed: 'true',
    });
    const stays = run.report?.removal?.stays.map(({ title }) => title);
    expect(stays).toEqual([
      'ConfigMap/web-kept',
      'PersistentVolumeClaim/data-web-0',
      'Job/web-migrate',
      `Namespace/${where.namespace}`,
    ]);
    expect(where.k('get', 'statefulset,service,pod', '--output', 'name').includes('web-0')).toBe(false);
    expect(where.k('get', 'secrets', '--selector', 'owner=helm', '--output', 'name')).toBe('');
    expect(where.k('get', 'configmap', 'web-kept', '--output', 'name').trim()).toBe('configmap/web-kept');
    const told = github.comments('acme', 'shop', 9);
    expect(told).toHaveLength(1);
    expect(told[0]?.body).toContain('uninstalled ✅');

    // A preview environment is closed twice.
    const again = await uninstall(where, inputs, more);
    expect({ code: again.code, status: again.outputs.status, changed: again.outputs.changed }).toEqual({
      code: 0,
      status: 'unchanged',
      changed: 'false',
    });
    expect(github.comments('acme', 'shop', 9)).toHaveLength(1);
    expect(github.violations).toEqual([]);
  });
});

const { seed, random } = seeded();
process.stderr.write(`Helm of a stuck uninstall drawn with HELM_ROLLOUT_SEED=${seed}\n`);

describe('an uninstall', () => {
  it.each(drawHelms(random))('never says that something is gone which is still there, with %s', async (helm) => {
    const { place, step, uninstall, objects } = sceneWith(helm);
    const where = place('stuck');
    await step(webInputs(where, ['image.tag=1.0.0', 'replicas=1'])).mainAs('deployed');
    where.k('patch', 'configmap', 'web', '--type=merge', '--patch', '{"metadata":{"finalizers":["example.com/hold"]}}');
    const run = await uninstall(where, { confirm: 'web', timeout: '6s' });
    where.k('patch', 'configmap', 'web', '--type=merge', '--patch', '{"metadata":{"finalizers":null}}');
    expect({ code: run.code, status: run.outputs.status }).toEqual({ code: 1, status: 'failed' });
    expect(run.outputs.reason).toContain('still there: ConfigMap/web');
    await until('the rest is gone', 60_000, () => !objects(where).includes('configmap/web\n'));
  });
});
