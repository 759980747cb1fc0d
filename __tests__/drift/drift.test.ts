import { describe, expect, it } from '@jest/globals';
import { type DriftQuestion, findDrift, scaledWorkloads, type Trio } from '../../src/drift/drift.ts';
import type { Finding } from '../../src/drift/finding.ts';
import { withHelmMetadata } from '../../src/drift/helm-object.ts';
import { pathText } from '../../src/drift/path.ts';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import { inContainer, living, manifest, WHEN, wrote } from './objects.ts';

const QUESTION: Omit<DriftQuestion, 'trios'> = {
  release: 'web',
  namespace: 'pearl',
  method: 'csa',
  ignore: [],
  scaled: new Set(),
  newest: true,
};

/** `applied` left out: the API server was not asked. */
function found(wanted: KubeObject, live: KubeObject | undefined, more: Partial<DriftQuestion & Trio> = {}): Finding[] {
  const { applied, conflicts, ...question } = more;
  const trio = {
    manifest: withHelmMetadata(wanted, 'web', 'pearl'),
    live,
    applied,
    ...(conflicts ? { conflicts } : {}),
  };
  return findDrift({ ...QUESTION, ...question, trios: [trio] });
}

const said = (findings: Finding[]): string[] =>
  findings.map(({ verdict, reason, path, who, next }) =>
    [verdict, reason, pathText(path), who, next].filter(Boolean).join(' | '),
  );

const HOT = living(manifest({}, { image: 'acme/web:1.7' }), [wrote('kubectl-set', inContainer('f:image'))]);
const IMAGE = 'spec.template.spec.containers[web].image';

describe('a hot-fixed image', () => {
  it('is drift, with who and when, in both views', () => {
    const [finding, ...others] = found(manifest(), HOT);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      verdict: 'drift',
      wanted: 'acme/web:1.0',
      live: 'acme/web:1.7',
      who: '`kubectl set image`',
      when: Date.parse(WHEN),
      next: 'overwrite',
    });
    const applied = living(manifest(), []);
    expect(said(found(manifest(), HOT, { applied }))).toEqual(said(found(manifest(), HOT)));
  });

  it('conflicts on the server, unless a dry run says otherwise', () => {
    expect(found(manifest(), HOT, { method: 'ssa' })[0]?.next).toBe('conflict');
    const at = '.spec.template.spec.containers[name="web"].image';
    expect(found(manifest(), HOT, { method: 'ssa', conflicts: [at] })[0]?.next).toBe('conflict');
    expect(found(manifest(), HOT, { method: 'ssa', conflicts: [] })[0]?.next).toBe('overwrite');
  });

  it('of an unknown program is called unknown, and of nobody not recorded', () => {
    const by = (manager: string): string | undefined =>
      found(manifest(), living(manifest({}, { image: 'acme/web:1.7' }), [wrote(manager, inContainer('f:image'))]))[0]
        ?.who;
    expect(by('acme-tool')).toBe('unknown (`acme-tool`)');
    expect(by('unknown')).toBe('unknown (a program that gave no name)');
    expect(found(manifest(), living(manifest({}, { image: 'acme/web:1.7' })))[0]?.who).toBe('not recorded');
  });

  it("is not drift when Helm's own write did it, as a webhook does, unless a newer revision wrote it", () => {
    const live = living(manifest({}, { image: 'mirror/acme/web:1.0' }), [wrote('helm', inContainer('f:image'))]);
    expect(said(found(manifest(), live))).toEqual([`ignored | admission | ${IMAGE} | Helm | overwrite`]);
    expect(found(manifest(), live, { newest: false })[0]?.verdict).toBe('drift');
  });
});

