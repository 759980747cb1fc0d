import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { RECORD_LIMIT, recordSize } from '../../src/release/record.ts';
import { startGitHub } from '../../testbed/github/server.ts';
import { pluginFolder } from '../diff/conformance.ts';
import { seeded } from './draw.ts';
import { Place, webInputs } from './release.ts';
import { HELMS, type HelmName, ROOT, Step, type StepResult } from './step.ts';
import { webChartWith } from './web-chart.ts';

const cleanups: (() => void)[] = [];
afterAll(() => {
  for (const cleanup of cleanups.reverse()) cleanup();
});

function place(name: string, helm: HelmName): Place {
  const made = new Place(name, helm);
  cleanups.push(() => made.remove());
  return made;
}

interface More {
  helm?: HelmName;
  inputs?: Record<string, string>;
  env?: Record<string, string>;
  githubApiUrl?: string;
}

function step(where: Place, set: string[], { helm = where.helm, inputs, ...more }: More = {}): Step {
  const all = webInputs(where, set, { command: 'diff', comment: 'never', ...inputs });
  // A chart of its own is a checkout of its own.
  const made = new Step({ helm, inputs: all, workspace: inputs?.chart, ...more });
  cleanups.push(() => made.remove());
  return made;
}

/** What Helm 3 and Helm 4 do alike is tried with one of them. */
const { seed, random } = seeded();
const drawn: HelmName[] = [random() < 0.5 ? 'helm3' : 'helm4'];
process.stdout.write(`the diff's checks with ${drawn} (HELM_ROLLOUT_SEED=${seed})\n`);

const warningsOf = (run: StepResult): string => (run.report?.warnings ?? []).join('\n');

/** The test chart with one file more, which no template reads. */
const chartWith = (file: string, content: Buffer | string): string => webChartWith({ [file]: content }, cleanups);

/** What Kubernetes counts of a stored revision: the bytes of the Secret's data. */
function storedBytes(where: Place, revision: number): number {
  const name = `sh.helm.release.v1.web.v${revision}`;
  const data = where.k('get', 'secret', name, '--output', 'jsonpath={.data.release}');
  return Buffer.from(data, 'base64').length;
}

describe.each(HELMS)('the release record of %s', (helm) => {
  it.each([
    ['as it is', () => path.join(ROOT, '__tests__/e2e/charts/web')],
    [
      'with a large text',
      () => chartWith('notes.txt', Array.from({ length: 12_000 }, (_, n) => `${n}: ${n ** 3} of these`).join('\n')),
    ],
    ['with random bytes', () => chartWith('dump.bin', randomBytes(400_000))],
  ])('is estimated within 3 %% of what Helm stores: a chart %s', (_name, chart) => {
    const where = place('size', helm);
    const folder = chart();
    const dry = where.h('upgrade', '--install', 'web', folder, '--dry-run=client', '--output', 'json');
    where.h('install', 'web', folder);
    const off = recordSize(dry).bytes / storedBytes(where, 1) - 1;
    expect(Math.abs(off)).toBeLessThan(0.03);
  });

  it('near 1 MiB is a warning that names the file, over 1 MiB a refusal that touches nothing', async () => {
    const where = place('large', helm);
    const near = { inputs: { chart: chartWith('stray-dump.bin', randomBytes(680_000)) } };
    const run = await step(where, [], near).main();
    expect(run.outputs.status).toBe('changed');
    expect(warningsOf(run)).toMatch(/Release size: .* 0\.\d\d MiB, most of it `stray-dump\.bin` 0\.\d\d MiB/);
    expect(warningsOf(run)).not.toContain('refused');

    const over = { inputs: { chart: chartWith('stray-dump.bin', randomBytes(900_000)) } };
    expect(warningsOf(await step(where, [], over).main())).toContain('so the deploy will be refused');
    const deploy = await step(where, [], { inputs: { ...over.inputs, command: 'deploy' } }).main();
    expect({ code: deploy.code, status: deploy.outputs.status }).toEqual({ code: 1, status: 'refused' });
    expect(deploy.outputs.reason).toContain('stray-dump.bin');
    expect(where.k('get', 'deployments,secrets,configmaps', '--output', 'name')).toBe('configmap/kube-root-ca.crt\n');
    // Helm agrees: it is no false alarm.
    expect(() => where.h('install', 'web', over.inputs.chart)).toThrow(/Too long|request is too large/i);
    expect(RECORD_LIMIT).toBe(1_048_576);
  });
});

