import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Child, Start } from '../process/child.ts';
import { accessArgs, type ClusterAccess } from './kubectl.ts';

/** A unix socket path may be 107 bytes long on Linux and 103 on macOS (man 7 unix); RUNNER_TEMP can be longer. */
const MAX_SOCKET_PATH = 103;

/**
 * What may not pass. Giving --reject-paths replaces kubectl's own default list, so exec and attach are named again.
 * This guards against our own mistakes; it is no security boundary.
 */
const REJECT_PATHS = [
  '/secrets(/|$|\\?)',
  '/pods/[^/]+/(exec|attach|portforward|proxy)',
  '/(services|nodes)/[^/]+/proxy',
];
const REJECT_METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** A read-only way to the API server for this process alone. */
export interface ApiProxy {
  readonly socket: string;
  /** Starts kubectl proxy again when it has died; does nothing while it lives. */
  revive(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts `kubectl proxy` on a unix socket in a folder that only we can open, and returns when the socket is there.
 * Throws when kubectl proxy ends before that.
 */
export async function openProxy(bin: string, access: ClusterAccess, start: Start): Promise<ApiProxy> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hr-'));
  const socket = path.join(folder, 'api.sock');
  if (Buffer.byteLength(socket) > MAX_SOCKET_PATH) {
    throw new Error(`the path of the system's temporary folder is too long for a unix socket: ${socket} (set TMPDIR)`);
  }
  const args = ['proxy', '--unix-socket', socket, '--append-server-path', ...accessArgs(access)];
  args.push('--reject-methods', REJECT_METHODS.map((method) => `^${method}$`).join(','));
  args.push('--reject-paths', REJECT_PATHS.join(','));

  let child: Child | undefined;
  let closed = false;
  const launch = async (): Promise<void> => {
    await rm(socket, { force: true });
    const launched = start(bin, args);
    let failure: string | undefined;
    void launched.ended.then(({ stderr, code }) => {
      failure = stderr.trim() || `exit code ${code}`;
      if (child === launched) child = undefined;
    });
    child = launched;
    await untilSocket(socket, () => failure);
  };
  await launch();
  // Every watch asks for it at the same moment: one of them starts the new proxy, the others wait for it.
  let launching: Promise<void> | undefined;
  return {
    socket,
    async revive() {
      if (child !== undefined || closed) return;
      launching ??= launch().finally(() => {
        launching = undefined;
      });
      await launching;
    },
    async close() {
      closed = true;
      const last = child;
      last?.signal('SIGTERM');
      await last?.ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilSocket(socket: string, failure: () => string | undefined): Promise<void> {
  for (;;) {
    const reason = failure();
    if (reason !== undefined) throw new Error(`kubectl proxy ended before it was ready: ${reason}`);
    const found = await stat(socket).then(
      (entry) => entry.isSocket(),
      () => false,
    );
    if (found) return;
    await sleep(10);
  }
}
