import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Step } from './step.ts';
import { theBed } from './step.ts';

/** Puts a script in the place of a step's tool that writes down arguments and environment and then is the real tool. */
export function witness(step: Step, tool: 'helm' | 'kubectl', real: string): () => string {
  const seen = path.join(step.folder, `${tool}.seen`);
  const file = path.join(step.folder, 'bin', tool);
  rmSync(file);
  const script = `#!/bin/sh\nprintf '%s\\n' "$*" >> '${seen}'\n/usr/bin/env >> '${seen}'\n`;
  writeFileSync(file, `${script}exec '${path.join(theBed().bin, real)}' "$@"\n`);
  chmodSync(file, 0o755);
  return () => (existsSync(seen) ? readFileSync(seen, 'utf8') : '');
}
