import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/**
 * The absolute path of a program, by PATH; undefined when there is none. Relative and empty entries of PATH are passed
 * over: they mean whatever folder a process happens to stand in, and so a program that a checkout brought along.
 */
export function findOnPath(name: string, searched = process.env.PATH ?? ''): string | undefined {
  return searched
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
