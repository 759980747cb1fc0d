import type { Run } from '../process/run.ts';
import { accessArgs, type Kubectl } from './kubectl.ts';

/** The `release` field of one of Helm's record Secrets; undefined when there is none or it may not be read. */
export async function readRecord(
  kubectl: Pick<Kubectl, 'bin' | 'access'>,
  run: Run,
  namespace: string,
  name: string,
): Promise<string | undefined> {
  const args = ['get', 'secret', name, '--namespace', namespace, '--output', 'jsonpath={.data.release}'];
  const { code, stdout } = await run(kubectl.bin, [...args, '--request-timeout', '20s', ...accessArgs(kubectl.access)]);
  return code === 0 && stdout !== '' ? stdout : undefined;
}
