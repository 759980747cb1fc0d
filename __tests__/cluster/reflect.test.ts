import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Reflection, reflect } from '../../src/cluster/reflect.ts';
import { object } from '../rollout/objects.ts';
import { FakeApi, listed, refuse, until } from './fake-api.ts';

const thing = (name: string, resourceVersion: string) =>
  object('v1', 'ConfigMap', { name, uid: name, resourceVersion });

let api: FakeApi;
let stop: AbortController;
let changes: number;
let retries: number;
let clock: number;

beforeEach(() => {
  api = new FakeApi();
  stop = new AbortController();
  changes = 0;
  retries = 0;
  clock = 1000;
});
afterEach(() => stop.abort());

function open(beforeRetry = () => Promise.resolve()): Reflection {
  return reflect(api, {
    path: '/api/v1/configmaps',
    query: { labelSelector: 'a=b' },
    onChange: () => {
      changes += 1;
    },
    beforeRetry: () => {
      retries += 1;
      return beforeRetry();
    },
    signal: stop.signal,
    now: () => clock,
  });
}
const names = (view: Reflection): string => [...view.objects.keys()].sort().join(',');

describe('a list that is kept true', () => {
  it('lists once, then watches from there, with the same selector', async () => {
    api.answer = listed('7', thing('a', '3'));
    const view = open();
    expect(view.staleSince()).toBe(1000);
    await view.synced;
    expect([names(view), view.staleSince(), changes]).toEqual(['a', undefined, 1]);
    const watch = await api.opened(1);
    expect(api.lists).toEqual([{ labelSelector: 'a=b' }]);
    expect(watch.query).toEqual({ labelSelector: 'a=b', resourceVersion: '7', allowWatchBookmarks: 'true' });
  });

  it('follows what is added, modified and deleted', async () => {
    api.answer = listed('7', thing('a', '3'));
    const view = open();
    const watch = await api.opened(1);
    watch.send('ADDED', thing('b', '8'));
    watch.send('MODIFIED', thing('a', '9'));
    expect([names(view), view.objects.get('a')?.metadata.resourceVersion]).toEqual(['a,b', '9']);
    watch.send('DELETED', thing('b', '10'));
    expect([names(view), changes]).toEqual(['a', 4]);
  });

  it('goes on from the last version when the server ends a watch, bookmarks among them, without a list', async () => {
    api.answer = listed('7', thing('a', '3'));
    const view = open();
    const first = await api.opened(1);
    first.send('ADDED', thing('b', '8'));
    const before = changes;
    first.send('BOOKMARK', { metadata: { resourceVersion: '20' } });
    expect([names(view), changes]).toEqual(['a,b', before]);
    first.end();
    expect((await api.opened(2)).query.resourceVersion).toBe('20');
    expect([api.lists.length, view.staleSince(), retries]).toEqual([1, undefined, 0]);
  });

  it.each([
    'in the stream',
    'as the answer',
  ])('starts with a fresh list after 410 Gone %s, without a pause', async (how) => {
    api.answer = listed('7', thing('a', '3'), thing('gone', '4'));
    const view = open();
    const first = await api.opened(1);
    api.answer = listed('50', thing('a', '3'), thing('new', '49'));
    if (how === 'in the stream')
      first.send('ERROR', { kind: 'Status', code: 410, message: 'too old resource version: 7 (50)' });
    else first.drop(new (await import('../../src/cluster/api.ts')).ApiError('gone', 410));
    expect((await api.opened(2)).query.resourceVersion).toBe('50');
    expect([names(view), retries, view.staleSince()]).toEqual(['a,new', 0, undefined]);
  });
});

describe('a connection that is lost', () => {
  it('makes the picture stale since then, keeps it, and heals with a fresh list', async () => {
    api.answer = listed('7', thing('a', '3'), thing('gone', '4'));
    const view = open();
    const first = await api.opened(1);
    api.answer = refuse(0, 'connect ECONNREFUSED');
    clock = 5000;
    const before = changes;
    first.drop();
    await until(() => view.staleSince() !== undefined, 'stale');
    expect([view.staleSince(), names(view), changes]).toEqual([5000, 'a,gone', before + 1]);
    clock = 9000;
    await until(() => retries >= 2, 'a second retry');
    expect(view.staleSince()).toBe(5000);
    api.answer = listed('60', thing('a', '55'));
    await api.opened(2);
    expect([names(view), view.staleSince()]).toEqual(['a', undefined]);
    expect(changes).toBe(before + 2);
  });

  it.each([
    [
      'an ERROR event',
      (send: (type: string, object: object) => void) => send('ERROR', { code: 500, message: 'etcdserver: no leader' }),
    ],
    ['a line that is no JSON', undefined],
  ])('is also %s', async (_, act) => {
    const view = open();
    const first = await api.opened(1);
    api.answer = refuse(503);
    if (act) act((type, sent) => first.send(type, sent as Record<string, unknown>));
    else first.raw('<html>bad gateway');
    await until(() => view.staleSince() !== undefined, 'stale');
    api.answer = listed('9');
    await api.opened(2);
    expect(view.staleSince()).toBeUndefined();
  });

  it('is not given up for 401, 429 or 5xx, and a proxy that cannot be revived is tried again', async () => {
    const answers = [refuse(401), refuse(429), refuse(500), listed('3', thing('a', '1'))];
    api.answer = () => (answers.shift() ?? listed('3'))();
    const view = open(() => Promise.reject(new Error('no proxy')));
    await view.synced;
    expect([names(view), view.refused(), retries]).toEqual(['a', undefined, 3]);
  });

  it('waits as long as Retry-After asks', async () => {
    const answers = [refuse(429, 'slow down', 300), listed('3')];
    api.answer = () => (answers.shift() ?? listed('3'))();
    const begin = Date.now();
    await open().synced;
    expect(Date.now() - begin).toBeGreaterThanOrEqual(290);
  });
});

describe('a list that may not be read', () => {
  it.each([403, 404])('is refused for good after %d, and not stale', async (status) => {
    api.answer = refuse(status, 'pods is forbidden: User "ci" cannot list');
    const view = open();
    await view.synced;
    expect([view.refused(), view.staleSince(), changes]).toEqual([
      'pods is forbidden: User "ci" cannot list',
      undefined,
      1,
    ]);
    await sleep(150);
    expect([api.lists.length, retries]).toEqual([1, 0]);
  });
});

describe('a list that could be read once', () => {
  it.each([403, 404])('is asked for again after %d: a server that starts up says so for a moment', async (status) => {
    api.answer = listed('7', thing('a', '3'));
    const view = open();
    const first = await api.opened(1);
    api.answer = refuse(status);
    first.drop();
    await until(() => retries >= 2, 'a second retry');
    expect([view.refused(), view.staleSince()]).toEqual([undefined, 1000]);
    api.answer = listed('9', thing('b', '8'));
    await api.opened(2);
    expect([names(view), view.staleSince()]).toEqual(['b', undefined]);
  });
});

describe('the end', () => {
  it('comes with the signal: no more lists, watches or changes', async () => {
    api.answer = refuse(500);
    const view = open();
    await until(() => retries >= 1, 'a retry');
    stop.abort();
    await view.synced;
    const lists = api.lists.length;
    await sleep(250);
    expect(api.lists.length).toBe(lists);
  });

  it('of a watch by the signal is no loss', async () => {
    const view = open();
    await api.opened(1);
    stop.abort();
    await sleep(20);
    expect([view.staleSince(), retries, api.lists.length]).toEqual([undefined, 0, 1]);
  });
});
