import { describe, expect, it } from '@jest/globals';
import { checkDrift, comparedRevision, hasDrifted, type LiveView } from '../../src/drift/check.ts';
import type { Helm } from '../../src/release/helm.ts';
import type { Revision } from '../../src/release/history.ts';
import { living, manifest, wrote } from './objects.ts';

const TEXT = JSON.stringify(manifest());
const helm = {
  target: { release: 'web', namespace: 'pearl' },
  manifest: () => Promise.resolve(TEXT),
  applyMethod: () => Promise.resolve(undefined),
} as unknown as Helm;

function revision(number: number, status: string, more: Partial<Revision> = {}): Revision {
  return { number, status, updated: 0, chart: 'web-1.0.0', appVersion: '', description: '', ...more };
}

function view(more: Partial<LiveView> = {}): LiveView {
  return {
    look: () => Promise.resolve({ objects: [living(manifest())], refused: [] }),
    apply: () => Promise.resolve({ objects: [living(manifest())], problems: [] }),
    conflicts: () => Promise.resolve(new Map()),
    autoscalers: () => Promise.resolve([]),
    ...more,
  };
}

const HISTORY = [revision(1, 'deployed')];

describe('a check', () => {
  it('of a release as it was deployed finds nothing', async () => {
    const check = await checkDrift(helm, view(), HISTORY, []);
    expect(check).toMatchObject({ findings: [], unread: [], readOnly: { objects: [] }, method: 'csa', objects: 1 });
    expect(check && hasDrifted(check)).toBe(false);
  });

  it('looks again while a controller is at work, and takes no half of it', async () => {
    let looks = 0;
    const racing = view({
      look: () => {
        looks += 1;
        const at = { 'deployment.kubernetes.io/revision': String(looks) };
        const object = living({ ...manifest(), metadata: { ...manifest().metadata, annotations: at } });
        return Promise.resolve({
          objects: [{ ...object, metadata: { ...object.metadata, resourceVersion: String(looks) } }],
          refused: [],
        });
      },
      apply: () => {
        const object = living({
          ...manifest(),
          metadata: { ...manifest().metadata, annotations: { 'deployment.kubernetes.io/revision': '2' } },
        });
        return Promise.resolve({
          objects: [{ ...object, metadata: { ...object.metadata, resourceVersion: '2' } }],
          problems: [],
        });
      },
    });
    const check = await checkDrift(helm, racing, HISTORY, []);
    expect(looks).toBe(2);
    expect(check && hasDrifted(check)).toBe(false);
  });

  it('that could not read an object knows nothing of it: never clean, and drifted when another has', async () => {
    const reason = 'deployments.apps "web" is forbidden';
    const refused = [
      { object: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'pearl' }, reason },
    ];
    const check = await checkDrift(helm, view({ look: () => Promise.resolve({ objects: [], refused }) }), HISTORY, []);
    expect(check).toMatchObject({ findings: [], unread: refused });
    expect(check && hasDrifted(check)).toBeUndefined();
    expect(hasDrifted({ findings: [{ verdict: 'missing' } as never], unread: refused })).toBe(true);
  });

  it('without the server’s view says so, and finds it all the same', async () => {
    const hot = living(manifest({ replicas: 9 }), [wrote('kubectl-edit', { 'f:spec': { 'f:replicas': {} } })]);
    const blind = view({
      look: () => Promise.resolve({ objects: [hot], refused: [] }),
      apply: () => Promise.resolve({ objects: [], problems: ['cannot patch resource "deployments"'] }),
    });
    const check = await checkDrift(helm, blind, HISTORY, []);
    expect(check?.findings).toHaveLength(1);
    expect(check?.readOnly).toMatchObject({
      objects: [{ name: 'web' }],
      problems: ['cannot patch resource "deployments"'],
    });
  });
});

describe('the revision to compare with', () => {
  it('is the deployed one, not a failed one on top, and none of a release that is gone', () => {
    expect(comparedRevision(HISTORY)?.number).toBe(1);
    expect(comparedRevision([revision(1, 'deployed'), revision(2, 'failed')])?.number).toBe(1);
    expect(
      comparedRevision([
        revision(1, 'superseded'),
        revision(2, 'superseded'),
        revision(3, 'deployed', { rollbackOf: 1 }),
      ])?.number,
    ).toBe(3);
    expect(comparedRevision([revision(1, 'uninstalled')])).toBeUndefined();
    expect(comparedRevision([])).toBeUndefined();
  });
});
