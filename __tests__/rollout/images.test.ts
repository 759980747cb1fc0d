import { describe, expect, it } from '@jest/globals';
import { imageDifferences, imagesOf } from '../../src/rollout/images.ts';
import { object } from './objects.ts';

const workload = (kind: string, containers: Record<string, string>, init: Record<string, string> = {}) => {
  const list = (images: Record<string, string>) => Object.entries(images).map(([name, image]) => ({ name, image }));
  const spec = { template: { spec: { containers: list(containers), initContainers: list(init) } } };
  return object('apps/v1', kind, { name: kind.toLowerCase() }, { spec });
};

describe('images', () => {
  it('are those of workloads, init containers first', () => {
    const all = [
      workload('Deployment', { app: 'acme/web:1', logs: 'acme/logs:1' }, { migrate: 'acme/migrate:1' }),
      workload('StatefulSet', { db: 'acme/db:1' }),
      workload('DaemonSet', { agent: 'acme/agent:1' }),
      workload('Job', { job: 'acme/job:1' }),
      object('v1', 'ConfigMap', {}),
    ];
    const seen = imagesOf(all).map(({ workload: ref, container, image }) => `${ref.kind} ${container} ${image}`);
    expect(seen).toEqual([
      'Deployment migrate acme/migrate:1',
      'Deployment app acme/web:1',
      'Deployment logs acme/logs:1',
      'StatefulSet db acme/db:1',
      'DaemonSet agent acme/agent:1',
    ]);
  });

  it('differ by container; what is on one side only is no difference', () => {
    const from = imagesOf([workload('Deployment', { app: 'acme/web:1', gone: 'acme/gone:1', same: 'acme/same:1' })]);
    const to = imagesOf([
      workload('Deployment', { same: 'acme/same:1', app: 'acme/web:2', added: 'acme/added:1' }),
      workload('DaemonSet', { app: 'x' }),
    ]);
    expect(imageDifferences(from, to)).toMatchObject([
      { container: 'app', from: 'acme/web:1', to: 'acme/web:2', workload: { kind: 'Deployment' } },
    ]);
    expect(imageDifferences(from, to)).toHaveLength(1);
    expect(imageDifferences(from, from)).toEqual([]);
  });
});
