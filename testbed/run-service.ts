import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines } from './log-tail.ts';
import { waitUntilFree } from './ports.ts';
import { end, isRunning, recordedIdentity, spawnRecorded } from './process.ts';
import { request } from './request.ts';
import type { Service } from './services.ts';
import type { Places, State } from './state.ts';

// The API server keeps its port for some seconds after SIGTERM; this bed's data may be lost, so SIGKILL follows soon.
const grace = 2000;
const startTimeout = 60_000;

/** A part of the bed ended while it should run. `portTaken` when its last words say that a port was taken. */
export class ServiceDied extends Error {
  portTaken: boolean;

  constructor(service: Service, places: Places) {
    const tail = lastLines(logOf(places, service), 15);
    super(`${service.name} died. Its last log lines (${logOf(places, service)}):\n${tail || '(it wrote none)'}`);
    this.portTaken = /address already in use|EADDRINUSE/.test(tail);
  }
}

const pidFile = (places: Places, service: Service): string => join(places.run, `${service.name}.pid`);
const logOf = (places: Places, service: Service): string => join(places.logs, `${service.name}.log`);

/** Starts one process of the bed; it need not be ready when this returns. */
export function launch(places: Places, state: State, service: Service): void {
  mkdirSync(places.run, { recursive: true });
  rmSync(pidFile(places, service), { force: true });
  spawnRecorded({
    command: service.command(places),
    args: service.args(places, state.ports),
    cwd: service.cwd ?? places.data,
    home: places.data,
    log: logOf(places, service),
    pidFile: pidFile(places, service),
  });
}

/** The pid of the service when it runs. */
export function pidOf(places: Places, service: Service): number | undefined {
  const identity = recordedIdentity(pidFile(places, service));
  return isRunning(identity) ? identity?.pid : undefined;
}

/** True when the service runs and answers its health path. */
export async function isHealthy(places: Places, state: State, service: Service): Promise<boolean> {
  if (pidOf(places, service) === undefined) return false;
  try {
    const [port] = service.ports(state.ports);
    const token = service.name === 'kube-apiserver' ? state.tokens.admin : undefined;
    const answer = await request({ scheme: service.scheme, port, path: service.healthPath, token });
    // The GitHub stand-in has no health path: any answer is a sign of life. The others must say 200.
    return service.name === 'github' || answer.status === 200;
  } catch {
    return false;
  }
}

/** Throws `ServiceDied` when the service was started and no longer runs. */
export function checkAlive(places: Places, service: Service): void {
  const identity = recordedIdentity(pidFile(places, service));
  if (identity !== undefined && !isRunning(identity)) throw new ServiceDied(service, places);
}

/** Resolves when the service is healthy. Throws `ServiceDied`, or after 60 s an error with its last log lines. */
export async function waitHealthy(places: Places, state: State, service: Service): Promise<void> {
  const deadline = Date.now() + startTimeout;
  while (!(await isHealthy(places, state, service))) {
    checkAlive(places, service);
    if (Date.now() > deadline) {
      const tail = lastLines(logOf(places, service), 15);
      throw new Error(`${service.name} was not ready within ${startTimeout / 1000} s. Its last log lines:\n${tail}`);
    }
    await sleep(50);
  }
}

/** Ends these services, and only these, and waits until their ports are free. Those that do not run are skipped. */
export async function stop(
  places: Places,
  state: State,
  list: readonly Service[],
  signal: NodeJS.Signals,
): Promise<void> {
  const running = list.filter((service) => pidOf(places, service) !== undefined);
  const identities = running.map((service) => recordedIdentity(pidFile(places, service)));
  await end(
    identities.filter((identity) => identity !== undefined),
    signal,
    grace,
  );
  const ports = running.flatMap((service) => service.ports(state.ports));
  await waitUntilFree(ports, 15_000);
}
