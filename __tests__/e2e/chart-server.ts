import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT, theBed } from './step.ts';

export const USERNAME = 'deploy-bot';
export const PASSWORD = 'correct-horse-battery';
const AUTHORIZATION = `Basic ${Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64')}`;

/** Chart sources on loopback: a repository and a registry behind one user name and password. */
export interface ChartServer {
  /** A classic repository: index.yaml and packages. */
  repository: string;
  /** host:port of a registry that holds charts/web 0.1.0. */
  registry: string;
  /** What both were asked for with the right password, as `GET /path`. */
  asked: string[];
  close(): Promise<void>;
}

/** Serves the test chart (charts/web, version 0.1.0) both ways. */
export async function startChartServer(): Promise<ChartServer> {
  const helm = path.join(theBed().bin, 'helm3');
  const folder = mkdtempSync(path.join(tmpdir(), 'charts-'));
  execFileSync(helm, ['package', path.join(ROOT, '__tests__/e2e/charts/web'), '--destination', folder]);
  execFileSync(helm, ['repo', 'index', folder]);
  const asked: string[] = [];

  const repository = await listen(
    guarded(asked, (_, response, url) => {
      try {
        response.end(readFileSync(path.join(folder, path.normalize(url))));
      } catch {
        response.writeHead(404).end();
      }
    }),
  );
  const { port: behind, child } = await startRegistry();
  const registry = await listen(
    guarded(asked, (incoming, response) => {
      const { method, headers, url } = incoming;
      const forwarded = request({ host: '127.0.0.1', port: behind, method, path: url, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      incoming.pipe(forwarded);
    }),
  );
  const host = `127.0.0.1:${portOf(registry)}`;
  await pushChart(helm, folder, host);
  asked.length = 0;
  return {
    repository: `http://127.0.0.1:${portOf(repository)}`,
    registry: host,
    asked,
    async close() {
      child.kill();
      for (const server of [repository, registry]) {
        server.closeAllConnections();
        server.close();
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Serve = (incoming: IncomingMessage, response: ServerResponse, url: string) => void;

function guarded(asked: string[], serve: Serve): Server {
  return createServer((incoming, response) => {
    if (incoming.headers.authorization !== AUTHORIZATION) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="charts"', 'content-type': 'application/json' });
      response.end('{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}');
      return;
    }
    asked.push(`${incoming.method} ${incoming.url}`);
    serve(incoming, response, incoming.url ?? '/');
  });
}

/** The registry of go-containerregistry, in memory; it says on which port it listens. */
function startRegistry(): Promise<{ port: number; child: ReturnType<typeof spawn> }> {
  const child = spawn(path.join(theBed().bin, 'registry'), ['-port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const port = /serving on port (\d+)/.exec(said)?.[1];
      if (port) resolve({ port: Number(port), child });
    });
    child.on('error', reject);
    child.on('exit', () => reject(new Error(`the registry ended: ${said}`)));
  });
}

async function pushChart(helm: string, folder: string, host: string): Promise<void> {
  const env = { HELM_REGISTRY_CONFIG: path.join(folder, 'registry.json') };
  await helmCall(helm, ['registry', 'login', host, '--username', USERNAME, '--password-stdin', '--plain-http'], env);
  await helmCall(helm, ['push', path.join(folder, 'web-0.1.0.tgz'), `oci://${host}/charts`, '--plain-http'], env);
}

/** Helm with the password on its standard input. Never a synchronous call: the servers answer from this process. */
export async function helmCall(helm: string, args: string[], env: Record<string, string>): Promise<void> {
  const child = spawn(helm, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stdin.end(PASSWORD);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`helm ${args.join(' ')}: ${said}`);
}

async function listen(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
