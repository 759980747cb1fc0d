import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The loopback ports of one bed. */
export type Ports = {
  etcd: number;
  etcdPeer: number;
  apiserver: number;
  controllerManager: number;
  scheduler: number;
  kwok: number;
  metricsServer: number;
  github: number;
};

// Below every system's ephemeral range (Linux starts at 32768), so that no outgoing connection takes a port of the bed
// while a part is down between two starts.
const lowest = 20_000;
const highest = 32_000;

/** True when nobody listens on this loopback port. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Ports that were free a moment ago; whoever binds them must be ready for one that is taken in between. */
export async function pickPorts(): Promise<Ports> {
  const chosen = new Set<number>();
  const next = async (): Promise<number> => {
    for (let tries = 0; tries < 1000; tries++) {
      const port = randomInt(lowest, highest);
      if (!chosen.has(port) && (await isFree(port))) {
        chosen.add(port);
        return port;
      }
    }
    throw new Error(
      `No free loopback port was found between ${lowest} and ${highest} in 1000 tries. End what holds them.`,
    );
  };
  return {
    etcd: await next(),
    etcdPeer: await next(),
    apiserver: await next(),
    controllerManager: await next(),
    scheduler: await next(),
    kwok: await next(),
    metricsServer: await next(),
    github: await next(),
  };
}

/** Resolves when all ports are free. Throws after `milliseconds` with the ports that are still taken. */
export async function waitUntilFree(ports: number[], milliseconds: number): Promise<void> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const free = await Promise.all(ports.map(isFree));
    const taken = ports.filter((_, index) => free[index] === false);
    if (taken.length === 0) return;
    if (Date.now() > deadline)
      throw new Error(`Ports ${taken.join(', ')} are still taken after ${milliseconds / 1000} s.`);
    await sleep(50);
  }
}
