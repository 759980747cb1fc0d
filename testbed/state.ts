import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Ports } from './ports.ts';

/** Where one bed keeps its files. */
export type Places = {
  name: string;
  folder: string;
  state: string;
  lock: string;
  kubeconfig: string;
  bin: string;
  logs: string;
  auditLog: string;
  /** One file per process: its pid and start time. */
  run: string;
  /** etcd's data, certificates, keys, tokens, the GitHub stand-in's state. */
  data: string;
};

/** What a bed needs to remember between two commands. */
export type State = { name: string; ready: boolean; ports: Ports; tokens: Record<User, string> };

/** The API server's static users; `admin` is in system:masters, `viewer` may view, the others have no right at first. */
export type User = (typeof users)[number];
export const users = ['admin', 'deployer', 'viewer', 'nobody'] as const;

const root = join(dirname(import.meta.dirname), '.testbed');

/** The files of a bed: `main` (the default) in .testbed itself, every other in .testbed/beds/<name>. */
export function placesOf(name: string): Places {
  if (!/^[a-z0-9][a-z0-9-]{0,30}$/.test(name)) {
    throw new Error(`"${name}" is no name for a test bed: use up to 31 lower-case letters, digits and dashes.`);
  }
  const folder = name === 'main' ? root : join(root, 'beds', name);
  const logs = join(folder, 'logs');
  return {
    name,
    folder,
    state: join(folder, 'state.json'),
    lock: join(root, 'locks', name),
    kubeconfig: join(folder, 'kubeconfig'),
    bin: join(folder, 'bin'),
    logs,
    auditLog: join(logs, 'audit.jsonl'),
    run: join(folder, 'run'),
    data: join(folder, 'data'),
  };
}

/** Empties the bed's folders; state and processes must be gone before. Logs of the run before go too. */
export function makeFolders(places: Places): void {
  removeFiles(places);
  for (const folder of [places.bin, places.logs, places.run, places.data]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
}

/** Removes everything of the bed except the other beds below it. */
export function removeFiles(places: Places): void {
  const own = [places.state, places.kubeconfig, places.bin, places.logs, places.run, places.data];
  for (const path of own) rmSync(path, { recursive: true, force: true });
  if (places.name !== 'main') rmSync(places.folder, { recursive: true, force: true });
}

/** The bed's state; undefined when there is none. */
export function readState(places: Places): State | undefined {
  if (!existsSync(places.state)) return undefined;
  return JSON.parse(readFileSync(places.state, 'utf8')) as State;
}

export function writeState(places: Places, state: State): void {
  writeFileSync(`${places.state}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${places.state}.new`, places.state);
}
