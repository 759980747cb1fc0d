import { spawn } from 'node:child_process';

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

/** What a command has written is here so long after its end at the latest, in ms. */
const LEFTOVERS_MS = 2_000;

/**
 * Runs a command to its end and returns what it said; nothing is printed, and a non-zero exit is a value, no exception (128 when a
 * signal ended it). The arguments reach the command as they are: no shell. Rejects only when the command cannot be started.
 */
export const run: Run = (command, args, options = {}) =>
  new Promise((resolve, reject) => {
    const { input, cwd } = options;
    const child = spawn(command, [...args], {
      cwd,
      env: { ...inherited(), ...options.env },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    // A command may end without reading what it is given (EPIPE): its exit code tells how it ended.
    child.stdin?.on('error', () => {}).end(input);
    child.on('error', (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
    let left: NodeJS.Timeout | undefined;
    const finish = (code: number | null): void => {
      clearTimeout(left);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({ code: code ?? 128, stdout, stderr });
    };
    child.on('close', finish);
    // Something that it left behind may hold its outputs open for ever.
    child.on('exit', (code) => {
      left = setTimeout(() => finish(code), LEFTOVERS_MS);
    });
  });

/**
 * The environment children get: ours without the action's inputs (they may hold secrets that no child needs) and without
 * HELM_DEBUG, which makes Helm and its plugins print values (https://github.com/databus23/helm-diff/issues/499).
 */
export function inherited(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const kept = Object.entries(env).filter(
    ([name, value]) => value !== undefined && !name.startsWith('INPUT_') && name !== 'HELM_DEBUG',
  );
  return Object.fromEntries(kept) as Record<string, string>;
}
