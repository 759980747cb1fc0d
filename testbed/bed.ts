import { buildMissing, type Log } from './build.ts';
import { releaseNodes } from './contents.ts';
import { withLock } from './lock.ts';
import { type Ports, pickPorts } from './ports.ts';
import { isHealthy, launch, pidOf, ServiceDied, stop, waitHealthy } from './run-service.ts';
import { type Service, services } from './services.ts';
import { type Bed, begin, describe, stopAll } from './start-bed.ts';
import { type Places, placesOf, readState, removeFiles, type State } from './state.ts';

export type { Bed } from './start-bed.ts';

/** One line of `status`. */
export type PartStatus = { name: string; pid: number | null; port: number; healthy: boolean };

const attempts = 3;

/**
 * Brings the bed up, or leaves a healthy one as it is. Resolves when pods can run in it. What an earlier, broken or
 * interrupted bed of this name left behind is ended first. Throws with the dying process's last log lines.
 */
export function up(name: string, log: Log, pick: () => Promise<Ports> = pickPorts): Promise<Bed> {
  const places = placesOf(name);
  return withBedLock(places, log, async () => {
    const state = readState(places);
    if (state !== undefined && (await adopt(places, state, log))) return describe(places, state);
    if (state !== undefined) await clean(places, state, log);
    await buildMissing(log);
    for (let attempt = 1; ; attempt++) {
      try {
        return await begin(places, await pick(), log);
      } catch (error) {
        if (!(error instanceof ServiceDied && error.portTaken && attempt < attempts)) throw error;
        log(`${error.message}\na port was taken in between; trying again with other ports\n`);
      }
    }
  });
}

/** Ends exactly what `up` started, waits until processes and ports are gone, removes the bed's files. */
export function down(name: string, log: Log = () => undefined): Promise<void> {
  const places = placesOf(name);
  return withBedLock(places, log, async () => {
    const state = readState(places);
    if (state === undefined) {
      log(`test bed ${name} is not up\n`);
      return;
    }
    await stopAll(places, state);
    removeFiles(places);
    log(`test bed ${name} is down\n`);
  });
}

/** Every part of the bed; empty when it is not up. */
export async function status(name: string): Promise<PartStatus[]> {
  const places = placesOf(name);
  const state = readState(places);
  if (state === undefined) return [];
  return Promise.all(
    services().map(async (service) => ({
      name: service.name,
      pid: pidOf(places, service) ?? null,
      port: service.ports(state.ports)[0],
      healthy: await isHealthy(places, state, service),
    })),
  );
}

/** Ends one part of a bed (`SIGKILL` is a crash) and waits until its port is free; the others go on. */
export function stopPart(name: string, part: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  return withPart(name, part, (places, state, service) => stop(places, state, [service], signal));
}

/**
 * Starts a stopped part again on its port and data; resolves when it is healthy. Does nothing when it runs. With the
 * API server its clients start again too, those that run: their back-off would keep a bed asleep for up to a minute,
 * and in a real cluster they end with their lost leader lease and start anew.
 */
export function startPart(name: string, part: string): Promise<void> {
  return withPart(name, part, async (places, state, service) => {
    if (pidOf(places, service) !== undefined) return waitHealthy(places, state, service);
    await relaunch(places, state, service);
    if (service.name !== 'kube-apiserver') return;
    const clients = ['kube-controller-manager', 'kube-scheduler', 'kwok'];
    const running = services().filter((each) => clients.includes(each.name) && pidOf(places, each) !== undefined);
    await stop(places, state, running, 'SIGKILL');
    for (const client of running) await relaunch(places, state, client);
  });
}

async function relaunch(places: Places, state: State, service: Service): Promise<void> {
  if (service.name === 'kwok') await releaseNodes(places, state);
  launch(places, state, service);
  await waitHealthy(places, state, service);
}

/** What `up` returns, for a bed that is up. Throws when it is not. */
export function bedOf(name: string): Bed {
  const places = placesOf(name);
  const state = readState(places);
  if (!state?.ready) throw new Error(`Test bed ${name} is not up. Start it with: npm run testbed -- up --name ${name}`);
  return describe(places, state);
}

function withBedLock<T>(places: Places, log: Log, work: () => Promise<T>): Promise<T> {
  const waiting = (pid: number) => log(`waiting for process ${pid}, which works on test bed ${places.name}\n`);
  return withLock(places.lock, waiting, work);
}

async function withPart(
  name: string,
  part: string,
  work: (p: Places, s: State, v: Service) => Promise<void>,
): Promise<void> {
  const places = placesOf(name);
  const service = services().find((candidate) => candidate.name === part);
  const names = services().map((candidate) => candidate.name);
  if (service === undefined) throw new Error(`The test bed has no part "${part}". Its parts: ${names.join(', ')}.`);
  return withBedLock(
    places,
    () => undefined,
    async () => {
      const state = readState(places);
      if (state === undefined) throw new Error(`Test bed ${name} is not up, so its ${part} cannot be changed.`);
      await work(places, state, service);
    },
  );
}

/** True when the bed is up and healthy; a GitHub stand-in that came into the checkout later is started. */
async function adopt(places: Places, state: State, log: Log): Promise<boolean> {
  if (!state.ready) return false;
  for (const service of services()) {
    if (await isHealthy(places, state, service)) continue;
    if (service.name !== 'github') return false;
    launch(places, state, service);
    await waitHealthy(places, state, service);
  }
  log(`test bed ${places.name} is up already\n`);
  return true;
}

async function clean(places: Places, state: State, log: Log): Promise<void> {
  log(`test bed ${places.name} is broken or was interrupted; cleaning it up\n`);
  await stopAll(places, state);
}
