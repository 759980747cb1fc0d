import { describe, expect, it } from '@jest/globals';
import { dryApply } from '../../src/cluster/dry-apply.ts';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import type { Run } from '../../src/process/run.ts';

const deployment = (name: string, namespace = 'shop'): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
});
const CONFLICT = 'error: Apply failed with 1 conflict: conflict with "kubectl-set" using apps/v1: .spec.replicas\n';

/** A kubectl that refuses these objects with this text, and what it was asked. */
function server(
  refused: readonly string[],
  said: string,
): { run: Run; calls: { args: readonly string[]; names: string[] }[] } {
  const calls: { args: readonly string[]; names: string[] }[] = [];
  const run: Run = (_bin, args, options) => {
    const { items } = JSON.parse(options?.input ?? '') as { items: KubeObject[] };
    const names = items.map(({ metadata }) => metadata.name);
    calls.push({ args, names });
    const bad = names.filter((name) => refused.includes(name));
    const stdout = names.filter((name) => !bad.includes(name)).map((name) => `deployment.apps/${name}\n`);
    return Promise.resolve({
      code: bad.length > 0 ? 1 : 0,
      stdout: stdout.join(''),
      stderr: bad.map(() => said).join(''),
    });
  };
  return { run, calls };
}

const kubectl = { bin: 'kubectl', access: {} };
const names = (count: number): KubeObject[] => Array.from({ length: count }, (_, n) => deployment(`d${n}`));

describe('dryApply', () => {
  it('only ever asks for a dry run, and for no force', async () => {
    const { run, calls } = server(['d1', 'd2'], CONFLICT);
    await dryApply(kubectl, run, names(5), 'helm');
    expect(calls.length).toBeGreaterThan(1);
    for (const { args } of calls) {
      expect(args).toContain('--dry-run=server');
      expect(args.join(' ')).toContain('--field-manager helm');
      expect(args).not.toContain('--force-conflicts');
    }
  });

  it('asks one by one which of several objects conflict', async () => {
    const { run, calls } = server(['d1', 'd3'], CONFLICT);
    const found = await dryApply(kubectl, run, names(5), 'helm');
    expect(found.map(({ ref, said }) => [ref.name, said])).toEqual([
      ['d1', CONFLICT],
      ['d3', CONFLICT],
    ]);
    expect(calls.map((call) => call.names)).toEqual([['d0', 'd1', 'd2', 'd3', 'd4'], ['d1'], ['d3']]);
  });

  it('asks once when nothing may be done at all', async () => {
    const all = names(250);
    const { run, calls } = server(
      all.map(({ metadata }) => metadata.name),
      'Error from server (Forbidden)\n',
    );
    expect(await dryApply(kubectl, run, all, 'helm')).toHaveLength(250);
    expect(calls.map((call) => call.names.length)).toEqual([100, 100, 50]);
  });

  it('keeps namespaces apart, where one name stands for two objects', async () => {
    const { run, calls } = server([], '');
    expect(await dryApply(kubectl, run, [deployment('web', 'a'), deployment('web', 'b')], 'helm')).toEqual([]);
    expect(calls).toHaveLength(2);
  });

  it('asks nothing for nothing', async () => {
    const { run, calls } = server([], '');
    expect(await dryApply(kubectl, run, [], 'helm')).toEqual([]);
    expect(calls).toEqual([]);
  });
});
