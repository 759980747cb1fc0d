import { type DiffInput, diffRelease, type ObjectDiff, type ReleaseDiff } from '../../src/diff/diff.ts';

/** The diff of two manifests in namespace `pearl`. */
export const release = (old: string, now: string, more: Partial<DiffInput> = {}): ReleaseDiff =>
  diffRelease({ old, oldHooks: '', new: now, newHooks: '', releaseNamespace: 'pearl', ...more });
/** A ConfigMap as Helm prints it, with one line of data. */
export const config = (name: string, data = 'a: x', more = '') =>
  `---\n# Source: chart/templates/${name.replaceAll(':', '-')}.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}data:\n  ${data}\n`;
/** The only object of a diff. */
export const only = (old: string, now: string): ObjectDiff => {
  const [object] = release(old, now).objects;
  if (object === undefined) throw new Error('no object');
  return object;
};
