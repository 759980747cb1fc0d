import { type ChildProcess, spawn } from 'node:child_process';
import { GUARD } from './guard.ts';
import { inherited } from './run.ts';

/** How a long command ended: its exit code, or 128 + n when signal n ended it. */
export interface Ending {
  code: number;
  stdout: string;
  stderr: string;
}

/** A long command that is at work. */
export interface Child {
  /** Settles when the command has ended and all its output is here; never rejects. */
  readonly ended: Promise<Ending>;
  signal(signal: NodeJS.Signals): void;
}

export interface ChildOptions {
  env?: Record<string, string>;
  onLine?: (line: string) => void;
}

/** The port through which everything long starts a command; tests hand in their own. */
export type Start = (command: string, args: readonly string[], options?: ChildOptions) => Child;

/**
 * Starts a command that never outlives this process: it runs under a guard of its own process group (guard.ts).
 * Nothing is printed here; lines of both outputs go to `onLine` as they come.
 */
export const start: Start = (command, args, options = {}) => {
  const bundle = process.argv[1] ?? '';
  const guard = spawn(process.execPath, [bundle, GUARD, command, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // Its own group: a Ctrl-C in a terminal reaches us alone, so the command gets each signal once.
    detached: true,
    env: { ...inherited(), ...options.env },
  });
  // A guard that somebody killed leaves the command behind: end it, it is ours. `close` would wait for the command.
  guard.on('exit', (_code, signal) => {
    if (signal !== null && guard.pid !== undefined) killGroup(guard.pid);
  });
  return { ended: ending(guard, options.onLine), signal: (signal) => void guard.kill(signal) };
};

/** The command stands in the group of its guard, which is there as long as one of them is. */
function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function ending(child: ChildProcess, onLine: (line: string) => void = () => {}): Promise<Ending> {
  return new Promise((resolve) => {
    let stdout = '';
    let stderr = '';
    const outLines = lineSplitter(onLine);
    const errLines = lineSplitter(onLine);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      outLines.take(text);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      errLines.take(text);
    });
    child.on('error', (error) => resolve({ code: 127, stdout, stderr: `${stderr}${error.message}` }));
    child.on('close', (code, signal) => {
      outLines.end();
      errLines.end();
      resolve({ code: code ?? (signal === 'SIGKILL' ? 137 : 130), stdout, stderr });
    });
  });
}

function lineSplitter(onLine: (line: string) => void): { take: (text: string) => void; end: () => void } {
  let rest = '';
  return {
    take: (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line.trimEnd());
    },
    end: () => {
      if (rest !== '') onLine(rest.trimEnd());
    },
  };
}
