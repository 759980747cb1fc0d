import { ToolError } from './tool-error.ts';

/** Operating system and processor, as Helm and Kubernetes name them in their downloads. */
export type Platform = 'linux-amd64' | 'linux-arm64' | 'darwin-amd64' | 'darwin-arm64';

export const PLATFORMS: readonly Platform[] = ['linux-amd64', 'linux-arm64', 'darwin-amd64', 'darwin-arm64'];

/** The platform of this runner. Throws ToolError for one that we install nothing on. */
export function platformOf(system: string, processor: string): Platform {
  const architecture = processor === 'x64' ? 'amd64' : processor;
  const found = PLATFORMS.find((platform) => platform === `${system}-${architecture}`);
  if (found) return found;
  throw new ToolError(
    `tools cannot be installed on ${system} ${processor}: Linux and macOS on x64 and arm64 are supported`,
  );
}