describe('a field that somebody else owns', () => {
  it('is named with its owner before Helm 4 meets it, and nothing is written', async () => {
    const where = place('owner', 'helm4');
    await step(where, ['image.tag=1.0.0'], { inputs: { command: 'deploy' } }).mainAs('deployed');
    expect(warningsOf(await step(where, ['image.tag=1.1.0']).main())).not.toContain('Field conflict');

    where.k('set', 'image', 'deployment/web', 'web=registry.example.com/web:1.0.9');
    where.k('scale', 'deployment/web', '--replicas=2');
    const before = where.k('get', 'deployment', 'web', '--output', 'json', '--show-managed-fields');
    const run = await step(where, ['image.tag=1.1.0']).main();
    // The table of drift says it already, with who did it and when.
    expect(warningsOf(run)).not.toContain('Field conflict');
    const conflicts = (run.report?.driftCheck?.rows ?? []).filter(({ next }) => next === 'conflict');
    expect(conflicts.map(({ path: field, who }) => [field, who]).sort()).toEqual([
      ['spec.replicas', expect.stringContaining('kubectl scale')],
      ['spec.template.spec.containers[web].image', expect.stringContaining('kubectl set image')],
    ]);
    expect(run.report?.diff?.notChecked).toEqual([]);
    const fields = (json: string): unknown => {
      const { metadata, spec } = JSON.parse(json) as { metadata: Record<string, unknown>; spec: unknown };
      return { spec, generation: metadata.generation, owners: ownersIn(metadata.managedFields) };
    };
    expect(fields(where.k('get', 'deployment', 'web', '--output', 'json', '--show-managed-fields'))).toEqual(
      fields(before),
    );
    // What the warning says of plain Helm and of the deploy.
    const plain = ['upgrade', 'web', path.join(ROOT, '__tests__/e2e/charts/web'), '--set', 'image.tag=1.1.0'];
    expect(() => where.h(...plain)).toThrow(/conflict with "kubectl-set"|conflicts with "kubectl/);
    await step(where, ['image.tag=1.1.0'], { inputs: { command: 'deploy' } }).mainAs('deployed');
  });

  it('is a warning where nothing has drifted: somebody else applies the same value, and the chart changes it', async () => {
    const where = place('shared', 'helm4');
    await step(where, ['image.tag=1.0.0'], { inputs: { command: 'deploy' } }).mainAs('deployed');
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 3 } };
    const file = path.join(chartWith('replicas.json', JSON.stringify(object)), 'replicas.json');
    where.k('apply', '--server-side', '--field-manager', 'other', '--filename', file);
    const run = await step(where, ['replicas=4']).main();
    expect(warningsOf(run)).toMatch(
      /Field conflict: `Deployment\/web` `\.spec\.replicas` belongs to `other`: .*--force-conflicts/,
    );
    expect(run.report?.driftCheck?.rows).toEqual([]);
  });

  it('is "not checked" for a user who may not apply', async () => {
    const where = place('reader', 'helm4');
    await step(where, ['image.tag=1.0.0'], { inputs: { command: 'deploy' } }).mainAs('deployed');
    where.k('create', 'role', 'records', '--verb=get,list', '--resource=secrets');
    where.k('create', 'rolebinding', 'records', '--role=records', '--user=viewer');
    where.k('create', 'rolebinding', 'view', '--clusterrole=view', '--user=viewer');
    const run = await step(where, ['image.tag=1.1.0'], { inputs: { 'kube-context': 'viewer' } }).main();
    expect(run.outputs.status).toBe('changed');
    expect(run.report?.diff?.notChecked).toEqual([
      expect.stringMatching(/^field conflicts of 3 of 3 objects \(.*forbidden/i),
    ]);
    expect(run.summary).toContain('Not checked: field conflicts of 3 of 3 objects');
  });
});

function ownersIn(managedFields: unknown): unknown {
  const entries = managedFields as { manager: string; operation: string; subresource?: string; time?: string }[];
  // The controller goes on writing the status of its own.
  return entries
    .filter(({ subresource }) => subresource !== 'status')
    .map(({ manager, operation }) => [manager, operation]);
}

describe('the major of Helm', () => {
  it.each([
    ['helm3', 'helm4', 'Helm 3 wrote revision 1, and this job runs Helm 4'],
    ['helm4', 'helm3', 'Helm 4 wrote revision 1, and this job runs Helm 3'],
  ] as const)('a release of %s that %s is to go on with is a warning', async (first, then, said) => {
    const where = place('major', first);
    where.h('install', 'web', path.join(ROOT, '__tests__/e2e/charts/web'));
    expect(warningsOf(await step(where, ['image.tag=1.1.0'], { helm: then }).main())).toContain(said);
    expect(warningsOf(await step(where, ['image.tag=1.1.0']).main())).not.toContain('Helm major');
  });
});

