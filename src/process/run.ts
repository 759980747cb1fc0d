import { getExecOutput } from '@actions/exec';

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
 */
export const run: Run = async (command, args, options = {}) => {
  const { exitCode, stdout, stderr } = await getExecOutput(`"${command}"`, [...args], {
    silent: true,
    ignoreReturnCode: true,
    cwd: options.cwd,
    env: { ...inherited(), ...options.env },
    input: Buffer.from(options.input ?? ''),
  });
  return { code: exitCode, stdout, stderr };
};

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
