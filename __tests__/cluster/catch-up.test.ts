import { describe, expect, it } from '@jest/globals';
import { ApiError, type ObjectList } from '../../src/cluster/api.ts';
import { hasCaughtUp, objectNow } from '../../src/cluster/catch-up.ts';
import { observe } from '../../src/cluster/observe.ts';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import { refOf } from '../../src/kubernetes/object.ts';
import { deployment } from '../rollout/objects.ts';
import { picture } from '../rollout/situations.ts';
import { FakeApi } from './fake-api.ts';

const of = (generation: number, more: Partial<KubeObject['metadata']> = {}): KubeObject => {
  const live = deployment({ generation });
  return { ...live, metadata: { ...live.metadata, resourceVersion: String(generation), ...more } };
};
const ref = refOf(of(1));
const never = new AbortController().signal;
const list = (...items: KubeObject[]): ObjectList => ({ resourceVersion: '9', items });

describe('a picture', () => {
  it.each<[string, KubeObject[], boolean]>([
    ['of the generation that was read', [of(3)], true],
    ['of a later one', [of(4)], true],
    ['of an earlier one', [of(2)], false],
    ['without the object', [], false],
    ['of one that was made again later', [of(1, { uid: 'other', creationTimestamp: '2030-01-01T00:00:00Z' })], true],
    ['of one that was there before', [of(9, { uid: 'other', creationTimestamp: '2020-01-01T00:00:00Z' })], false],
  ])('%s', (_, shown, expected) => {
    const read = of(3, { creationTimestamp: '2025-01-01T00:00:00Z' });
    expect(hasCaughtUp(picture(0, shown), read)).toBe(expected);
  });
});

describe('an object as it is now', () => {
  it('is asked for again while the API server is away', async () => {
    const answers = [new ApiError('socket hang up', 0), new ApiError('busy', 503)];
    const asked: Record<string, string>[] = [];
    const api = {
      list: async (path: string, query: Record<string, string>) => {
        asked.push({ path, ...query });
        const trouble = answers.shift();
        if (trouble) throw trouble;
        return list(of(3));
      },
    };
    expect((await objectNow(api, ref, never))?.metadata.generation).toBe(3);
    expect(asked).toHaveLength(3);
    expect(asked[0]).toEqual({
      path: `/apis/apps/v1/namespaces/${ref.namespace}/deployments`,
      fieldSelector: `metadata.name=${ref.name}`,
    });
  });

  it.each([403, 404])('is none after %d', async (status) => {
    const api = { list: () => Promise.reject(new ApiError('no', status)) };
    expect(await objectNow(api, ref, never)).toBeUndefined();
  });
});

describe('catching up', () => {
  const path = '/apis/apps/v1/namespaces/pearl/deployments';
  const open = async (first: KubeObject) => {
    const api = new FakeApi();
    api.answer = () => list(first);
    const target = { path, query: {}, kind: 'Deployment' };
    const observation = await observe(api, [target], { revive: async () => {} });
    return { api, observation, watch: await api.opened(1) };
  };

  it('waits for what the API server has, and no longer', async () => {
    const { api, observation, watch } = await open(of(1));
    expect(await observation.catchUp([ref], 20_000, never)).toBe(true);
    api.answer = () => list(of(2));
    const caught = observation.catchUp([ref], 20_000, never);
    watch.send('MODIFIED', { ...of(2) });
    expect(await caught).toBe(true);
    expect(observation.picture().objects[0]?.metadata.generation).toBe(2);
    observation.close();
  });

  it('says when it did not in time, or was called off', async () => {
    const { api, observation } = await open(of(1));
    api.answer = () => list(of(2));
    expect(await observation.catchUp([ref], 50, never)).toBe(false);
    expect(await observation.catchUp([ref], 20_000, AbortSignal.abort())).toBe(false);
    api.answer = () => {
      throw new ApiError('socket hang up', 0);
    };
    expect(await observation.catchUp([ref], 50, never)).toBe(false);
    observation.close();
  });
});
