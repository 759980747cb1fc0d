import { describe, expect, it } from '@jest/globals';
import type { Start } from '../../src/process/child.ts';
import type { Output, Run } from '../../src/process/run.ts';
import {
  classifyFailure,
  HelmError,
  type HelmFailure,
  helmFor,
  isHookFailure,
  lastError,
} from '../../src/release/helm.ts';

// What Helm 3.22 and Helm 4.3 write to standard error.
const TEXTS: [string, HelmFailure][] = [
  ['Error: UPGRADE FAILED: context deadline exceeded', 'gave-up-waiting'],
  ['Error: UPGRADE FAILED: timed out waiting for the condition', 'gave-up-waiting'],
  ['Error: UPGRADE FAILED: client rate limiter Wait returned an error: context deadline exceeded', 'gave-up-waiting'],
  [
    'Error: UPGRADE FAILED: resource Deployment/pearl/web not ready. status: InProgress, message: Available: 2/3',
    'gave-up-waiting',
  ],
  ['Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress', 'another-operation'],
  [
    'Error: UPGRADE FAILED: create: failed to create: secrets "sh.helm.release.v1.web.v4" already exists',
    'another-operation',
  ],
  ['Error: release: already exists', 'another-operation'],
  [
    'Error: Kubernetes cluster unreachable: Get "https://127.0.0.1:6443/version": dial tcp 127.0.0.1:6443: connect: connection refused',
    'lost-the-api',
  ],
  ['Error: UPGRADE FAILED: Get "https://k/api/v1/pods": read tcp: connection reset by peer', 'lost-the-api'],
  ['Error: UPGRADE FAILED: Get "https://k/api": net/http: TLS handshake timeout', 'lost-the-api'],
  ['Error: UPGRADE FAILED: Get "https://k/api": dial tcp: lookup k: no such host', 'lost-the-api'],
  ['Error: UPGRADE FAILED: Patch "https://k/apis": EOF', 'lost-the-api'],
  ['Error: UPGRADE FAILED: http2: client connection lost', 'lost-the-api'],
  ['Error: UPGRADE FAILED: Unauthorized', 'lost-the-api'],
  ['Error: UPGRADE FAILED: the server is currently unable to handle the request', 'lost-the-api'],
  ['Error: UPGRADE FAILED: etcdserver: leader changed', 'lost-the-api'],
  [
    'Error: UPGRADE FAILED: pre-upgrade hooks failed: 1 error occurred: job migrate failed: BackoffLimitExceeded',
    'failed',
  ],
  ['Error: UPGRADE FAILED: pre-upgrade hooks failed: timed out waiting for the condition', 'failed'],
  ['Error: INSTALLATION FAILED: failed post-install: context deadline exceeded', 'failed'],
  [
    'Error: UPGRADE FAILED: cannot patch "web" with kind Deployment: Deployment.apps "web" is invalid: field is immutable',
    'failed',
  ],
  [
    'Error: UPGRADE FAILED: conflict occurred while applying object pearl/web apps/v1, Kind=Deployment: conflict with "kubectl-set"',
    'failed',
  ],
  ['Error: UPGRADE FAILED: services "web" is forbidden: User "ci" cannot patch resource "services"', 'failed'],
  ['Error: UPGRADE FAILED: template: web/templates/x.yaml:3:5: executing "x" at <nil>: boom', 'failed'],
  ['', 'failed'],
];

describe('why a helm upgrade ended badly', () => {
  it.each(TEXTS)('%s', (stderr, failure) => {
    expect(classifyFailure(stderr)).toBe(failure);
  });

  it.each([
    ['pre-upgrade hooks failed: x', true],
    ['post-install hook failed: x', true],
    ['failed pre-install: x', true],
    ['context deadline exceeded', false],
    ['template hooks/pre-upgrade.yaml failed', false],
  ])('%s is a hook: %s', (stderr, hook) => expect(isHookFailure(`Error: UPGRADE FAILED: ${stderr}`)).toBe(hook));
});

