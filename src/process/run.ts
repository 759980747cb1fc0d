import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import path from 'node:path';
import { findOnPath } from './find-on-path.ts';

/** What a finished command said. */
export interface Output {
  code: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** Text for the command's standard input. */
  input?: string;
  /** Extra environment, on top of this process's own. */
  env?: Record<string, string>;
  cwd?: string;
}

/** The port through which everything short starts a command; tests hand in their own. */
export type Run = (command: string, args: readonly string[], options?: RunOptions) => Promise<Output>;

/** How long a call may take that waits for somebody else's server, in ms. */
export const NETWORK_MS = 120_000;

/** What a command has written is here so long after its end at the latest, in ms. */
const LEFTOVERS_MS = 2_000;

/** The exit code of a call that was ended because it took too long, as `timeout` of coreutils has it. */
const TIMED_OUT = 124;

/**
 * Runs a command to its end and returns what it said; nothing is printed, and a non-zero exit is a value, no exception.
 * The arguments reach the command as they are: no shell. Throws only when the command cannot be started.
 */
export const run: Run = (command, args, options) => finished(command, args, options);

/**
 * Like `run`, for commands that wait for a server and have no time-out of their own (Helm's registry log-in waits for
 * ever): after `ms` the command is ended, and its error text says so.
 */
export function runWithin(ms: number): Run {
  return (command, args, options) => finished(command, args, options, ms);
}

async function finished(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
  ms?: number,
): Promise<Output> {
  const program = path.isAbsolute(command) ? command : findOnPath(command);
  if (program === undefined) throw new Error(`${command} was not found on PATH`);
  const env = { ...inherited(), ...options.env };
  const child = spawn(program, [...args], { cwd: options.cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const late = ms === undefined ? undefined : endAfter(ms, () => child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // A command that ends without reading breaks the pipe; unheard, that would end this process in the middle of a deploy.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  try {
    const code = await ended(child);
    if (!late?.reached()) return { code, stdout, stderr };
    return { code: TIMED_OUT, stdout, stderr: `${stderr}\nError: no answer within ${(ms ?? 0) / 1000} s\n` };
  } finally {
    late?.clear();
  }
}

/** The exit code; 128 when a signal ended it. Something that it left behind may hold its outputs open: that is not waited for. */
function ended(child: ChildProcessWithoutNullStreams): Promise<number> {
  return new Promise((resolve, reject) => {
    let left: NodeJS.Timeout | undefined;
    const finish = (code: number | null): void => {
      clearTimeout(left);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(code ?? 128);
    };
    child.on('error', reject);
    child.on('close', finish);
    child.on('exit', (code) => {
      left = setTimeout(() => finish(code), LEFTOVERS_MS);
    });
  });
}

function endAfter(ms: number, end: () => void): { reached: () => boolean; clear: () => void } {
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    end();
  }, ms);
  return { reached: () => isOver, clear: () => clearTimeout(timer) };
}

/** Helm obeys these and kubectl does not: https://helm.sh/docs/helm/helm/ (HELM_KUBEAPISERVER, HELM_KUBECONTEXT, HELM_KUBETOKEN, …). */
export const HELM_ONLY = /^HELM_KUBE/;

/**
 * The environment children get: ours without the action's inputs (they may hold secrets that no child needs), without HELM_DEBUG,
 * which makes Helm and its plugins print values (https://github.com/databus23/helm-diff/issues/499), and without what leads Helm to
 * another cluster than kubectl: a later step may have set it before post runs.
 */
export function inherited(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const kept = Object.entries(env).filter(
    ([name, value]) => value !== undefined && !/^INPUT_|^HELM_DEBUG$/.test(name) && !HELM_ONLY.test(name),
  );
  return Object.fromEntries(kept) as Record<string, string>;
}
