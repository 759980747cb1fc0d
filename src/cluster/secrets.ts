import type { KubeObject, ObjectRef } from '../kubernetes/object.ts';
import type { Run } from '../process/run.ts';
import { accessArgs, type Kubectl } from './kubectl.ts';
import { itemsOf, listOf, stub } from './list.ts';

/** The Secrets that were read, and why others were not; one that does not exist is in neither. */
export interface SecretsRead {
  found: KubeObject[];
  /** kubectl's last word on those that could not be read; undefined when all could. */
  refused: string | undefined;
}

/**
 * Reads these Secrets, each once, in one call of kubectl. What may not be read, or a cluster that does not answer, is told and is
 * no error: the caller goes on with what is known.
 */
export async function readSecrets(
  kubectl: Pick<Kubectl, 'bin' | 'access'>,
  run: Run,
  refs: readonly ObjectRef[],
): Promise<SecretsRead> {
  if (refs.length === 0) return { found: [], refused: undefined };
  const args = ['get', '--filename', '-', '--ignore-not-found', '--output', 'json', '--request-timeout', '20s'];
  const input = JSON.stringify(listOf(refs.map(stub)));
  const { code, stdout, stderr } = await run(kubectl.bin, [...args, ...accessArgs(kubectl.access)], { input });
  const found = itemsOf(stdout);
  if (code === 0) return { found, refused: undefined };
  return { found, refused: lastWord(code, stderr) };
}

/** The Secrets of a namespace except for Helm's records; `refused` when they may not be listed. */
export async function secretsIn(
  kubectl: Pick<Kubectl, 'bin' | 'access'>,
  run: Run,
  namespace: string,
): Promise<SecretsRead> {
  const args = ['get', 'secrets', '--namespace', namespace, '--field-selector', 'type!=helm.sh/release.v1'];
  args.push('--output', 'json', '--request-timeout', '20s', ...accessArgs(kubectl.access));
  const { code, stdout, stderr } = await run(kubectl.bin, args);
  if (code === 0) return { found: itemsOf(stdout), refused: undefined };
  return { found: [], refused: lastWord(code, stderr) };
}

function lastWord(code: number, stderr: string): string {
  const errors = stderr.split('\n').filter((line) => line.trim() !== '');
  return errors.at(-1) ?? `exit code ${code}`;
}
