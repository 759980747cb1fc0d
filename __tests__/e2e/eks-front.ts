import { readFileSync } from 'node:fs';
import type { ClientRequest, ServerResponse } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { parse } from 'yaml';
import { theBed } from './step.ts';

/** An API server that takes EKS tokens, and takes them only for a while. */
export interface EksFront {
  url: string;
  /** The CA of its certificate, as a kubeconfig holds it. */
  ca: string;
  /** The answers to requests with a token: how many were let in, how many were turned away. */
  counts: { letIn: number; turnedAway: number };
  close(): void;
}

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
  users: { name: string; user: { token: string } }[];
}

function endLater(at: number, response: ServerResponse, forwarded: ClientRequest): void {
  const timer = setTimeout(
    () => {
      response.end();
      forwarded.destroy();
    },
    Math.max(0, at - Date.now()),
  );
  response.on('close', () => clearTimeout(timer));
}

/**
 * Stands in front of the bed's API server, with its own certificate, and turns `k8s-aws-v1.<issued, ms>` into the bed's
 * admin token as long as it is younger than `ttlSeconds` and a grace of one second; every other token is a 401. A watch ends
 * with its token, as any watch ends after some minutes.
 */
export async function startEksFront(ttlSeconds: number): Promise<EksFront> {
  const bed = theBed();
  const config = parse(readFileSync(bed.kubeconfig, 'utf8')) as Kubeconfig;
  const cluster = config.clusters[0]?.cluster;
  const admin = config.users.find(({ name }) => name === 'admin')?.user.token;
  if (!cluster || !admin) throw new Error('the kubeconfig of the bed has no cluster or no admin');
  const folder = path.join(path.dirname(bed.kubeconfig), 'data/certificates');
  const [cert, key] = ['apiserver.crt', 'apiserver.key'].map((name) => readFileSync(path.join(folder, name)));
  const ca = Buffer.from(cluster['certificate-authority-data'], 'base64');
  const counts = { letIn: 0, turnedAway: 0 };
  const server = createServer({ cert, key }, (incoming, response) => {
    const issued = Number(/^Bearer k8s-aws-v1\.(\d+)$/.exec(incoming.headers.authorization ?? '')?.[1]);
    if (!(Date.now() - issued < (ttlSeconds + 1) * 1000)) {
      counts.turnedAway += 1;
      response.writeHead(401, { 'content-type': 'application/json' });
      const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'Unauthorized', code: 401 };
      response.end(JSON.stringify({ ...status, reason: 'Unauthorized' }));
      return;
    }
    counts.letIn += 1;
    const { method, url } = incoming;
    const headers = { ...incoming.headers, authorization: `Bearer ${admin}` };
    const forwarded = request(`${cluster.server}${url}`, { method, headers, ca }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    forwarded.on('error', () => response.writableEnded || response.destroy());
    if (/[?&]watch=(1|true)/.test(url ?? '')) endLater(issued + ttlSeconds * 1000, response, forwarded);
    response.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: ca.toString('base64'),
    counts,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
