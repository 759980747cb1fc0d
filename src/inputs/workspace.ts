import { existsSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { InputError } from './input-error.ts';

/**
 * The absolute path of a file or folder that must exist in the workspace. Throws InputError when it stands outside, or
 * when a symbolic link on the way leads outside: a pull request must not make us read the runner's own files.
 */
export function inWorkspace(text: string, name: string, workspace: string, missing: string): string {
  const found = path.resolve(workspace, text);
  if (!isInside(found, workspace)) {
    throw new InputError(name, `"${text}" is outside the workspace: charts and values files come from the checkout`);
  }
  if (!existsSync(found)) throw new InputError(name, missing);
  if (!isInside(realpathSync(found), realpathSync(workspace))) {
    throw new InputError(name, `"${text}" leads out of the workspace through a symbolic link`);
  }
  return found;
}

/**
 * Throws InputError when a symbolic link anywhere in a chart's folder leads out of the workspace, or to nothing. Helm
 * follows such links, and would put what they point to into the release:
 * https://github.com/helm/helm/blob/v3.22.0/internal/sympath/walk.go
 */
export function refuseLinksThatLeave(folder: string, shown: string, name: string, workspace: string): void {
  const root = realpathSync(workspace);
  const seen = new Set<string>();
  const refuse = (link: string): void => {
    const inside = path.relative(folder, link);
    if (!existsSync(link)) {
      throw new InputError(name, `"${shown}" holds the symbolic link "${inside}", which points to nothing`);
    }
    if (isInside(realpathSync(link), root)) return;
    const problem = `"${shown}" holds the symbolic link "${inside}", which leads out of the workspace`;
    throw new InputError(name, `${problem}: Helm would follow it`);
  };
  const walk = (directory: string): void => {
    const real = realpathSync(directory);
    if (seen.has(real)) return;
    seen.add(real);
    // Git keeps no commit's files in .git; in a chart at the root of a checkout it would be most of the work.
    for (const entry of readdirSync(directory).filter((each) => each !== '.git')) {
      const file = path.join(directory, entry);
      if (lstatSync(file).isSymbolicLink()) refuse(file);
      if (statSync(file).isDirectory()) walk(file);
    }
  };
  walk(folder);
}

/** True for the folder itself and everything below it, by the letters of the two absolute paths. */
export function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative === '' || !(relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative));
}
