import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { memberOf } from './archive.ts';
import { type Download, DownloadError } from './download.ts';
import type { Platform } from './platform.ts';
import type { ToolCache } from './tool-cache.ts';
import { ToolError } from './tool-error.ts';

export type ToolName = 'helm' | 'kubectl';

/** SHA-256 (hex) of each download, by tool, version and platform. */
export type Pins = Record<ToolName, Record<string, Partial<Record<Platform, string>>>>;

/** What an installation works with. */
export interface InstallPorts {
  pins: Pins;
  platform: Platform;
  /** Stands before the official paths instead of the official hosts. */
  mirror: string | undefined;
  /** A private folder: what runs is a file in it that only we can write. */
  folder: string;
  download: Download;
  cache: ToolCache;
  say: (line: string) => void;
  warn: (text: string) => void;
}

/** The port through which a tool is installed: the absolute path of the program. */
export type Install = (tool: ToolName, version: string) => Promise<string>;

/**
 * Installs exactly this version, from the runner's tool cache or by download, and returns the program's absolute path.
 * Nothing runs or is unpacked before its SHA-256 is the pinned one, whether it was downloaded or cached. Throws
 * ToolError, and never takes another version instead.
 */
export function installWith(ports: InstallPorts): Install {
  return async (tool, version) => {
    const pinned = pinOf(ports, tool, version);
    const bytes = (await fromCache(ports, tool, version, pinned)) ?? (await fromHost(ports, tool, version, pinned));
    const file = path.join(ports.folder, `${tool}-${version}`);
    await writeFile(file, await programIn(bytes, tool, ports.platform), { mode: 0o700, flag: 'wx' });
    return file;
  };
}

function pinOf({ pins, platform }: InstallPorts, tool: ToolName, version: string): string {
  const pinned = pins[tool][version]?.[platform];
  if (pinned) return pinned;
  const known = Object.entries(pins[tool]).filter(([, digests]) => digests[platform] !== undefined);
  const versions = known.map(([name]) => name).join(', ') || 'none';
  const reason = `no SHA-256 of ${tool} ${version} for ${platform} is known, so it is not installed`;
  throw new ToolError(`${reason}. Known versions: ${versions}; any other may be installed by a step before this one`);
}

async function fromCache(
  { cache, warn }: InstallPorts,
  tool: ToolName,
  version: string,
  pinned: string,
): Promise<Buffer | undefined> {
  const bytes = await cache.read(tool, version);
  if (bytes === undefined || sha256(bytes) === pinned) return bytes;
  await cache.remove(tool, version);
  warn(`${tool} ${version} in the runner's tool cache is not what was pinned: removed, and downloaded anew`);
  return undefined;
}

async function fromHost(ports: InstallPorts, tool: ToolName, version: string, pinned: string): Promise<Buffer> {
  const { cache, download, folder, mirror, platform, say } = ports;
  const url = downloadUrl(tool, version, platform, mirror);
  say(`Downloading ${tool} ${version} from ${url}`);
  const bytes = await download(url).catch((error: unknown) => {
    if (!(error instanceof DownloadError)) throw error;
    const next = 'Try again, install it in a step before this one, or give "tool-mirror"';
    throw new ToolError(`${tool} ${version} could not be downloaded from ${error.message}. ${next}`);
  });
  const found = sha256(bytes);
  if (found !== pinned) {
    const what = `SHA-256 ${found} instead of ${pinned}`;
    throw new ToolError(`${url} is not ${tool} ${version}: ${what}. It was not unpacked and not run`);
  }
  const file = path.join(folder, `${tool}-${version}.download`);
  await writeFile(file, bytes, { mode: 0o600, flag: 'wx' });
  await cache.keep(tool, version, file);
  await rm(file);
  return bytes;
}

/**
 * Where a tool is downloaded: the official hosts, or the same paths below the mirror's address.
 * https://helm.sh/docs/intro/install/ · https://kubernetes.io/docs/tasks/tools/install-kubectl-linux/
 */
export function downloadUrl(tool: ToolName, version: string, platform: Platform, mirror: string | undefined): string {
  if (tool === 'helm') return `${mirror ?? 'https://get.helm.sh'}/helm-v${version}-${platform}.tar.gz`;
  return `${mirror ?? 'https://dl.k8s.io'}/release/v${version}/bin/${platform.replace('-', '/')}/kubectl`;
}

/** Helm comes in an archive, kubectl as it is. */
async function programIn(bytes: Buffer, tool: ToolName, platform: Platform): Promise<Buffer> {
  return tool === 'helm' ? memberOf(bytes, `${platform}/helm`) : bytes;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