describe.each(drawn)('CRDs in crds/ with %s', (helm) => {
  it('are compared with those of the release, and Helm leaves them alone', async () => {
    const where = place('crds', helm);
    const group = `${where.namespace}.example.com`;
    const crd = (plural: string, kind: string, field: string): string =>
      `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${plural}.${group} }
spec:
  group: ${group}
  scope: Namespaced
  names: { plural: ${plural}, kind: ${kind} }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, properties: { ${field}: { type: string } } } }
`;
    const chart = chartWith('NOTES', '');
    mkdirSync(path.join(chart, 'crds'));
    writeFileSync(path.join(chart, 'crds/things.yaml'), crd('things', 'Thing', 'size'));
    cleanups.push(() => where.kubectl('delete', 'crd', `things.${group}`, '--wait=false'));
    const run = await step(where, [], { inputs: { chart } }).main();
    expect(run.report?.diff?.objects.map(({ title }) => title)).toContainEqual(
      expect.stringContaining('CustomResourceDefinition'),
    );
    expect(warningsOf(run)).not.toContain('crds/');
    where.h('install', 'web', chart);

    writeFileSync(path.join(chart, 'crds/things.yaml'), crd('things', 'Thing', 'colour'));
    writeFileSync(path.join(chart, 'crds/others.yaml'), crd('others', 'Other', 'size'));
    const next = await step(where, [], { inputs: { chart } }).main();
    expect(next.outputs).toMatchObject({ status: 'clean', changed: 'false' });
    expect(warningsOf(next)).toContain(`things.${group} is not updated by this upgrade`);
    expect(warningsOf(next)).toContain(`others.${group} is not created by this upgrade`);
    // So it is.
    where.h('upgrade', 'web', chart);
    expect(where.kubectl('get', 'crd', `things.${group}`, '--output', 'jsonpath={.spec.versions[0].schema}')).toContain(
      'size',
    );
    expect(where.kubectl('get', 'crd', `others.${group}`, '--ignore-not-found')).toBe('');
  });
});

describe('a release that Helm 4 installed and Helm 3 then failed to upgrade', () => {
  it('is deployed by Helm 4 as its last revision was applied: forcing conflicts would be refused', async () => {
    const where = place('mixed', 'helm4');
    const chart = path.join(ROOT, '__tests__/e2e/charts/web');
    where.h('install', 'web', chart);
    const failing = ['upgrade', 'web', chart, '--set', 'image.tag=missing', '--wait', '--timeout', '1s'];
    expect(() => new Place(where, 'helm3').h(...failing)).toThrow();
    expect(() => where.h('upgrade', 'web', chart, '--force-conflicts')).toThrow(/force.?conflicts/i);
    await step(where, ['image.tag=1.1.0'], { inputs: { command: 'deploy' } }).mainAs('deployed');
  });
});

describe.each(drawn)('the values of an upgrade with %s', (helm) => {
  it('are those of the release when none are given, as Helm takes them', async () => {
    const where = place('values', helm);
    where.h('install', 'web', path.join(ROOT, '__tests__/e2e/charts/web'), '--set', 'replicas=2');
    expect((await step(where, []).main()).outputs.status).toBe('clean');
    const run = await step(where, ['image.tag=1.1.0']).main();
    expect(run.report?.diff?.meaning).toContainEqual({ label: 'replicas', value: '2 → 3' });
  });
});

