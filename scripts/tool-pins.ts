import { createHash } from 'node:crypto';
import { downloadUrl, type Pins, type ToolName } from '../src/process/install.ts';
import { PLATFORMS, type Platform } from '../src/process/platform.ts';

/** The versions that are installed when a workflow names none. */
export interface Defaults {
  /** None on the runner, or a Helm 4 that is too old. */
  helm: string;
  /** Instead of a Helm 3 that is too old. */
  helm3: string;
  kubectl: string;
}

/** Downloads one address whole; undefined for 404. Throws for everything else that is no answer. */
export type Fetch = (url: string) => Promise<Buffer | undefined>;

/**
 * The digest of one download: what the project publishes beside it, and what the download itself hashes to, must agree.
 * Undefined when this platform is not published. Throws when the two differ or one of them is missing.
 */
export async function confirmedDigest(
  tool: ToolName,
  version: string,
  platform: Platform,
  fetch: Fetch,
): Promise<string | undefined> {
  const url = downloadUrl(tool, version, platform, undefined);
  const digestUrl = `${url}${tool === 'helm' ? '.sha256sum' : '.sha256'}`;
  const [bytes, published] = await Promise.all([fetch(url), fetch(digestUrl)]);
  if (bytes === undefined && published === undefined) return undefined;
  if (bytes === undefined || published === undefined)
    throw new Error(`${url} and ${digestUrl}: one of them is missing`);
  const said = /^[0-9a-f]{64}\b/.exec(published.toString('utf8').trim())?.[0];
  const found = createHash('sha256').update(bytes).digest('hex');
  if (said !== found) throw new Error(`${url} hashes to ${found}, but ${digestUrl} says ${said ?? 'something else'}`);
  return found;
}

/** The table with one more version, on every platform that is published. Throws when none is, or a known digest changed. */
export async function withVersion(pins: Pins, tool: ToolName, version: string, fetch: Fetch): Promise<Pins> {
  const digests: Partial<Record<Platform, string>> = {};
  for (const platform of PLATFORMS) {
    const digest = await confirmedDigest(tool, version, platform, fetch);
    const known = pins[tool][version]?.[platform];
    if (known !== undefined && known !== digest) {
      throw new Error(`${tool} ${version} for ${platform} was ${known} and is ${digest ?? 'gone'}: find out why first`);
    }
    if (digest !== undefined) digests[platform] = digest;
  }
  if (Object.keys(digests).length === 0) throw new Error(`${tool} ${version} is not published for any platform`);
  return { ...pins, [tool]: { ...pins[tool], [version]: digests } };
}

/** The text of src/process/pins.ts: newest version first. */
export function pinsFile(pins: Pins, defaults: Defaults): string {
  return `import type { Pins } from './install.ts';

// Written by scripts/update-tools.ts. Each digest stands in two independent public places, or was taken from the download.

/** What is installed when a workflow names no version. \`helm3\` stands in for a Helm 3 that is too old. */
export const DEFAULTS = ${object(Object.entries(defaults), 0)} as const;

/** SHA-256 of the downloads: of Helm the .tar.gz, of kubectl the program itself. */
export const PINS: Pins = {
  helm: ${tool(pins.helm)},
  kubectl: ${tool(pins.kubectl)},
};
`;
}

function tool(versions: Pins[ToolName]): string {
  const entries = Object.entries(versions).sort(([a], [b]) => newestFirst(a, b));
  const lines = entries.map(([version, digests]) => {
    const known = PLATFORMS.flatMap((platform) => {
      const digest = digests[platform];
      return digest === undefined ? [] : [[platform, digest] as [string, string]];
    });
    return `    '${version}': ${object(known, 4)},`;
  });
  return `{\n${lines.join('\n')}\n  }`;
}

function object(entries: [string, string][], indent: number): string {
  const pad = ' '.repeat(indent);
  const key = (name: string): string => (/^\w+$/.test(name) ? name : `'${name}'`);
  return `{\n${entries.map(([name, value]) => `${pad}  ${key(name)}: '${value}',`).join('\n')}\n${pad}}`;
}

function newestFirst(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  const index = (left ?? []).findIndex((part, i) => part !== right?.[i]);
  return index < 0 ? 0 : (right?.[index] ?? 0) - (left?.[index] ?? 0);
}
