import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { adminAnswer, isAdmin } from './admin-surface.ts';
import type { Answer } from './answers.ts';
import { type Control, createControl, type Door } from './control.ts';
import { FaultQueue } from './faults.ts';
import { type Engine, handle } from './handle.ts';
import { RateLimit } from './rate-limit.ts';
import { GitHubState } from './state.ts';
import type { RecordedRequest, Violation } from './types.ts';

export interface StandInOptions {
  /** Default: a free one. */
  port?: number;
  /** A second port with only the admin surface, which stays up while the stand-in is down; 0 = a free one, see `adminUrl`. */
  adminPort?: number;
  /** Read at the start when it is there, written after every change (repositories and tokens; mode 0600). */
  stateFile?: string;
  /** Web address in `html_url`s; default https://github.com. */
  serverUrl?: string;
  clock?: () => Date;
}

/** A running stand-in. `url` has no trailing slash and is what GITHUB_API_URL wants. */
export interface GitHubStandIn extends Control {
  readonly url: string;
  readonly adminUrl: string;
  /** Requests that GitHub does not describe this way; a test ends with expecting none. */
  readonly violations: readonly Violation[];
  readonly requests: readonly RecordedRequest[];
  /** Drops open connections and frees the port. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
// Far above any JSON that GitHub takes; keeps a runaway client from filling the memory.
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

/** Starts a stand-in on loopback. Rejects when the port is taken or the state file is no JSON. */
export async function startGitHub(options: StandInOptions = {}): Promise<GitHubStandIn> {
  const clock = options.clock ?? (() => new Date());
  const serverUrl = (options.serverUrl ?? 'https://github.com').replace(/\/+$/, '');
  const engine: Engine = {
    state: new GitHubState(clock),
    faults: new FaultQueue(),
    rate: new RateLimit(clock),
    serverUrl,
  };
  if (options.stateFile !== undefined) engine.state.load(options.stateFile);
  const saved = (): void => {
    if (options.stateFile !== undefined) engine.state.save(options.stateFile);
  };
  const api = createServer((request, response) => void exchange(request, response, engine, control, saved));
  await listen(api, options.port ?? 0);
  const { port } = api.address() as AddressInfo;
  const door = doorOf(api, port);
  const control = createControl(engine, door);
  const admin = createServer((request, response) => void exchange(request, response, null, control, saved));
  if (options.adminPort !== undefined) await listen(admin, options.adminPort);
  const url = `http://${HOST}:${port}`;
  const adminUrl = admin.listening ? `http://${HOST}:${(admin.address() as AddressInfo).port}` : url;
  return Object.assign(control, {
    url,
    adminUrl,
    violations: engine.state.violations,
    requests: engine.state.requests,
    async close(): Promise<void> {
      door.end();
      await Promise.all([stop(api), stop(admin)]);
    },
  });
}

/** `engine` null: the admin port, which knows nothing else. */
async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  engine: Engine | null,
  control: Control,
  saved: () => void,
): Promise<void> {
  try {
    const text = await bodyOf(request);
    const method = request.method ?? 'GET';
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? HOST}`);
    const answer =
      engine === null || isAdmin(url.pathname)
        ? await adminAnswer(control, method, url.pathname, text, engine !== null)
        : await handle(engine, {
            method,
            url,
            text,
            authorization: request.headers.authorization,
            userAgent: request.headers['user-agent'],
            accept: request.headers.accept,
          });
    if (method !== 'GET') saved();
    if (answer === null) request.socket.destroy();
    else send(response, answer);
  } catch (error) {
    // A defect of the stand-in must not look like a GitHub error that a client may retry.
    process.stderr.write(`The GitHub stand-in failed at ${request.method} ${request.url}: ${String(error)}\n`);
    if (!response.headersSent) send(response, { status: 599, body: { message: `stand-in defect: ${String(error)}` } });
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_REQUEST_BYTES) throw new Error(`the request body is over ${MAX_REQUEST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

let requestCount = 0;

function send(response: ServerResponse, answer: Answer): void {
  const isText = typeof answer.body === 'string';
  requestCount += 1;
  response.writeHead(answer.status, {
    'content-type': isText ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8',
    'x-github-request-id': `BED:${requestCount.toString(16).toUpperCase().padStart(6, '0')}`,
    ...answer.headers,
  });
  if (answer.body === undefined) response.end();
  else response.end(isText ? answer.body : JSON.stringify(answer.body));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
}

function doorOf(server: Server, port: number): Door & { end(): void } {
  let timer: NodeJS.Timeout | undefined;
  const up = async (): Promise<void> => {
    clearTimeout(timer);
    if (!server.listening) await listen(server, port);
  };
  return {
    up,
    async down(ms) {
      clearTimeout(timer);
      await stop(server);
      if (ms !== undefined) timer = setTimeout(() => void up(), ms);
    },
    get isDown() {
      return !server.listening;
    },
    end: () => clearTimeout(timer),
  };
}

if (import.meta.main) {
  const { runCli } = await import('./cli.ts');
  await runCli(startGitHub, process.argv.slice(2));
}
