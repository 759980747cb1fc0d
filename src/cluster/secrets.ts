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
  return { found, refused: refusal(code, stderr) };
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
  return { found: [], refused: refusal(code, stderr) };
}

function refusal(code: number, stderr: string): SecretsRead['refused'] {
  const errors = stderr.split('\n').filter((line) => line.trim() !== '');
  return { count: errors.length, why: errors.at(-1) ?? `exit code ${code}` };
}

function itemsOf(json: string): KubeObject[] {
  if (json.trim() === '') return [];
  const value = JSON.parse(json) as KubeObject & { items?: KubeObject[] };
  return value.items ?? [value];
}
