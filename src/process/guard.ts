import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** The first argument that turns the bundle into a guard: `node dist/index.cjs guard <command> <args…>`. */
export const GUARD = 'guard';

/** How long a command may go on after the action has died and the guard has asked it to stop, in ms. */
const LAST_WORDS_MS = 2_000;

/**
 * Runs one command for the action and ends with it, also when the action is killed: a process that gets SIGKILL cannot
 * clean up, but the kernel closes its end of our standard input, and that is our sign to stop the command.
 * SIGINT first (Helm then writes `failed` into its record), SIGKILL after LAST_WORDS_MS. Signals to the guard reach the
 * command as they are; the command's exit code becomes the guard's (128 + n for signal n, as shells say it).
 */
export function guard(command: string, args: readonly string[]): void {
  // First of all: a signal between the start of the command and its handler would end the guard and not the command.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const child = spawn(command, [...args], { stdio: ['ignore', 'inherit', 'inherit'] });

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    child.kill('SIGINT');
    setTimeout(() => child.kill('SIGKILL'), LAST_WORDS_MS).unref();
  };
  process.stdin.on('end', stop);
  process.stdin.on('error', stop);
  process.stdin.resume();

  child.on('error', (error) => {
    process.stderr.write(`${command} could not be started: ${error.message}\n`);
    process.exitCode = 127;
    process.stdin.destroy();
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
    process.stdin.destroy();
  });
}
