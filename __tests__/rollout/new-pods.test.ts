import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import { isObserved, newestReplicaSet, newPods } from '../../src/rollout/new-pods.ts';
import { controllerRevision, daemonSet, deployment, job, pod, replicaSet, statefulSet } from './objects.ts';
import { picture } from './situations.ts';

const names = (objects: KubeObject[], workload: KubeObject): string[] =>
  newPods(picture(0, objects), workload).map(({ metadata }) => metadata.name);

describe('the pods of the newest revision', () => {
  it('of a Deployment hang on the ReplicaSet with its revision number', () => {
    const web = deployment({ revision: '10' });
    const old = replicaSet(web, { revision: '9' });
    const now = replicaSet(web, { revision: '10' });
    const all = [
      web,
      old,
      now,
      pod(old, { name: 'old' }),
      pod(now, { name: 'new' }),
      pod(now, { name: 'gone', leaving: true }),
    ];
    expect(names(all, web)).toEqual(['new']);
    expect(newestReplicaSet(picture(0, all), web)?.metadata.name).toBe('web-rs10');
  });

  it('of a Deployment are none while its ReplicaSet is not there yet', () => {
    const web = deployment({ revision: '3' });
    const old = replicaSet(web, { revision: '2' });
    expect(names([web, old, pod(old)], web)).toEqual([]);
  });

  it('of another release with the same labels and names are not taken: ownership decides', () => {
    const web = deployment();
    const other = deployment({ meta: { uid: 'other-web', namespace: 'pearl' } });
    const theirs = replicaSet(other);
    theirs.metadata.uid = 'their-rs';
    expect(names([web, replicaSet(web), theirs, pod(theirs, { name: 'theirs' })], web)).toEqual([]);
  });

  it('of a StatefulSet carry its update revision', () => {
    const db = statefulSet({ update: 'db-2', current: 'db-1' });
    const all = [
      pod(db, { name: 'db-0', hash: 'db-1' }),
      pod(db, { name: 'db-1', hash: 'db-2' }),
      pod(undefined, { name: 'x', hash: 'db-2' }),
    ];
    expect(names([db, ...all], db)).toEqual(['db-1']);
  });

  it('of a DaemonSet carry the hash of its highest ControllerRevision, by number', () => {
    const agent = daemonSet();
    const revisions = [controllerRevision(agent, 'h10', 10), controllerRevision(agent, 'h9', 9)];
    const pods = [pod(agent, { name: 'a', hash: 'h9' }), pod(agent, { name: 'b', hash: 'h10' })];
    expect(names([agent, ...revisions, ...pods], agent)).toEqual(['b']);
  });

  it('of a Job and of a bare pod are all, leaving ones not', () => {
    const migrate = job();
    const pods = [pod(migrate, { name: 'a' }), pod(migrate, { name: 'b', leaving: true })];
    expect(names([migrate, ...pods], migrate)).toEqual(['a']);
    const bare = pod(undefined, { name: 'bare' });
    expect(names([bare], bare)).toEqual(['bare']);
    const leaving = pod(undefined, { name: 'bare', leaving: true });
    expect(names([leaving], leaving)).toEqual([]);
  });

  it.each([
    ['Deployment', deployment({ generation: 3, observed: 2 })],
    ['StatefulSet', statefulSet({ generation: 3, observed: 2 })],
    ['DaemonSet', daemonSet({ generation: 3, observed: 2 })],
  ])('of a %s are none while its controller has not seen the newest spec', (_, workload) => {
    const parent = workload.kind === 'Deployment' ? replicaSet(workload) : workload;
    const all = [workload, parent, controllerRevision(workload, 's-new', 1), pod(parent, { hash: 's-new' })];
    expect(isObserved(workload)).toBe(false);
    expect(names(all, workload)).toEqual([]);
  });
});
