import { which } from '@actions/io';
import type { Run } from './run.ts';

/** A tool that is missing or too old; the message says which version is needed. */
export class ToolError extends Error {}

export interface Tool {
  bin: string;
  version: string;
}

/** Older ones have known vulnerabilities (design, "Helm versions"). */
const MINIMUM_HELM: Record<string, string> = { 3: '3.20.2', 4: '4.1.4' };

/** The runner's helm. Throws ToolError when there is none or it is below the minimum of its major. */
export async function findHelm(run: Run): Promise<Tool> {
  const bin = await which('helm', false);
  if (!bin) throw new ToolError('helm was not found on PATH: add a step that installs Helm 3 or 4 before this one');
  const output = await run(bin, ['version', '--template', '{{.Version}}']);
  const version = /v?(\d+\.\d+\.\d+)/.exec(output.stdout)?.[1];
  if (output.code !== 0 || !version) {
    throw new ToolError(`${bin} does not tell its version: ${(output.stderr || output.stdout).trim()}`);
  }
  const minimum = MINIMUM_HELM[version.split('.')[0] ?? ''];
  if (!minimum) throw new ToolError(`helm ${version} (${bin}) is not supported: Helm 3 and Helm 4 are`);
  if (isOlder(version, minimum)) {
    throw new ToolError(`helm ${version} (${bin}) has known vulnerabilities: use ${minimum} or newer`);
  }
  return { bin, version };
}

/** The runner's kubectl. Throws ToolError when there is none. */
export async function locateKubectl(): Promise<string> {
  const bin = await which('kubectl', false);
  if (!bin) throw new ToolError('kubectl was not found on PATH: add a step that installs it before this one');
  return bin;
}

/** Throws ToolError when this kubectl does not run. */
export async function checkKubectl(run: Run, bin: string): Promise<void> {
  const output = await run(bin, ['version', '--client', '--output', 'json']);
  if (output.code !== 0 || !/"gitVersion":\s*"v\d+\.\d+\.\d+/.test(output.stdout)) {
    throw new ToolError(`${bin} does not tell its version: ${(output.stderr || output.stdout).trim()}`);
  }
}

/** Whether a version (`3.9.14`) is older than another, number by number. */
export function isOlder(version: string, minimum: string): boolean {
  const a = version.split('.').map(Number);
  const b = minimum.split('.').map(Number);
  const index = a.findIndex((part, i) => part !== b[i]);
  return index >= 0 && (a[index] ?? 0) < (b[index] ?? 0);
}
