import { describe, expect, it } from '@jest/globals';
import type { Output, Run, RunOptions } from '../../src/process/run.ts';
import { findHelmDiff, PluginError, runHelmDiff } from '../../src/release/helm-diff.ts';

const says =
  (output: Partial<Output>): Run =>
  () =>
    Promise.resolve({ code: 0, stdout: '', stderr: '', ...output });
const listing = (version: string): Run =>
  says({ stdout: `NAME\tVERSION\tDESCRIPTION\ndiff\t${version}\tPreview helm upgrade\n` });
const tool = (version: string) => ({ bin: '/opt/helm', version });

describe('findHelmDiff', () => {
  it.each([
    ['3.9.0', '3.21.4'],
    ['3.9.14', '3.22.0'],
    ['v3.15.13', '3.22.0'],
    ['3.15.1', '4.1.4'],
    ['3.100.0', '4.3.1'],
  ])('takes %s with Helm %s', async (plugin, helm) => {
    expect(await findHelmDiff(listing(plugin), tool(helm))).toBe(plugin.replace('v', ''));
  });

  it.each([
    ['3.8.1', '3.22.0', 'helm-diff 3.8.1 cannot work with Helm 3.22.0'],
    ['3.9.14', '4.3.1', 'pass --validate together with --dry-run, which Helm 4 refuses'],
    ['3.15.0', '4.3.1', 'or render with the wrong API versions'],
  ])('refuses %s with Helm %s', async (plugin, helm, why) => {
    const error = await findHelmDiff(listing(plugin), tool(helm)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PluginError);
    const { message, next } = error as PluginError;
    expect(message).toContain(why);
    expect(next).toMatch(
      helm.startsWith('4') ? /^install helm-diff 3\.15\.1 or newer, or leave/ : /^install helm-diff 3\.9\.0 or newer/,
    );
  });

  it('says that there is none, also when another plugin has diff in its name', async () => {
    const run = says({ stdout: 'NAME\tVERSION\nmy-diff\t3.9.14\n' });
    await expect(findHelmDiff(run, tool('3.22.0'))).rejects.toThrow('is not installed for /opt/helm (Helm 3.22.0)');
  });
});

describe('runHelmDiff', () => {
  const target = { release: 'web', namespace: 'shop', kubeconfig: '/private/kubeconfig', kubeContext: 'prod' };
  const source = { chart: 'chart', valueFiles: ['v.yaml'], set: [], setString: [] };
  const ask = (run: Run) =>
    runHelmDiff(run, tool('3.22.0'), target, source, { isUpgrade: true, kubeVersion: 'v1.32.0' });

  it.each([
    [0, false],
    [2, true],
  ])('exit code %i: changed %s', async (code, changed) => {
    expect(await ask(says({ code, stdout: 'text' }))).toEqual({ text: 'text', changed });
  });

  it('every other code is an error that quotes no document', async () => {
    const stderr =
      "Can't unmarshal apiVersion: v1\nkind: Secret\ndata:\n  key: geheim\nError: Failed to render chart: exit status 1\nmore geheim";
    await expect(ask(says({ code: 1, stderr }))).rejects.toThrow(
      new PluginError('helm diff failed with exit code 1: Failed to render chart: exit status 1'),
    );
    await expect(ask(says({ code: 137 }))).rejects.toThrow('it gave no reason');
  });

  it('gives the cluster in the environment and renders on this machine', async () => {
    const calls: { args: readonly string[]; options: RunOptions | undefined }[] = [];
    await ask((_bin, args, options) => {
      calls.push({ args, options });
      return Promise.resolve({ code: 0, stdout: '', stderr: '' });
    });
    expect(calls[0]?.options?.env).toEqual({
      HELM_DIFF_USE_UPGRADE_DRY_RUN: 'false',
      HELM_DIFF_USE_INSECURE_SERVER_SIDE_DRY_RUN: 'false',
      KUBECONFIG: '/private/kubeconfig',
      HELM_KUBECONTEXT: 'prod',
    });
    expect(calls[0]?.args).toEqual(expect.arrayContaining(['--disable-validation', '--detailed-exitcode', 'v1.32.0']));
    expect(calls[0]?.args).not.toContain('--show-secrets');
  });
});
