// Adds versions to src/process/pins.ts, each digest confirmed by the download itself; needs internet:
//   npm run update-tools -- helm 4.3.1 kubectl 1.36.5 [--default]
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Pins } from '../src/process/install.ts';
import { DEFAULTS, PINS } from '../src/process/pins.ts';
import { type Defaults, pinsFile, withVersion } from './tool-pins.ts';

const FILE = path.join(import.meta.dirname, '../src/process/pins.ts');
const USAGE = 'usage: npm run update-tools -- (helm|kubectl) <version> … [--default]';

async function fetchWhole(url: string): Promise<Buffer | undefined> {
  const answer = await fetch(url).catch((error: Error) => {
    throw new Error(`${url} cannot be reached: ${error.cause ?? error.message}`);
  });
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

async function run(words: string[]): Promise<void> {
  const asDefault = words.includes('--default');
  const rest = words.filter((word) => word !== '--default');
  if (rest.length === 0 || rest.length % 2 !== 0) throw new Error(USAGE);
  let pins: Pins = PINS;
  const defaults: Defaults = { ...DEFAULTS };
  for (let index = 0; index < rest.length; index += 2) {
    const [tool, version = ''] = rest.slice(index);
    if ((tool !== 'helm' && tool !== 'kubectl') || !/^\d+\.\d+\.\d+$/.test(version)) throw new Error(USAGE);
    pins = await withVersion(pins, tool, version, fetchWhole);
    if (asDefault) defaults[tool === 'helm' && version.startsWith('3.') ? 'helm3' : tool] = version;
    process.stdout.write(`${tool} ${version}: ${Object.keys(pins[tool][version] ?? {}).join(', ')}\n`);
  }
  writeFileSync(FILE, pinsFile(pins, defaults));
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
