import { parseArgs } from 'node:util';
import { bedOf, down, startPart, status, stopPart, up } from './bed.ts';

const usage = `Usage: npm run testbed -- <command> [--name <bed>] [--json]
  up                  build what is missing, start the bed, wait until it is ready (a running bed stays as it is)
  status              every part with pid, port and health; exit code 1 when not all are healthy
  down                end what up started and remove the bed's files
  stop-part <part>    kill one part (--signal SIGTERM to ask it instead)
  start-part <part>   start it again on the same port and data
With --json the last line of stdout is one JSON object.`;

type Options = { name: string; json: boolean; signal: string };

const say = (text: string): void => void process.stderr.write(text);

function print(options: Options, result: object): void {
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
}

async function bringUp(options: Options): Promise<number> {
  const bed = await up(options.name, say);
  say(`kubeconfig  ${bed.kubeconfig}\nprograms    ${bed.bin}\nlogs        ${bed.logs}\n`);
  if (bed.githubApiUrl !== null) say(`GitHub API  ${bed.githubApiUrl}\n`);
  print(options, bed);
  return 0;
}

async function showStatus(options: Options): Promise<number> {
  const list = await status(options.name);
  if (list.length === 0) say(`test bed ${options.name} is not up\n`);
  for (const { name, pid, port, healthy } of list) {
    say(
      `${name.padEnd(24)} pid ${String(pid ?? '-').padEnd(8)} port ${port}  ${healthy ? 'healthy' : 'NOT HEALTHY'}\n`,
    );
  }
  const healthy = list.length > 0 && list.every((each) => each.healthy);
  print(options, { name: options.name, healthy, parts: list });
  return healthy ? 0 : 1;
}

async function bringDown(options: Options): Promise<number> {
  await down(options.name, say);
  print(options, { name: options.name });
  return 0;
}

async function changePart(options: Options, command: string, part: string): Promise<number> {
  if (command === 'start-part') await startPart(options.name, part);
  else await stopPart(options.name, part, options.signal as NodeJS.Signals);
  print(options, bedOf(options.name));
  return 0;
}

async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: 'string', default: 'main' },
      json: { type: 'boolean', default: false },
      signal: { type: 'string', default: 'SIGKILL' },
    },
  });
  const [command, part] = positionals;
  if (command === 'up') return bringUp(values);
  if (command === 'status') return showStatus(values);
  if (command === 'down') return bringDown(values);
  if ((command === 'stop-part' || command === 'start-part') && part !== undefined) {
    return changePart(values, command, part);
  }
  say(`${usage}\n`);
  return 2;
}

try {
  process.exitCode = await run();
} catch (error) {
  say(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
