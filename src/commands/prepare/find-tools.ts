import type { Inputs } from '../../inputs/inputs.ts';
import { downloadWithin, LIMITS } from '../../process/download.ts';
import { findOnPath } from '../../process/find-on-path.ts';
import { installWith } from '../../process/install.ts';
import { PINS } from '../../process/pins.ts';
import { platformOf } from '../../process/platform.ts';
import { run } from '../../process/run.ts';
import type { ToolPorts } from '../../process/tools.ts';

/** Where a run says what it does, line by line, and what it wants to be seen. */
export interface Voice {
  say: (line: string) => void;
  warn: (text: string) => void;
}

/** How the tools of this run are found and installed. */
export function toolPorts(inputs: Inputs, folder: string, { say, warn }: Voice): ToolPorts {
  return {
    run,
    find: findOnPath,
    warn,
    // Imported late: a runner that has both tools needs none of it.
    async install(tool, version) {
      const { runnerToolCache } = await import('../../process/tool-cache.ts');
      const install = installWith({
        pins: PINS,
        platform: platformOf(process.platform, process.arch),
        mirror: inputs['tool-mirror'],
        folder,
        download: downloadWithin(LIMITS),
        cache: runnerToolCache(process.env),
        say,
        warn,
      });
      return install(tool, version);
    },
  };
}
