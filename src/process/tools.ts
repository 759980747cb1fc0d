import type { Install, ToolName } from './install.ts';
import { DEFAULTS } from './pins.ts';
import type { Run } from './run.ts';
import { ToolError } from './tool-error.ts';

export interface Tool {
  bin: string;
  version: string;
}

/** What finding a tool works with. */
export interface ToolPorts {
  run: Run;
  /** Where a program is on this machine; undefined when it is not. */
  find: (name: ToolName) => string | undefined;
  install: Install;
  warn: (text: string) => void;
}

/** Older ones have known vulnerabilities (GHSA of helm/helm: CVE-2026-35204, -35205, -35206). */
const MINIMUM_HELM = new Map([
  ['3', '3.20.2'],
  ['4', '4.1.4'],
]);

/**
 * helm: the runner's when it is the `wanted` version, or any supported one when none is wanted; else installed. One that
 * is too old is replaced, with a warning, by the pinned version of its own major: a jump of majors is the user's to make.
 * Throws ToolError.
 */
export async function findHelm(wanted: string | undefined, { run, find, install, warn }: ToolPorts): Promise<Tool> {
  if (wanted !== undefined) refuseOldHelm(wanted, 'input "helm-version": ');
  const bin = find('helm');
  const there = bin === undefined ? undefined : await helmAt(bin, run);
  if (wanted !== undefined && there?.version !== wanted) return installed('helm', wanted, install, helmAt, run);
  if (there === undefined) return installed('helm', DEFAULTS.helm, install, helmAt, run);
  const major = there.version.split('.')[0] ?? '';
  if (!isTooOld(there.version)) return there;
  const instead = major === '3' ? DEFAULTS.helm3 : DEFAULTS.helm;
  warn(`helm ${there.version} (${there.bin}) has known vulnerabilities: helm ${instead} is installed and used instead`);
  return installed('helm', instead, install, helmAt, run);
}

/**
 * The path of kubectl: the runner's when it is the `wanted` version, or any when none is wanted; else installed.
 * Throws ToolError. Whether it runs is for `kubectlAt` to say.
 */
export async function findKubectl(wanted: string | undefined, { run, find, install }: ToolPorts): Promise<string> {
  const bin = find('kubectl');
  if (bin !== undefined && wanted === undefined) return bin;
  if (bin !== undefined && (await kubectlAt(bin, run)).version === wanted) return bin;
  return (await installed('kubectl', wanted ?? DEFAULTS.kubectl, install, kubectlAt, run)).bin;
}

/** The version of this helm. Throws ToolError when it does not run, or its major is none that we know. */
export async function helmAt(bin: string, run: Run): Promise<Tool> {
  const output = await run(bin, ['version', '--template', '{{.Version}}']);
  const version = /v?(\d+\.\d+\.\d+)/.exec(output.stdout)?.[1];
  if (output.code !== 0 || !version) {
    throw new ToolError(`${bin} does not tell its version: ${(output.stderr || output.stdout).trim()}`);
  }
  if (!MINIMUM_HELM.has(version.split('.')[0] ?? '')) {
    throw new ToolError(`helm ${version} (${bin}) is not supported: Helm 3 and Helm 4 are`);
  }
  return { bin, version };
}

/** The version of this kubectl. Throws ToolError when it does not run. */
export async function kubectlAt(bin: string, run: Run): Promise<Tool> {
  const output = await run(bin, ['version', '--client', '--output', 'json']);
  const version = /"gitVersion":\s*"v(\d+\.\d+\.\d+)/.exec(output.stdout)?.[1];
  if (output.code !== 0 || !version) {
    throw new ToolError(`${bin} does not tell its version: ${(output.stderr || output.stdout).trim()}`);
  }
  return { bin, version };
}

/**
 * Why this kubectl is outside what Kubernetes supports for this server, as a sentence; undefined when it is inside.
 * One minor older or newer is supported: https://kubernetes.io/releases/version-skew-policy/#kubectl
 */
export function kubectlSkew(client: string, server: { major: string; minor: string }): string | undefined {
  const [major, minor] = client.split('.').map(Number);
  // Some providers write `32+`.
  const serverMinor = Number.parseInt(server.minor, 10);
  const distance = Math.abs((minor ?? 0) - serverMinor);
  if (Number.isNaN(serverMinor) || (major === Number(server.major) && distance <= 1)) return undefined;
  const supported = `kubectl ${server.major}.${serverMinor - 1} to ${server.major}.${serverMinor + 1}`;
  return `kubectl ${client} talks to Kubernetes ${server.major}.${serverMinor}, which supports ${supported}: see "kubectl-version"`;
}

async function installed(
  tool: ToolName,
  version: string,
  install: Install,
  at: (bin: string, run: Run) => Promise<Tool>,
  run: Run,
): Promise<Tool> {
  const found = await at(await install(tool, version), run);
  if (found.version === version) return found;
  throw new ToolError(`${found.bin} was to be ${tool} ${version} and says that it is ${found.version}`);
}

function refuseOldHelm(version: string, prefix: string): void {
  const major = version.split('.')[0] ?? '';
  const minimum = MINIMUM_HELM.get(major);
  if (!minimum) throw new ToolError(`${prefix}helm ${version} is not supported: Helm 3 and Helm 4 are`);
  if (isTooOld(version)) {
    throw new ToolError(`${prefix}helm ${version} has known vulnerabilities: use ${minimum} or newer`);
  }
}

/** Whether a helm is older than the oldest without known vulnerabilities of its major. */
function isTooOld(version: string): boolean {
  const minimum = MINIMUM_HELM.get(version.split('.')[0] ?? '');
  return minimum !== undefined && isOlder(version, minimum);
}

/** Whether a version (`3.9.14`) is older than another, number by number. */
export function isOlder(version: string, minimum: string): boolean {
  const a = version.split('.').map(Number);
  const b = minimum.split('.').map(Number);
  const index = a.findIndex((part, i) => part !== b[i]);
  return index >= 0 && (a[index] ?? 0) < (b[index] ?? 0);
}
