import { visible } from './canonical.ts';

/** One object in the text of the helm-diff plugin. */
export interface PluginObject {
  title: string;
  change: 'added' | 'removed' | 'changed';
  /** With the two-column marks of the plugin turned into a unified diff's one; `@@` where lines are left out. */
  lines: string[];
}

/** `pearl, web, Deployment (apps) has changed:` in the first column; every line of an object begins with a mark or a blank. */
const HEADING =
  /^([a-z0-9].*, .+, .+ \(.+\)) (has been added|has been removed|has changed|changed ownership)(?:, .*)?:?$/;

const CHANGES: Record<string, PluginObject['change']> = {
  'has been added': 'added',
  'has been removed': 'removed',
};

/** The plugin hides the values of Secrets and tells their lengths, which narrow a guess. */
const LENGTH = /('?(?:-{8}|\+{8}|REDACTED)) # \(\d+ bytes\)/g;

/**
 * Cuts the text of `helm diff upgrade --output diff --no-color` into its objects, in its order. Throws Error when there is text
 * before the first heading that is no notice of the plugin: then it is not the format that we know.
 */
export function pluginObjects(text: string): PluginObject[] {
  const objects: PluginObject[] = [];
  for (const line of text.split('\n')) {
    const [, key, says = ''] = HEADING.exec(line) ?? [];
    if (key !== undefined) {
      objects.push({ title: visible(`${key} ${says}`), change: CHANGES[says] ?? 'changed', lines: [] });
      continue;
    }
    const current = objects.at(-1);
    if (current) current.lines.push(unifiedLine(line));
    else if (!isNotice(line)) throw new Error('the output of helm diff does not begin with an object');
  }
  return objects.map((object) => ({ ...object, lines: telling(object.lines) }));
}

/** `-   replicas: 3` → `-  replicas: 3`: the plugin writes a mark and a blank, a unified diff the mark alone. */
function unifiedLine(line: string): string {
  const shown = visible(line.replace(LENGTH, '$1'));
  if (/^[-+ ] /.test(shown)) return `${shown[0]}${shown.slice(2)}`;
  return shown === '...' ? '@@ … @@' : shown;
}

/** What it says of a release that does not exist yet: a box of asterisks. */
function isNotice(line: string): boolean {
  return line.trim() === '' || /^\*+$/.test(line) || /^\s+Release was not present in Helm\./.test(line);
}

/** Without empty lines, and without the lonely mark that the plugin writes for "nothing" on the other side. */
function telling(lines: readonly string[]): string[] {
  return lines.filter((line) => !/^[-+ ]?\s*$/.test(line));
}
