import { describe, expect, it } from '@jest/globals';
import { imageDifferences, imagesOf, imagesStillReady } from '../../src/rollout/images.ts';
import { at, object } from './objects.ts';

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

describe('images of ready pods', () => {
  const web = object('apps/v1', 'Deployment', { name: 'web' });
  const wanted = imagesOf([workload('Deployment', { app: 'acme/web:2' })]).map((use) => {
    return { ...use, workload: { ...use.workload, name: 'web' } };
  });
  const under = (of: { kind: string; metadata: { name: string; uid?: string } }) => ({
    ownerReferences: [{ kind: of.kind, name: of.metadata.name, uid: of.metadata.uid ?? '', controller: true }],
  });
  const set = object('apps/v1', 'ReplicaSet', { name: 'web-1', ...under(web) });
  const pod = (name: string, image: string, ready: boolean, meta = {}) => {
    const status = { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] };
    const spec = { containers: [{ name: 'app', image }] };
    return object('v1', 'Pod', { name, ...under(set), ...meta }, { spec, status });
  };
  const seen = (...pods: ReturnType<typeof pod>[]) => {
    const picture = { takenAt: at(0), objects: [web, set, ...pods], events: [], refused: [] };
    return imagesStillReady(picture, wanted).map(({ image }) => image);
  };

  it('are told where they are not the wanted one', () => {
    expect(seen(pod('a', 'acme/web:1.7', true), pod('b', 'acme/web:2', false))).toEqual(['acme/web:1.7']);
    expect(seen(pod('a', 'acme/web:1.7', true), pod('b', 'acme/web:2', true))).toEqual(['acme/web:1.7']);
  });

  it('are not told of pods that are not ready, leave, or disagree', () => {
    expect(seen(pod('a', 'acme/web:1.7', false))).toEqual([]);
    expect(seen(pod('a', 'acme/web:1.7', true, { deletionTimestamp: '2026-11-23T12:00:00Z' }))).toEqual([]);
    expect(seen(pod('a', 'acme/web:1.7', true), pod('b', 'acme/web:1.8', true))).toEqual([]);
    expect(seen(pod('a', 'acme/web:2', true))).toEqual([]);
  });
});
