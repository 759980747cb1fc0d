// node scripts/release-notes.mjs <version> <git ref>: prints the changelog's section of a version. Fails with one sentence when the
// version is not what package.json says, has no section, or the ref is not main.
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The text under `## <version>` of a changelog; undefined when there is no such heading. */
export function notesOf(changelog, version) {
  const sections = changelog.split(/^## /m).slice(1);
  const found = sections.find((section) => section.split(/[\s,]/, 1)[0] === version);
  return found?.slice(found.indexOf('\n') + 1).trim();
}

/** What is wrong with releasing this version from this ref, in one sentence; undefined when nothing is. */
export function problemWith({ version, ref, packageVersion, changelog }) {
  if (!/^\d+\.\d+\.\d+$/.test(version)) return `"${version}" is no version: write it as 1.2.0`;
  if (ref !== 'refs/heads/main') return `a release is made from main, not from ${ref}`;
  if (version !== packageVersion) return `package.json says ${packageVersion}, not ${version}: change it first`;
  if (!notesOf(changelog, version)) return `CHANGELOG.md has no section "## ${version}": write it first`;
  return undefined;
}

if (import.meta.main ?? process.argv[1]?.endsWith('release-notes.mjs')) {
  const root = path.resolve(import.meta.dirname, '..');
  const [version = '', ref = ''] = process.argv.slice(2);
  const changelog = readFileSync(path.join(root, 'CHANGELOG.md'), 'utf8');
  const { version: packageVersion } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const problem = problemWith({ version, ref, packageVersion, changelog });
  if (problem) {
    process.stderr.write(`${problem}\n`);
    process.exitCode = 1;
  } else {
    process.stdout.write(`${notesOf(changelog, version)}\n`);
  }
}
