import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import path from 'node:path';
import { ROOT } from '../__tests__/e2e/step.ts';
import { parts } from '../testbed/parts.ts';

/** Where and with what was measured. */
export interface Machine {
  cores: number;
  cpu: string;
  memoryGb: number;
  os: string;
  node: string;
  versions: Record<string, string>;
  /** First 12 hex of the SHA-256 of dist/index.cjs: the build that ran. */
  dist: string;
  commit: string;
}

export function describeMachine(): Machine {
  const bundle = readFileSync(path.join(ROOT, 'dist/index.cjs'));
  const named = ['kube-apiserver', 'kubectl', 'helm3', 'helm4', 'kwok', 'etcd'];
  const versions = parts
    .filter(({ name }) => named.includes(name))
    .map(({ name, version }) => [name, version] as const);
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    os: `${process.platform} ${release()}`,
    node: process.versions.node,
    versions: Object.fromEntries(versions),
    dist: createHash('sha256').update(bundle).digest('hex').slice(0, 12),
    commit: commit(),
  };
}

function commit(): string {
  try {
    const short = execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
    const changed = execFileSync('git', ['status', '--porcelain', 'src', 'dist'], {
      cwd: ROOT,
      encoding: 'utf8',
    }).trim();
    return changed ? `${short} with changes` : short;
  } catch {
    return 'unknown';
  }
}