describe('a Secret that the release only refers to', () => {
  it('is hidden where a crashing pod repeats it', async () => {
    const where = place('refers', 'helm3');
    // It stands in testbed/stages/logs/crash.txt.
    const address = '10.96.14.7:5432';
    where.k('create', 'secret', 'generic', 'db', `--from-literal=address=${address}`);
    const set = ['image.tag=crash', 'secretRef=db', 'replicas=1'];
    const github = await startGitHub();
    cleanups.push(() => void github.close());
    github.seedToken({ token: 'ghs_job', repository: 'acme/shop', permissions: { 'pull-requests': 'write' } });
    github.seedPull({ owner: 'acme', repo: 'shop', number: 7, head: 'feedface'.repeat(5) });
    const inputs = { command: 'deploy', comment: 'always', 'github-token': 'ghs_job', 'pull-request': '7' };
    const run = await step(where, set, { inputs, githubApiUrl: github.url }).mainAs('uninstalled');
    const [comment] = github.comments('acme', 'shop', 7);
    const sinks = [comment?.body ?? '', run.summary, JSON.stringify(run.report)];
    // The same log line in each of them, and the port of another one, which hides nothing.
    for (const text of sinks) {
      expect(text).toContain('ECONNREFUSED ***');
      expect(text).toContain("address: '10.96.14.7'");
    }
    expect([...sinks, run.log, JSON.stringify(run.outputs)].join('\n')).not.toContain(address);
  });

  it('is said to be unknown when it may not be read', async () => {
    const where = place('unread', 'helm3');
    where.h('install', 'web', path.join(ROOT, '__tests__/e2e/charts/web'));
    where.k('create', 'secret', 'generic', 'db', '--from-literal=address=10.96.14.7:5432');
    where.k(
      'create',
      'role',
      'records',
      '--verb=get',
      '--resource=secrets',
      '--resource-name=sh.helm.release.v1.web.v1',
    );
    where.k('create', 'role', 'lists', '--verb=list', '--resource=secrets');
    where.k('create', 'rolebinding', 'records', '--role=records', '--user=viewer');
    where.k('create', 'rolebinding', 'lists', '--role=lists', '--user=viewer');
    where.k('create', 'rolebinding', 'view', '--clusterrole=view', '--user=viewer');
    const run = await step(where, ['secretRef=db'], { inputs: { 'kube-context': 'viewer' } }).main();
    expect(run.outputs.status).toBe('changed');
    expect(run.log).toMatch(new RegExp(`could be read \\(.*forbidden.*\\): what ${where.namespace}/db hold`));
  });
});

describe('diff-engine: helm-diff', () => {
  it('is the installed plugin with Helm 3: its objects and text, without secrets and lengths', async () => {
    const where = place('plugin', 'helm3');
    await step(where, ['image.tag=1.0.0', 'password=first-horse-battery'], { inputs: { command: 'deploy' } }).mainAs(
      'deployed',
    );
    const more = { inputs: { 'diff-engine': 'helm-diff' }, env: { HELM_PLUGINS: pluginFolder() } };
    const set = ['image.tag=1.1.0', 'password=second-horse-battery', 'env.COPY=second-horse-battery'];
    const run = await step(where, set, more).main();
    expect({ code: run.code, status: run.outputs.status }).toEqual({ code: 0, status: 'changed' });
    const titles = run.report?.diff?.objects.map(({ title }) => title);
    const name = (kind: string): string => `${where.namespace}, web, ${kind} has changed`;
    expect(titles).toEqual([name('ConfigMap (v1)'), name('Deployment (apps)'), name('Secret (v1)')]);
    expect(run.report?.diff?.against).toContain(
      'revision 1, deployed (the newest one), as helm diff 3.9.14 compares it',
    );
    const text = readFileSync(run.outputs.diff ?? '', 'utf8');
    expect(text).toMatch(/^-\s+image: registry\.example\.com\/web:1\.0\.0$/m);
    expect(text).toMatch(/^\+\s+value: "\*\*\*"$/m);
    const everything = [run.shown, run.summary, JSON.stringify(run.report), text].join('\n');
    expect(everything).toContain('++++++++');
    expect(everything).not.toMatch(/horse-battery|\(\d+ bytes\)/);

    const same = await step(where, ['image.tag=1.0.0', 'password=first-horse-battery'], more).main();
    expect(same.outputs).toMatchObject({ status: 'clean', changed: 'false' });
  });

  it.each([
    [
      'is refused with Helm 4, and says why',
      'helm4',
      /helm-diff 3\.9\.14 cannot work with Helm 4\.\d+\.\d+: .*Helm 4 refuses/,
      /install helm-diff 3\.15\.1 or newer, or leave/,
    ],
    [
      'is missed where it is not installed',
      'helm3',
      /the helm-diff plugin is not installed/,
      /install it in a step before/,
    ],
  ] as const)('%s', async (_name, helm, said, next) => {
    const where = place('plugin', helm);
    const folder = helm === 'helm4' ? pluginFolder() : '/nonexistent';
    const run = await step(where, [], { inputs: { 'diff-engine': 'helm-diff' }, env: { HELM_PLUGINS: folder } }).main();
    expect({ code: run.code, status: run.outputs.status }).toEqual({ code: 1, status: 'failed' });
    expect(run.outputs.reason).toMatch(said);
    expect(run.report?.next).toMatch(next);
  });
});
