import { afterEach, describe, expect, it } from '@jest/globals';
import type { Kubectl } from '../../src/cluster/kubectl.ts';
import type { Helm } from '../../src/release/helm.ts';
import type { Revision } from '../../src/release/history.ts';
import { type Holder, whoHolds } from '../../src/release/holder.ts';
import { ours, revision } from './revisions.ts';

const MINUTE = 60_000;
const helm = { target: { release: 'web', namespace: 'pearl' } } as Helm;
const PENDING = revision(4, 'pending-upgrade', 'Preparing upgrade');
const labels = (run: string, number: string) => ({
  'helm-rollout-run': run,
  'helm-rollout-revision': number,
  owner: 'helm',
});

interface Scene {
  history?: Revision[];
  secrets?: Record<string, Record<string, string>>;
  ended?: boolean;
  ageMs?: number;
}

const asked: string[] = [];
function ask({ history = [ours(3), PENDING], secrets = {}, ended, ageMs = MINUTE }: Scene): Promise<Holder> {
  asked.length = 0;
  const labelsOf: Kubectl['labels'] = (kind, namespace, name) =>
    Promise.resolve(secrets[`${kind} ${namespace} ${name}`]);
  return whoHolds({
    helm,
    kubectl: { labels: labelsOf } as Kubectl,
    history,
    hasEnded: (id, attempt) => {
      asked.push(`${id}/${attempt}`);
      return Promise.resolve(ended);
    },
    timeoutMs: 10 * MINUTE,
    now: (history.at(-1)?.updated ?? 0) + ageMs,
  });
}
const RECORD = 'secret pearl sh.helm.release.v1.web.v4';

afterEach(() => {
  delete process.env.HELM_DRIVER;
});

describe('who holds a pending release', () => {
  const marked = { [RECORD]: labels('77-2', '4') };

  it.each<[string, Scene, Partial<Holder>]>([
    ['a run that has ended', { secrets: marked, ended: true }, { state: 'dead', ours: true }],
    ['a run at work', { secrets: marked, ended: false }, { state: 'alive', run: { id: '77', attempt: '2' } }],
    [
      'a run at work, however old the record',
      { secrets: marked, ended: false, ageMs: 600 * MINUTE },
      { state: 'alive' },
    ],
    ['a run that GitHub does not tell of', { secrets: marked }, { state: 'unknown', run: { id: '77', attempt: '2' } }],
    ['the same, after 2 × timeout + 5 min', { secrets: marked, ageMs: 25 * MINUTE + 1 }, { state: 'dead', ours: true }],
    ['the same, at 2 × timeout + 5 min', { secrets: marked, ageMs: 25 * MINUTE }, { state: 'unknown' }],
    ['somebody else', { secrets: { [RECORD]: { owner: 'helm' } } }, { state: 'unknown', run: undefined }],
    ['somebody else, long ago', { ageMs: 26 * MINUTE }, { state: 'dead', ours: false }],
    ['nobody: there is no revision', { history: [] }, { state: 'unknown' }],
  ])('%s', async (_, scene, holder) => {
    expect(await ask(scene)).toMatchObject(holder);
  });

  it('is not the run whose labels an upgrade by hand has inherited', async () => {
    expect(await ask({ secrets: { [RECORD]: labels('77-2', '3') }, ended: true })).toMatchObject({
      state: 'unknown',
      run: undefined,
    });
    expect(asked).toEqual([]);
  });

  it.each(['77', '77-', 'x-1', '77-2-3'])('is nobody by the label %j', async (run) => {
    expect(await ask({ secrets: { [RECORD]: labels(run, '4') }, ended: true })).toMatchObject({
      state: 'unknown',
      run: undefined,
    });
  });

  it('of a rollback is the run whose upgrade it takes back', async () => {
    const history = [ours(2), revision(3, 'failed', 'x'), revision(4, 'pending-rollback', 'Rollback to 2', 2)];
    const secrets = { 'secret pearl sh.helm.release.v1.web.v3': labels('5-1', '3'), [RECORD]: labels('1-1', '2') };
    expect(await ask({ history, secrets, ended: true })).toMatchObject({ state: 'dead', ours: true });
    expect(asked).toEqual(['5/1']);
  });

  it('is read from ConfigMaps where Helm keeps its records there', async () => {
    process.env.HELM_DRIVER = 'configmap';
    const secrets = { 'configmap pearl sh.helm.release.v1.web.v4': labels('77-2', '4') };
    expect(await ask({ secrets, ended: true })).toMatchObject({ state: 'dead', ours: true });
  });

  it('is named with run, attempt and since when', async () => {
    expect((await ask({ secrets: marked, ended: false })).why).toBe(
      'run 77 (attempt 2) is at work on it since 2026-11-23T12:04:00.000Z',
    );
  });
});
