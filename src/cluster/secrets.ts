import type { KubeObject, ObjectRef } from '../kubernetes/object.ts';
import type { Run } from '../process/run.ts';
import { accessArgs, type Kubectl } from './kubectl.ts';

/** The Secrets that were read, and why others were not; one that does not exist is in neither. */
export interface SecretsRead {
  found: KubeObject[];
  /** How many could not be read, and kubectl's last word on it; undefined when all could. */
  refused: { count: number; why: string } | undefined;
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
  const items = refs.map(({ apiVersion, kind, name, namespace }) => ({
    apiVersion,
    kind,
    metadata: { name, namespace },
  }));
  const args = ['get', '--filename', '-', '--ignore-not-found', '--output', 'json', '--request-timeout', '20s'];
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const { code, stdout, stderr } = await run(kubectl.bin, [...args, ...accessArgs(kubectl.access)], { input });
  const found = itemsOf(stdout);
  if (code === 0) return { found, refused: undefined };
  const errors = stderr.split('\n').filter((line) => line.trim() !== '');
  return { found, refused: { count: errors.length, why: errors.at(-1) ?? `exit code ${code}` } };
}

function itemsOf(json: string): KubeObject[] {
  if (json.trim() === '') return [];
  const value = JSON.parse(json) as KubeObject & { items?: KubeObject[] };
  return value.items ?? [value];
}
