import { describe, expect, it } from '@jest/globals';
import type { Event } from 'kubernetes-types/core/v1.d.ts';
import { eventsAbout, find, lastSeen, ownedBy } from '../../src/rollout/picture.ts';
import { at, deployment, event, object, pod, replicaSet, stamp } from './objects.ts';
import { picture } from './situations.ts';

describe('a picture', () => {
  it('finds an object by kind, namespace and name', () => {
    const here = deployment();
    const there = deployment({ meta: { namespace: 'other', uid: 'there' } });
    const wide = object('v1', 'PersistentVolume', { name: 'web', namespace: undefined });
    const shown = picture(0, [there, object('v1', 'Service', { name: 'web' }), here, wide]);
    expect(find(shown, 'Deployment', 'pearl', 'web')).toBe(here);
    expect(find(shown, 'Deployment', 'other', 'web')).toBe(there);
    expect(find(shown, 'PersistentVolume', undefined, 'web')).toBe(wide);
    expect(find(shown, 'Deployment', 'pearl', 'web2')).toBeUndefined();
    expect(find(shown, 'Deployment', undefined, 'web')).toBeUndefined();
  });

  it("knows whose an object is by its controller's uid alone", () => {
    const web = deployment();
    const set = replicaSet(web);
    const adopted = pod(undefined, { name: 'adopted' });
    adopted.metadata.ownerReferences = [{ kind: 'ReplicaSet', name: 'web-rs2', uid: set.metadata.uid ?? '' }];
    const shown = picture(0, [set, pod(set, { name: 'mine' }), adopted, pod(undefined, { name: 'bare' })]);
    expect(ownedBy(shown, 'Pod', set).map(({ metadata }) => metadata.name)).toEqual(['mine']);
    const noUid = object('apps/v1', 'ReplicaSet', { name: 'x', uid: undefined });
    expect(ownedBy(picture(0, [pod(noUid), noUid]), 'Pod', noUid)).toEqual([]);
  });

  it('orders Events by when they were last seen, whichever field says so', () => {
    const web = deployment();
    const series = event(web, 'C', '', { first: 1 }) as unknown as Event;
    series.series = { count: 9, lastObservedTime: stamp(30) };
    const modern = event(web, 'B', '') as unknown as Event;
    Object.assign(modern, { firstTimestamp: undefined, lastTimestamp: undefined, eventTime: stamp(20) });
    const shown = picture(
      0,
      [],
      [series as never, event(web, 'A', '', { first: 2, last: 10 }), modern as never, event(replicaSet(web), 'X', '')],
    );
    expect(eventsAbout(shown, 'Deployment-web').map(({ reason }) => reason)).toEqual(['A', 'B', 'C']);
    expect(lastSeen(series)).toBe(at(30));
    expect(lastSeen({ metadata: {}, involvedObject: {} })).toBe(0);
  });
});
