import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { drawHelms, seeded } from './draw.ts';
import { Place, webInputs } from './release.ts';
import { Step, theBed } from './step.ts';

const cleanups: (() => void)[] = [];
afterAll(() => {
  for (const cleanup of cleanups.reverse()) cleanup();
});

const { seed, random } = seeded();
process.stderr.write(`a job's environment: HELM_ROLLOUT_SEED=${seed}\n`);

describe.each(drawHelms(random))("a job's own environment, with %s", (helm) => {
  it('may keep records in ConfigMaps and one revision, name another namespace, and have two kubeconfigs', async () => {
    const place = new Place('environment', helm);
    const folder = mkdtempSync(path.join(tmpdir(), 'kube-'));
    cleanups.push(
      () => place.remove(),
      () => rmSync(folder, { recursive: true }),
    );
    const empty = path.join(folder, 'empty');
    writeFileSync(empty, 'apiVersion: v1\nkind: Config\n');
    const env = {
      HELM_DRIVER: 'configmap',
      HELM_MAX_HISTORY: '1',
      HELM_NAMESPACE: 'kube-system',
      KUBECONFIG: `${empty}:${theBed().kubeconfig}`,
    };
    const step = (tag: string, inputs: Record<string, string> = {}): Step => {
      const all = webInputs(place, [`image.tag=${tag}`], { comment: 'never', ...inputs });
      const made = new Step({ helm, inputs: all, env });
      cleanups.push(() => made.remove());
      return made;
    };
    await step('1.0.0').mainAs('deployed');
    await step('1.1.0').mainAs('deployed');
    expect(place.k('get', 'secrets', '--selector', 'owner=helm', '--output', 'name')).toBe('');
    const bad = await step('missing').mainAs('rolled-back');
    expect(bad.report?.rollback).toMatchObject({ to: 2, verified: true, problems: [] });
    expect(place.liveImage()).toBe('registry.example.com/web:1.1.0');
    await step('1.1.0', { command: 'diff' }).mainAs('clean');
    await step('1.1.0', { command: 'drift' }).mainAs('clean');
    await step('1.1.0').mainAs('unchanged');
    const gone = await step('1.1.0', { command: 'rollback', revision: '1' }).mainAs('refused');
    expect(gone.outputs.reason).toContain('revision 1 is not stored any more');
  });
});
