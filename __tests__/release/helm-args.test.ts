import { describe, expect, it } from '@jest/globals';
import * as args from '../../src/release/helm-args.ts';

const target = { release: 'web', namespace: 'pearl', kubeconfig: '/k', kubeContext: 'prod' };
const WHERE = '--namespace pearl --kubeconfig /k --kube-context prod';
const source = { chart: '/chart', valueFiles: ['a.yaml', 'b.yaml'], set: ['image.tag=1,extra=2'], setString: ['n=1'] };
const WHAT = '--values a.yaml --values b.yaml --set image.tag=1,extra=2 --set-string n=1';
const plan: args.UpgradePlan = {
  ...source,
  timeout: '10m',
  atomic: 'ours',
  wait: true,
  waitForJobs: false,
  createNamespace: false,
  description: 'helm-rollout: commit abc',
  labels: { a: '1', b: '2' },
  waitStrategy: 'legacy',
  forceConflicts: false,
};
const upgrade = (major: args.HelmMajor, more: Partial<args.UpgradePlan> = {}): string =>
  args.upgradeArgs(major, target, { ...plan, ...more }).join(' ');

describe('helm upgrade', () => {
  it('names release, chart, place, values and description, each as one argument', () => {
    const list = args.upgradeArgs(3, target, plan);
    expect(list.join(' ')).toBe(
      `upgrade --install web /chart ${WHERE} ${WHAT} --timeout 10m --description helm-rollout: commit abc --labels a=1,b=2 --wait`,
    );
    expect(list).toContain('helm-rollout: commit abc');
    expect(list).toContain('image.tag=1,extra=2');
  });

  const only = (text: string): string[] => text.split(' --labels a=1,b=2')[1]?.trim().split(' ').filter(Boolean) ?? [];
  it.each<[string, Partial<args.UpgradePlan>, string[], string[]]>([
    ['ours', {}, ['--wait'], ['--wait=legacy']],
    ['a watcher', { waitStrategy: 'watcher' }, ['--wait'], ['--wait=watcher']],
    ["Helm's own atomic", { atomic: 'helm' }, ['--wait', '--atomic'], ['--wait=legacy', '--rollback-on-failure']],
    ['no atomic', { atomic: 'off' }, ['--wait'], ['--wait=legacy']],
    ['jobs', { waitForJobs: true }, ['--wait', '--wait-for-jobs'], ['--wait=legacy', '--wait-for-jobs']],
    ['no wait', { wait: false, waitForJobs: true, atomic: 'helm' }, [], []],
    [
      'a limit of revisions',
      { historyMax: 3 },
      ['--history-max', '3', '--wait'],
      ['--history-max', '3', '--wait=legacy'],
    ],
    [
      'no limit of revisions',
      { historyMax: 0 },
      ['--history-max', '0', '--wait'],
      ['--history-max', '0', '--wait=legacy'],
    ],
    ["the user's flags", { extra: ['--no-hooks'] }, ['--wait', '--no-hooks'], ['--wait=legacy', '--no-hooks']],
    ['force', { forceConflicts: true }, ['--wait'], ['--wait=legacy', '--force-conflicts']],
    [
      'a namespace',
      { createNamespace: true },
      ['--create-namespace', '--wait'],
      ['--create-namespace', '--wait=legacy'],
    ],
  ])('with %s', (_, more, helm3, helm4) => {
    expect(only(upgrade(3, more))).toEqual(helm3);
    expect(only(upgrade(4, more))).toEqual(helm4);
  });

  it('leaves out what is not given', () => {
    const bare = args.upgradeArgs(
      4,
      { release: 'web', namespace: 'pearl' },
      { ...plan, valueFiles: [], set: [], setString: [], labels: {} },
    );
    expect(bare.join(' ')).toBe(
      'upgrade --install web /chart --namespace pearl --timeout 10m --description helm-rollout: commit abc --wait=legacy',
    );
  });
});

describe('the other commands', () => {
  it('render without writing', () => {
    expect(args.renderArgs(target, source).join(' ')).toBe(
      `upgrade --install web /chart ${WHERE} ${WHAT} --dry-run=server --output json`,
    );
    const cluster = { kubeVersion: 'v1.32.0', apiVersions: ['apps/v1', 'batch/v1/Job'], isUpgrade: true };
    const template = 'template web /chart --namespace pearl';
    expect(args.templateArgs(target, source, cluster).join(' ')).toBe(
      `${template} ${WHAT} --kube-version v1.32.0 --api-versions apps/v1 --api-versions batch/v1/Job --is-upgrade`,
    );
    expect(args.templateArgs(target, source, { ...cluster, isUpgrade: false })).not.toContain('--is-upgrade');
    expect(args.templateArgs(target, source, { isUpgrade: false, lookup: true }).join(' ')).toBe(
      `template web /chart ${WHERE} --dry-run=server ${WHAT}`,
    );
    // The same flags for what is shown as for what is done; `helm template` has no release whose values it could keep.
    const extra = { ...source, extra: ['--reuse-values', '--skip-crds'] as const };
    expect(args.renderArgs(target, extra).slice(-2)).toEqual(['--reuse-values', '--skip-crds']);
    expect(args.templateArgs(target, extra, cluster).slice(-2)).toEqual(['--is-upgrade', '--skip-crds']);
  });

  it("roll back to an explicit revision, without Helm's wait", () => {
    const rollback = (major: args.HelmMajor, forceConflicts: boolean) =>
      args.rollbackArgs(major, target, 4, { timeout: '90s', forceConflicts }).join(' ');
    const plain = `rollback web 4 ${WHERE} --timeout 90s --history-max 0`;
    expect(rollback(3, true)).toBe(plain);
    expect(rollback(4, false)).toBe(plain);
    expect(rollback(4, true)).toBe(`${plain} --force-conflicts`);
    const more = { timeout: '90s', forceConflicts: false, noHooks: true, description: 'Rollback to 4, x' };
    const list = args.rollbackArgs(4, target, 4, more);
    expect(list.slice(-3)).toEqual(['--no-hooks', '--description', 'Rollback to 4, x']);
  });

  it('read history, manifests and metadata', () => {
    expect(args.historyArgs(target).join(' ')).toBe(`history web ${WHERE} --output json --max 1000`);
    expect(args.getArgs('hooks', target, 3).join(' ')).toBe(`get hooks web ${WHERE} --revision 3`);
    expect(args.metadataArgs(target, 3).join(' ')).toBe(`get metadata web ${WHERE} --revision 3 --output json`);
    expect(args.uninstallArgs(target, '10m').join(' ')).toBe(`uninstall web ${WHERE} --timeout 10m`);
    expect(args.uninstallArgs(target, '10m', true).slice(-2)).toEqual(['--cascade', 'foreground']);
    expect(args.testArgs(target, '42s').join(' ')).toBe(`test web ${WHERE} --timeout 42s`);
    expect(args.crdsArgs('/chart')).toEqual(['show', 'crds', '/chart']);
    expect(args.valuesArgs(target, 3, false).join(' ')).toBe(`get values web ${WHERE} --revision 3 --output yaml`);
    expect(args.valuesArgs(target, 3, true)).toContain('--all');
  });
});
