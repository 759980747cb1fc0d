import { type ExecFileException, execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { seeded } from '../e2e/draw.ts';
import { HELMS, ROOT, theBed } from '../e2e/step.ts';

const { seed, random } = seeded();
const helm = HELMS[Math.floor(random() * HELMS.length)] ?? 'helm3';
process.stdout.write(`the demo in an own cluster: ${helm}, HELM_ROLLOUT_SEED=${seed}\n`);

const folder = mkdtempSync(path.join(tmpdir(), 'reader-'));
const bed = theBed();
const kubectl = (...args: string[]): string =>
  execFileSync(path.join(bed.bin, 'kubectl'), args, {
    encoding: 'utf8',
    env: { ...process.env, KUBECONFIG: bed.kubeconfig },
  });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The demo as somebody runs it who has a helm, a kubectl and a current context. */
async function demo(helm: string, ...options: string[]): Promise<{ code: number; told: string }> {
  const bin = path.join(folder, helm);
  mkdirSync(bin, { recursive: true });
  for (const [name, program] of [
    ['helm', helm],
    ['kubectl', 'kubectl'],
  ] as const) {
    rmSync(path.join(bin, name), { force: true });
    symlinkSync(path.join(bed.bin, program), path.join(bin, name));
  }
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, KUBECONFIG: bed.kubeconfig };
  const args = ['scripts/start.mjs', 'demo/demo.ts', '--use-cluster', '--out', path.join(folder, 'out'), ...options];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT, env });
    return { code: 0, told: stdout };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as ExecFileException & { stdout?: string; stderr?: string };
    return { code: Number(code), told: stdout + stderr };
  }
}

const namespace = (): string =>
  kubectl('get', 'namespace', 'helm-rollout-demo', '--ignore-not-found', '--output=jsonpath={.status.phase}');

describe('npm run demo -- --use-cluster', () => {
  it('asks first, and changes nothing when nobody is there to answer', async () => {
    const { code, told } = await demo('helm3');
    expect(code).toBe(1);
    expect(told).toContain('--yes says so in advance');
    expect(namespace()).toBe('');
  });

  it('leaves a namespace alone that was there before', async () => {
    kubectl('create', 'namespace', 'helm-rollout-demo');
    const { code, told } = await demo('helm3', '--yes');
    expect(code).toBe(1);
    expect(told).toContain('exists already and is left alone');
    expect(namespace()).toBe('Active');
    kubectl('delete', 'namespace', 'helm-rollout-demo', '--timeout=30s');
  });

  it('deploys, catches the missing image, and takes its namespace away', async () => {
    const { code, told } = await demo(helm, '--yes');
    expect({ code, told }).toEqual({ code: 0, told: expect.stringMatching(/rolled back and verified after/) });
    expect(told).toContain('context');
    expect(['', 'Terminating']).toContain(namespace());
    kubectl('wait', '--for=delete', 'namespace/helm-rollout-demo', '--timeout=30s');
  });
});
