import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cachedPath, type Log } from './build.ts';
import { createContents, registerMetrics, waitForContents, waitForMetrics } from './contents.ts';
import { newTokens, readCertificateAuthority, serverOf, writeKubeconfig, writeServerFiles } from './credentials.ts';
import { parts } from './parts.ts';
import type { Ports } from './ports.ts';
import { checkAlive, launch, stop, waitHealthy } from './run-service.ts';
import { everyService, hasGithub, services } from './services.ts';
import { makeFolders, type Places, type State, writeState } from './state.ts';

/** A running test bed, as its users need it. All paths are absolute. */
export type Bed = {
  name: string;
  kubeconfig: string;
  bin: string;
  /** null when this checkout has no GitHub stand-in. */
  githubApiUrl: string | null;
  auditLog: string;
  server: string;
  logs: string;
};

/** Starts a bed on these ports. Whatever goes wrong, no process of it is left; its logs stay. */
export async function begin(places: Places, ports: Ports, log: Log): Promise<Bed> {
  const began = Date.now();
  makeFolders(places);
  for (const part of parts) symlinkSync(cachedPath(part), join(places.bin, part.name));
  const state: State = { name: places.name, ready: false, ports, tokens: newTokens() };
  // Before the first process: an interrupted `up` must leave what the next one needs to clean up.
  writeState(places, state);
  writeServerFiles(places, state);
  try {
    await startAll(places, state);
  } catch (error) {
    await stopAll(places, state);
    throw error;
  }
  writeState(places, { ...state, ready: true });
  log(`test bed ${places.name} is up after ${((Date.now() - began) / 1000).toFixed(1)} s\n`);
  return describe(places, state);
}

async function startAll(places: Places, state: State): Promise<void> {
  const [store, apiserver, ...others] = services();
  if (store === undefined || apiserver === undefined) throw new Error('The list of services is empty.');
  launch(places, state, store);
  await waitHealthy(places, state, store);
  launch(places, state, apiserver);
  await waitHealthy(places, state, apiserver);
  writeKubeconfig(places, state, await certificateAuthority(places));
  const controllers = others.filter((service) => service.name !== 'kwok');
  for (const service of controllers) launch(places, state, service);
  await createContents(places, state);
  for (const service of others.filter((candidate) => candidate.name === 'kwok')) launch(places, state, service);
  await waitForContents(places, state, () => {
    for (const service of services()) checkAlive(places, service);
  });
  for (const service of others) await waitHealthy(places, state, service);
  await registerMetrics(places, state);
  await waitForMetrics(places, state);
}

async function certificateAuthority(places: Places): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const authority = readCertificateAuthority(places);
    if (authority !== undefined) return authority;
    await sleep(50);
  }
  throw new Error(`The API server wrote no certificate with a CA into ${places.data} within 5 s.`);
}

/** Ends every process of the bed and waits until its ports are free. */
export async function stopAll(places: Places, state: State): Promise<void> {
  await stop(places, state, everyService, 'SIGTERM');
}

/** The bed as its users need it. */
export function describe(places: Places, state: State): Bed {
  return {
    name: places.name,
    kubeconfig: places.kubeconfig,
    bin: places.bin,
    githubApiUrl: hasGithub() ? `http://127.0.0.1:${state.ports.github}` : null,
    auditLog: places.auditLog,
    server: serverOf(state),
    logs: places.logs,
  };
}
