import { describe, expect, it } from '@jest/globals';
import type { Check, LiveFacts } from '../../../src/audit/check.ts';
import { liveHpa } from '../../../src/audit/checks/live-hpa.ts';
import { liveImage } from '../../../src/audit/checks/live-image.ts';
import { livePdb } from '../../../src/audit/checks/live-pdb.ts';
import { liveSecrets } from '../../../src/audit/checks/live-secrets.ts';
import { liveSpread } from '../../../src/audit/checks/live-spread.ts';
import { deployment, judged, liveFacts, skip, verdicts } from '../judged.ts';
import { objects } from '../objects.ts';

const WEB = deployment('{containers: [{name: web, image: "a:1"}]}');
const refused = (kind: string): Partial<LiveFacts> => ({ refused: [{ kind, message: `${kind} is forbidden` }] });

/** Pods of `web`, on these nodes, with this image. */
function pods(nodes: readonly string[], image = 'a:1', more = ''): LiveFacts['pods'] {
  return nodes.flatMap((node, at) =>
    objects(`{apiVersion: v1, kind: Pod, metadata: {name: web-${at}, labels: {app: web} ${more}},
      spec: {nodeName: ${node}, containers: [{name: web, image: "${image}"}]}, status: {phase: Running}}`),
  );
}

const live = (check: Check, manifest: string, facts: Partial<LiveFacts>): string[] =>
  verdicts(check, manifest, { live: liveFacts({ released: objects(manifest), ...facts }) });

describe('the live checks', () => {
  it.each([liveHpa, liveImage, livePdb, liveSecrets, liveSpread])('say nothing of a rendered chart: $id', (check) => {
    expect(judged(check, WEB)).toEqual([]);
  });
});

describe('live-spread', () => {
  it.each([
    ['passes on several nodes', { pods: pods(['a', 'b', 'a']) }, ['pass']],
    ['fails on one', { pods: pods(['a', 'a', 'a']) }, ['fail']],
    ['is skipped with one pod', { pods: pods(['a']) }, ['skip']],
    [
      'does not count pods that go',
      { pods: [...pods(['a', 'a']), ...pods(['b'], 'a:1', ', deletionTimestamp: "2026-11-24T00:00:00Z"')] },
      ['fail'],
    ],
    ['does not know when pods may not be read', refused('Pod'), ['unknown']],
  ])('%s', (_, facts, expected) => {
    expect(live(liveSpread, WEB, facts)).toEqual(expected);
  });

  it('is exempted by annotation', () => {
    const exempt = deployment('{containers: []}', { annotations: skip('live-spread') });
    expect(live(liveSpread, exempt, { pods: pods(['a', 'a']) })).toEqual(['exempted fail']);
  });
});

describe('live-image', () => {
  const native = deployment(
    '{initContainers: [{name: proxy, image: "p:1", restartPolicy: Always}], containers: [{name: web, image: "a:1"}]}',
  );
  it.each([
    ['passes', WEB, { pods: pods(['a', 'b']) }, ['pass']],
    ['fails when another image runs', WEB, { pods: pods(['a', 'b'], 'a:2') }, ['fail web']],
    ['fails when one pod runs another', WEB, { pods: [...pods(['a']), ...pods(['b'], 'a:2')] }, ['fail web']],
    ['fails when nothing runs', WEB, {}, ['fail']],
    ['is skipped when scaled to zero', WEB.replace('spec: {selector', 'spec: {replicas: 0, selector'), {}, ['skip']],
    [
      'does not take pods of others',
      WEB,
      { pods: objects('{apiVersion: v1, kind: Pod, metadata: {name: x, labels: {app: api}}, spec: {}}') },
      ['fail'],
    ],
    ['does not know when pods may not be read', WEB, refused('Pod'), ['unknown']],
    ['has nothing to say of Jobs', '{apiVersion: batch/v1, kind: Job, metadata: {name: j}}', {}, []],
    ['speaks of containers that the pods have', native, { pods: pods(['a']) }, ['pass']],
  ])('%s', (_, manifest, facts, expected) => {
    expect(live(liveImage, manifest, facts)).toEqual(expected);
  });

  it('says both images and how many pods', () => {
    const facts = liveFacts({ released: objects(WEB), pods: pods(['a', 'b'], 'a:2') });
    expect(judged(liveImage, WEB, { live: facts })).toMatchObject([
      { read: 'image: a:2', reason: '2 of 2 pods run it, the release says `a:1`' },
    ]);
  });
});

