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

/**
 * Runs a command to its end and returns what it said; nothing is printed, and a non-zero exit is a value, no exception.
 * The arguments reach the command as they are: no shell. Throws only when the command cannot be started.
 * Not through @actions/exec: a command may end before it has read its input, and the error of the broken pipe, which
 * nobody can take there, ends this whole process.
 */
export const run: Run = (command, args, options = {}) =>
  new Promise((resolve, reject) => {
    const env = { ...inherited(), ...options.env };
    const child = spawn(command, [...args], { cwd: options.cwd, env, stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
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
