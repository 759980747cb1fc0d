import { readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { cacheFile, find } from '@actions/tool-cache';
import { LIMITS } from './download.ts';

/** Keeps downloads between the jobs of one runner. What comes out of it is as untrusted as what comes from the network. */
export interface ToolCache {
  /** The kept download; undefined when there is none. */
  read(tool: string, version: string): Promise<Buffer | undefined>;
  /** Keeps a file; one that cannot be kept is only downloaded again next time. */
  keep(tool: string, version: string, file: string): Promise<void>;
  remove(tool: string, version: string): Promise<void>;
}

/** The name of the file inside an entry. */
const FILE = 'download';

const entry = (tool: string): string => `helm-rollout-${tool}`;

/** The runner's tool cache (RUNNER_TOOL_CACHE); a runner without one keeps nothing. */
export function runnerToolCache(env: NodeJS.ProcessEnv): ToolCache {
  if (!env.RUNNER_TOOL_CACHE) return { read: async () => undefined, keep: async () => {}, remove: async () => {} };
  return {
    async read(tool, version) {
      const folder = find(entry(tool), version);
      if (folder === '') return undefined;
      const file = path.join(folder, FILE);
      // An entry that cannot be read, or is absurdly large, is a broken one: empty bytes have no known digest.
      const size = await stat(file).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      );
      return size > 0 && size <= LIMITS.bytes ? readFile(file) : Buffer.alloc(0);
    },
    async keep(tool, version, file) {
      await cacheFile(file, FILE, entry(tool), version).catch(() => undefined);
    },
    async remove(tool, version) {
      const folder = find(entry(tool), version);
      if (folder === '') return;
      await rm(`${folder}.complete`, { force: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
}
