import { readFileSync, statSync } from 'node:fs';
import type { Profile } from '../audit/profile.ts';
import { ProfileError, parseProfile } from '../audit/profile-file.ts';
import { BUILT_IN, builtIn } from '../audit/profiles.ts';
import { InputError } from './input-error.ts';
import { inWorkspace } from './workspace.ts';

/** A built-in profile by name, else the one in a file of the workspace, checked here. Throws InputError. */
export function auditProfile(text: string, name: string, workspace: string): Profile {
  const known = BUILT_IN.find((one) => one === text);
  if (known !== undefined) return builtIn(known);
  const missing = `"${text}" is neither ${BUILT_IN.join(' nor ')}, and no such file is in the workspace`;
  const file = inWorkspace(text, name, workspace, missing);
  if (!statSync(file).isFile()) throw new InputError(name, missing);
  try {
    return parseProfile(readFileSync(file, 'utf8'), text);
  } catch (error) {
    if (error instanceof ProfileError) throw new InputError(name, `in ${text}: ${error.message}`);
    throw error;
  }
}
