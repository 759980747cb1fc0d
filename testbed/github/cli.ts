import { parseArgs } from 'node:util';
import type { startGitHub } from './server.ts';

/** `--port P [--admin-port P] [--state-file F] [--server-url U]`; prints where it listens; ends on SIGTERM or SIGINT. */
export async function runCli(start: typeof startGitHub, args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '0' },
      'admin-port': { type: 'string' },
      'state-file': { type: 'string' },
      'server-url': { type: 'string' },
    },
  });
  const adminPort = values['admin-port'];
  const standIn = await start({
    port: portNumber('--port', values.port),
    adminPort: adminPort === undefined ? undefined : portNumber('--admin-port', adminPort),
    stateFile: values['state-file'],
    serverUrl: values['server-url'],
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void standIn.close());
  process.stdout.write(`listening on ${standIn.url}\n`);
}

function portNumber(option: string, text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`${option} is ${text}; give a port from 0 (a free one) to 65535.`);
  }
  return port;
}
