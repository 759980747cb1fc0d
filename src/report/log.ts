import { randomUUID } from 'node:crypto';
import { stripVTControlCharacters } from 'node:util';
import { escapeControls } from './controls.ts';
import type { Redact } from './redact.ts';

/** A longer line helps nobody and makes the log slow; in UTF-16 units. */
const LONGEST_LINE = 8 * 1024;

/**
 * Text for the job's log: without secrets, terminal codes and workflow commands. The runner takes `::name::` at the start of a
 * line and `##[name]` anywhere in it for a command, after any of \n, \r and \r\n:
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function logText(text: string, redact: Redact): string {
  // Twice: a colour in the middle of a secret must not hide it from us, nor a secret's own controls.
  return redact(stripVTControlCharacters(redact(text)))
    .split(/\r\n|\n|\r/)
    .map((line) => inert(escapeControls(line)))
    .join('\n');
}

function inert(line: string): string {
  const shown = line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE).toWellFormed()}… (cut)` : line;
  return shown.replace(/^(\s*):(?=:)/, '$1:\u200b').replaceAll('##[', '#\u200b#[');
}

/** Where text for people goes. */
export interface Log {
  /** A line of our own; foreign words in it are harmless. */
  say(line: string): void;
  /** The output of a child as it came, under a token that it cannot know, so that no command in it is carried out. */
  quote(title: string, output: string): void;
}

/** A log that writes lines with `write` (core.info in production). */
export function logTo(write: (line: string) => void, redact: Redact): Log {
  return {
    say: (line) => write(logText(line, redact)),
    quote(title, output) {
      const token = randomUUID();
      write(logText(title, redact));
      // https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#stopping-and-starting-workflow-commands
      write(`::stop-commands::${token}`);
      try {
        write(logText(output, redact));
      } finally {
        write(`::${token}::`);
      }
    },
  };
}