describe('live-hpa', () => {
  const hpa = (conditions: string, kind = 'HorizontalPodAutoscaler', apiVersion = 'autoscaling/v2'): string =>
    `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: web}, spec: {scaleTargetRef: {name: web}}, status: {conditions: ${conditions}}}`;
  const active = (status: string, reason = 'R'): string =>
    hpa(`[{type: ScalingActive, status: "${status}", reason: ${reason}, message: m}]`);
  it.each([
    ['passes when it is active', active('True'), ['pass']],
    ['fails when it is not', active('False', 'FailedGetResourceMetric'), ['fail']],
    ['warns when it is off', active('False', 'ScalingDisabled'), ['warn']],
    ['does not know without a condition', hpa('[]'), ['unknown']],
    ['does not know with an unknown one', active('Unknown'), ['unknown']],
    ["reads KEDA's Ready", hpa('[{type: Ready, status: "True"}]', 'ScaledObject', 'keda.sh/v1alpha1'), ['pass']],
    [
      "fails with KEDA's Ready false",
      hpa('[{type: Ready, status: "False"}]', 'ScaledObject', 'keda.sh/v1alpha1'),
      ['fail'],
    ],
  ])('%s', (_, manifest, expected) => {
    expect(live(liveHpa, manifest, {})).toEqual(expected);
  });

  it('says why', () => {
    const found = judged(liveHpa, active('False', 'FailedGetResourceMetric'), { live: liveFacts() });
    expect(found[0]?.reason).toBe('it scales nothing: FailedGetResourceMetric: m');
  });
});

describe('live-pdb', () => {
  const pdb = (status: string): string =>
    `{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web}, status: ${status}}`;
  it.each([
    [
      'passes when one may go',
      pdb('{disruptionsAllowed: 1, expectedPods: 3, currentHealthy: 3, desiredHealthy: 2}'),
      ['pass'],
    ],
    [
      'fails when none may',
      pdb('{disruptionsAllowed: 0, expectedPods: 1, currentHealthy: 1, desiredHealthy: 1}'),
      ['fail'],
    ],
    ['is skipped when it selects no pod', pdb('{disruptionsAllowed: 0, expectedPods: 0}'), ['skip']],
    ['does not know before the first count', pdb('{}'), ['unknown']],
  ])('%s', (_, manifest, expected) => {
    expect(live(livePdb, manifest, {})).toEqual(expected);
  });
});

describe('live-secrets', () => {
  const uses = deployment(`{imagePullSecrets: [{name: pull}], volumes: [{name: v, secret: {secretName: volume}},
    {name: p, projected: {sources: [{secret: {name: projected}}, {secret: {name: no, optional: true}}]}}],
    containers: [{name: web, env: [{name: A, valueFrom: {secretKeyRef: {name: env, key: k}}},
    {name: B, valueFrom: {secretKeyRef: {name: maybe, key: k, optional: true}}}], envFrom: [{secretRef: {name: from}}]}]}`);
  const all = new Set(['pull', 'volume', 'projected', 'env', 'from']);

  it('asks for every one that is not optional, once', () => {
    const found = judged(liveSecrets, uses, { live: liveFacts({ secrets: new Map([['pearl', all]]) }) });
    expect(found.map(({ read, verdict }) => `${read} ${verdict}`).toSorted()).toEqual(
      [...all].map((name) => `Secret ${name} pass`).toSorted(),
    );
  });

  it('fails for one that is missing, does not know for one that may not be read', () => {
    const some = new Map([['pearl', new Set(['pull', 'volume', 'projected', 'env'])]]);
    expect(live(liveSecrets, uses, { secrets: some }).filter((verdict) => verdict === 'fail')).toHaveLength(1);
    expect(
      live(liveSecrets, uses, { secrets: some, ...refused('Secret') }).filter((v) => v === 'unknown'),
    ).toHaveLength(1);
    expect(live(liveSecrets, uses, { secrets: new Map([['other', all]]) })).toEqual(Array(5).fill('fail'));
  });

  it.each([
    ['"True"', 'pass'],
    ['"False"', 'fail'],
    ['"Unknown"', 'unknown'],
  ])("goes by an ExternalSecret's Ready: %s", (status, verdict) => {
    const external = `{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: e}, status: {conditions: [{type: Ready, status: ${status}}]}}`;
    expect(live(liveSecrets, external, {})).toEqual([verdict]);
  });
});