describe("Helm's last error", () => {
  it.each([
    ['warning: old chart\nError: UPGRADE FAILED: boom\n', 'UPGRADE FAILED: boom'],
    [
      'level=ERROR msg=x\nError: INSTALLATION FAILED: 2 errors:\n\t* first\n\t* second\n',
      'INSTALLATION FAILED: 2 errors:; * first; * second',
    ],
    ['a\nb\nc\nd\n\n', 'b; c; d'],
    ['', ''],
  ])('of %j', (stderr, text) => expect(lastError(stderr)).toBe(text));
});

describe('asking Helm', () => {
  const target = { release: 'web', namespace: 'pearl' };
  const answers = (answer: Partial<Output>, version = '4.3.1') => {
    const run: Run = () => Promise.resolve({ code: 0, stdout: '', stderr: '', ...answer });
    const start = () => ({ ended: new Promise<never>(() => {}), signal: () => {} });
    return helmFor(target, { bin: 'helm', version, run, start });
  };

  it("for a history: a release that does not exist has none; any other failure is an error with Helm's words", async () => {
    expect(await answers({ code: 1, stderr: 'Error: release: not found\n' }).history()).toEqual([]);
    const refused = answers({ code: 1, stderr: 'Error: secrets is forbidden\n' }).history();
    await expect(refused).rejects.toThrow('helm could not read the history of release "web": secrets is forbidden');
    await expect(refused).rejects.toBeInstanceOf(HelmError);
    await expect(answers({ code: 9 }).history()).rejects.toThrow('exit code 9');
  });

  it('for a stored revision: asked once, again after a failure, and anew after a write', async () => {
    let asked = 0;
    let code = 1;
    const run: Run = async () => {
      asked += 1;
      return { code, stdout: `manifest ${asked}`, stderr: '' };
    };
    const ended = { pid: 1, signal: () => {}, ended: Promise.resolve({ code: 0, stdout: '', stderr: '' }) };
    const start = (() => ended) as unknown as Start;
    const helm = helmFor({ release: 'web', namespace: 'pearl' }, { bin: 'helm', version: '4.3.1', run, start });
    await expect(helm.manifest(1)).rejects.toThrow('manifest of revision 1');
    code = 0;
    expect(await Promise.all([helm.manifest(1), helm.manifest(1)])).toEqual(['manifest 2', 'manifest 2']);
    expect(await helm.manifest(2)).toBe('manifest 3');
    helm.uninstall('1m');
    expect(await helm.manifest(1)).toBe('manifest 4');
  });

  it('for the apply method: Helm 3 has none, and what Helm 4 does not say is undefined', async () => {
    expect(await answers({ stdout: '{"applyMethod":"ssa"}' }).applyMethod(1)).toBe('ssa');
    expect(await answers({ stdout: '{"applyMethod":"csa"}' }).applyMethod(1)).toBe('csa');
    expect(await answers({ stdout: '{}' }).applyMethod(1)).toBeUndefined();
    expect(await answers({ code: 1 }, '3.22.0').applyMethod(1)).toBeUndefined();
    expect([answers({}, '3.22.0').major, answers({}).major]).toEqual([3, 4]);
  });

  it('for a render: what stands before the JSON is skipped, missing parts are empty', async () => {
    const json = JSON.stringify({
      manifest: 'kind: X',
      hooks: [{ name: 'migrate', kind: 'Job', manifest: 'm', events: ['pre-upgrade'] }, {}],
    });
    const source = { chart: '.', valueFiles: [], set: [], setString: [] };
    expect(
      await answers({ stdout: `Release "web" does not exist. Installing it now.\n${json}` }).render(source),
    ).toEqual({
      manifest: 'kind: X',
      hooks: [
        { name: 'migrate', kind: 'Job', manifest: 'm', events: ['pre-upgrade'] },
        { name: '', kind: '', manifest: '', events: [] },
      ],
      record: json,
    });
  });
});