describe('what is no drift', () => {
  const scaled = living({ ...manifest({ replicas: 5 }) }, [
    wrote('kubectl', { 'f:spec': { 'f:replicas': {} } }, { subresource: 'scale', time: undefined }),
  ]);

  it('are replicas of an autoscaler, and only then', () => {
    expect(said(found(manifest(), scaled))).toEqual(['drift | spec.replicas | `kubectl scale` | overwrite']);
    expect(found(manifest(), scaled)[0]?.when).toBeUndefined();
    const keda: KubeObject = {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { name: 'x', namespace: 'pearl' },
      spec: { scaleTargetRef: { name: 'web' } },
    };
    expect(found(manifest(), scaled, { scaled: scaledWorkloads([keda]) })[0]?.reason).toBe('autoscaler');
    const elsewhere = { ...keda, metadata: { name: 'x', namespace: 'other' } };
    expect(found(manifest(), scaled, { scaled: scaledWorkloads([elsewhere]) })[0]?.verdict).toBe('drift');
    const byController = living(manifest({ replicas: 5 }), [
      wrote('kube-controller-manager', { 'f:spec': { 'f:replicas': {} } }, { subresource: 'scale' }),
    ]);
    expect(found(manifest(), byController)[0]?.reason).toBe('autoscaler');
  });

  it('are fields that the chart does not name, when a controller or the API server set them; a person’s are drift', () => {
    const extra = (manager: string, container: Record<string, unknown>): string[] => {
      const [name = ''] = Object.keys(container);
      return said(found(manifest(), living(manifest({}, container), [wrote(manager, inContainer(`f:${name}`))])));
    };
    const at = 'spec.template.spec.containers[web]';
    expect(extra('acme-operator', { workingDir: '/x' })).toEqual([
      `ignored | controller | ${at}.workingDir | unknown (\`acme-operator\`) | keep`,
    ]);
    expect(extra('helm', { terminationMessagePath: '/dev/x' })).toEqual([
      `ignored | default | ${at}.terminationMessagePath | Helm | keep`,
    ]);
    expect(extra('kubectl-create', { terminationMessagePath: '/dev/termination-log' })[0]).toMatch(
      /^ignored \| default/,
    );
    expect(extra('kubectl-edit', { workingDir: '/x' })).toEqual([`drift | ${at}.workingDir | \`kubectl edit\` | keep`]);
  });

  it('is a finished Job that was cleaned up; another missing object is missing', () => {
    const job = (spec: object): KubeObject => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'once', namespace: 'pearl' },
      spec,
    });
    expect(said(found(job({ ttlSecondsAfterFinished: 60 }), undefined))).toEqual([
      'ignored | job-done | not recorded | overwrite',
    ]);
    expect(said(found(job({}), undefined))).toEqual(['missing | not recorded | overwrite']);
  });
});

describe('without the server’s view', () => {
  it('another writing of a quantity and a port without protocol are the same', () => {
    const wanted = manifest(
      {},
      { resources: { requests: { cpu: '1000m', memory: '1Gi' } }, ports: [{ containerPort: 80 }] },
    );
    const live = living(
      manifest(
        {},
        { resources: { requests: { cpu: '1', memory: '1024Mi' } }, ports: [{ containerPort: 80, protocol: 'TCP' }] },
      ),
      [],
    );
    expect(found(wanted, live).filter(({ verdict }) => verdict !== 'ignored')).toEqual([]);
  });

  it('what is not there is drift only where somebody was at work by hand', () => {
    const wanted = manifest({}, { misspelt: true });
    expect(found(wanted, living(manifest(), []))[0]?.reason).toBe('admission');
    const touched = living(manifest(), [wrote('kubectl-edit', inContainer('f:image'))]);
    expect(found(wanted, touched)[0]?.verdict).toBe('drift');
  });
});

describe('whose it is', () => {
  it('an object of another release is foreign, and nothing else is said of it', () => {
    const live = living(manifest({}, { image: 'acme/web:2.0' }), [], 'other');
    const [finding, ...others] = found(manifest(), live);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ verdict: 'foreign', live: 'pearl/other' });
  });

  it('an object that nobody says to own was made by hand', () => {
    const { annotations: _gone, ...metadata } = living(manifest()).metadata;
    expect(said(found(manifest(), { ...living(manifest()), metadata }))).toEqual([
      'foreign | not recorded | overwrite',
    ]);
  });
});

describe('custom resources', () => {
  const widget = (size: number): KubeObject => ({
    apiVersion: 'x.example.com/v1',
    kind: 'Widget',
    metadata: { name: 'w', namespace: 'pearl' },
    spec: { size },
  });
  it('keep what was patched when Helm applies on the client', () => {
    const live = living(widget(7), [wrote('kubectl-patch', { 'f:spec': { 'f:size': {} } })]);
    expect(found(widget(3), live)[0]?.next).toBe('keep');
    expect(found(widget(3), live, { method: 'ssa' })[0]?.next).toBe('conflict');
  });
});
