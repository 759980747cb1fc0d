import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { findOnPath } from '../../src/process/find-on-path.ts';
import { DEFAULTS, PINS } from '../../src/process/pins.ts';
import { PLATFORMS, platformOf } from '../../src/process/platform.ts';
import { findHelm, findKubectl, kubectlSkew, type ToolPorts } from '../../src/process/tools.ts';

/** A runner whose programs say these versions; what is installed says the version that was asked for. */
function runner(there: { helm?: string; kubectl?: string }): ToolPorts & { installed: string[]; warnings: string[] } {
  const installed: string[] = [];
  const warnings: string[] = [];
  return {
    installed,
    warnings,
    warn: (text) => warnings.push(text),
    find: (name) => (there[name] === undefined ? undefined : `/usr/bin/${name}`),
    async install(tool, version) {
      installed.push(`${tool} ${version}`);
      return `/private/${tool}-${version}`;
    },
    async run(bin, args) {
      const name = path.basename(bin).split('-')[0] as 'helm' | 'kubectl';
      const version = bin.startsWith('/private/') ? path.basename(bin).split('-')[1] : there[name];
      if (version === 'broken') return { code: 1, stdout: '', stderr: 'segmentation fault\n' };
      const stdout = args.includes('--template') ? `v${version}` : `{"clientVersion": {"gitVersion": "v${version}"}}`;
      return { code: 0, stdout, stderr: '' };
    },
  };
}

describe('which helm', () => {
  it.each([
    ['3.22.0', undefined, '/usr/bin/helm', []],
    ['4.1.4', undefined, '/usr/bin/helm', []],
    ['3.20.2', '3.20.2', '/usr/bin/helm', []],
    ['3.21.4', '4.3.0', '/private/helm-4.3.0', ['helm 4.3.0']],
    ['4.3.0', '3.22.0', '/private/helm-3.22.0', ['helm 3.22.0']],
    [undefined, undefined, `/private/helm-${DEFAULTS.helm}`, [`helm ${DEFAULTS.helm}`]],
    [undefined, '3.22.0', '/private/helm-3.22.0', ['helm 3.22.0']],
    ['3.20.1', undefined, `/private/helm-${DEFAULTS.helm3}`, [`helm ${DEFAULTS.helm3}`]],
    ['4.1.3', undefined, `/private/helm-${DEFAULTS.helm}`, [`helm ${DEFAULTS.helm}`]],
  ])('on a runner with %s when %s is wanted: %s', async (there, wanted, bin, installed) => {
    const ports = runner({ helm: there });
    expect((await findHelm(wanted, ports)).bin).toBe(bin);
    expect(ports.installed).toEqual(installed);
  });

  it('replaces one with known vulnerabilities loudly, and only that', async () => {
    const old = runner({ helm: '3.18.0' });
    await findHelm(undefined, old);
    expect(old.warnings).toEqual([
      'helm 3.18.0 (/usr/bin/helm) has known vulnerabilities: helm 3.22.0 is installed and used instead',
    ]);
    const good = runner({ helm: '3.22.0' });
    await findHelm(undefined, good);
    expect(good.warnings).toEqual([]);
  });

  it.each([
    ['2.17.0', undefined, 'helm 2.17.0 (/usr/bin/helm) is not supported: Helm 3 and Helm 4 are'],
    ['3.22.0', '3.18.0', 'input "helm-version": helm 3.18.0 has known vulnerabilities: use 3.20.2 or newer'],
    ['3.22.0', '5.0.0', 'input "helm-version": helm 5.0.0 is not supported'],
    ['broken', undefined, '/usr/bin/helm does not tell its version: segmentation fault'],
  ])('%s when %s is wanted is refused', async (there, wanted, sentence) => {
    const ports = runner({ helm: there });
    await expect(findHelm(wanted, ports)).rejects.toThrow(sentence);
    expect(ports.installed).toEqual([]);
  });

  it('must be what was installed', async () => {
    const ports = { ...runner({}), install: async () => '/private/helm-3.22.0' };
    await expect(findHelm('4.3.0', ports)).rejects.toThrow('was to be helm 4.3.0 and says that it is 3.22.0');
  });
});

