import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { diffRelease } from '../../src/diff/diff.ts';
import { theBed } from '../e2e/step.ts';
import { REFUSALS, type Refusal } from './refusals.ts';

const namespace = `refused-${Math.random().toString(36).slice(2, 8)}`;

function kubectl(input: object | undefined, ...args: string[]): string {
  const { bin, kubeconfig } = theBed();
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  return execFileSync(path.join(bin, 'kubectl'), args, {
    encoding: 'utf8',
    env,
    input: JSON.stringify(input),
    stdio: 'pipe',
  });
}

/** What the API server says to the change; empty when it takes it. */
function answer({ old, now }: Refusal): string {
  kubectl(old, 'apply', '--namespace', namespace, '--filename', '-');
  try {
    kubectl(now, 'apply', '--namespace', namespace, '--dry-run=server', '--filename', '-');
    return '';
  } catch (error) {
    return String((error as { stderr: string }).stderr);
  } finally {
    kubectl(old, 'delete', '--namespace', namespace, '--wait=false', '--filename', '-');
  }
}

describe('immutable fields: what is predicted is what the API server does', () => {
  beforeAll(() => {
    kubectl(undefined, 'create', 'namespace', namespace);
  });
  afterAll(() => {
    kubectl(undefined, 'delete', 'namespace', namespace, '--wait=false');
  });

  it.each(REFUSALS.map((row): [string, Refusal] => [row.name, row]))('%s', (_name, row) => {
    const input = { old: JSON.stringify(row.old), new: JSON.stringify(row.now), oldHooks: '', newHooks: '' };
    const { warnings } = diffRelease({ ...input, releaseNamespace: namespace });
    const predicted = warnings.filter(({ kind }) => kind === 'immutable');
    const said = answer(row);
    expect([said, said !== '']).toEqual([said, row.refused !== undefined]);
    expect(predicted.map(({ message }) => /refuses to change (\S+) of/.exec(message)?.[1])).toEqual(
      row.refused === undefined ? [] : [row.refused],
    );
  });
});
