import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const node = join(root, 'node_modules', '.bin', 'node');

/** What a command-line call of the test bed said and how it ended. */
export type Answer = { code: number | null; stdout: string; stderr: string };

/** Starts testbed/cli.ts; `env` replaces single variables. */
export function startCli(args: string[], env: NodeJS.ProcessEnv = {}) {
  return spawn(node, [join(root, 'testbed', 'cli.ts'), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs testbed/cli.ts to its end. */
export function cli(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Answer> {
  const child = startCli(args, env);
  const answer: Answer = { code: null, stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      answer[name] += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...answer, code }));
  });
}

/** The JSON object on the last line of an answer's stdout. */
export function json(answer: Answer): Record<string, unknown> {
  return JSON.parse(answer.stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
}

/** Folder of a bed other than `main`. */
export const folderOf = (name: string): string => join(root, '.testbed', 'beds', name);

/** Pids of all processes of a bed, found without its state: every part names the bed's folder in its arguments. */
export function processesOf(name: string): number[] {
  const lines = execFileSync('ps', ['-axww', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(`${folderOf(name)}/`)).map((line) => Number.parseInt(line, 10));
}