describe('which kubectl', () => {
  it.each([
    ['1.36.3', undefined, '/usr/bin/kubectl'],
    ['1.36.3', '1.36.3', '/usr/bin/kubectl'],
    ['1.36.3', '1.32.13', '/private/kubectl-1.32.13'],
    [undefined, undefined, `/private/kubectl-${DEFAULTS.kubectl}`],
    [undefined, '1.36.4', '/private/kubectl-1.36.4'],
  ])('on a runner with %s when %s is wanted: %s', async (there, wanted, bin) => {
    expect(await findKubectl(wanted, runner({ kubectl: there }))).toBe(bin);
  });

  it.each([
    ['1.32.0', '32', undefined],
    ['1.31.9', '32+', undefined],
    ['1.33.0', '32', undefined],
    [
      '1.36.3',
      '32',
      'kubectl 1.36.3 talks to Kubernetes 1.32, which supports kubectl 1.31 to 1.33: see "kubectl-version"',
    ],
    [
      '1.30.0',
      '32+',
      'kubectl 1.30.0 talks to Kubernetes 1.32, which supports kubectl 1.31 to 1.33: see "kubectl-version"',
    ],
    ['1.32.0', '', undefined],
  ])('%s against 1.%s: %s', (client, minor, sentence) => {
    expect(kubectlSkew(client, { major: '1', minor })).toBe(sentence);
  });
});

describe('the pins', () => {
  const all = Object.values(PINS).flatMap((versions) => Object.values(versions).flatMap(Object.values)) as string[];

  it('are whole digests, each of one download alone', () => {
    expect(all.length).toBeGreaterThan(20);
    for (const digest of all) expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(all).size).toBe(all.length);
  });

  it('hold what is installed by default for every platform', () => {
    for (const platform of PLATFORMS) {
      for (const version of [DEFAULTS.helm, DEFAULTS.helm3]) expect(PINS.helm[version]?.[platform]).toBeDefined();
      expect(PINS.kubectl[DEFAULTS.kubectl]?.[platform]).toBeDefined();
    }
  });
});

describe('platforms', () => {
  it('are Linux and macOS on x64 and arm64, and nothing else', () => {
    const found = ['linux', 'darwin'].flatMap((system) => ['x64', 'arm64'].map((cpu) => platformOf(system, cpu)));
    expect(found).toEqual([...PLATFORMS]);
    for (const [system, cpu] of [
      ['win32', 'x64'],
      ['linux', 'arm'],
      ['freebsd', 'x64'],
    ] as const) {
      expect(() => platformOf(system, cpu)).toThrow(`tools cannot be installed on ${system} ${cpu}`);
    }
  });
});

describe('PATH', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'path-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  for (const folder of ['a', 'b', 'c/helm']) mkdirSync(path.join(root, folder), { recursive: true });
  writeFileSync(path.join(root, 'a/helm'), 'not executable');
  writeFileSync(path.join(root, 'b/helm'), '#!/bin/sh\n');
  chmodSync(path.join(root, 'b/helm'), 0o755);
  const at = (folder: string): string => path.join(root, folder);

  it('gives the first program, no folder and no plain file', () => {
    expect(findOnPath('helm', [at('none'), at('a'), at('c'), at('b')].join(':'))).toBe(at('b/helm'));
    expect(findOnPath('helm', at('a'))).toBeUndefined();
  });

  it('is searched in absolute folders alone', () => {
    const relative = path.relative(process.cwd(), at('b'));
    for (const searched of [relative, '', '.', `${relative}:`, `./${relative}`]) {
      expect(findOnPath('helm', searched)).toBeUndefined();
    }
  });
});
