import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * How many bytes the files of a chart's folder have together, or `most` as soon as they have more. A packaged chart does not tell
 * (it is compressed): `most` then. What .helmignore leaves out is counted as well.
 */
export async function chartBytes(chart: string, most: number): Promise<number> {
  const info = await stat(chart);
  if (!info.isDirectory()) return most;
  let total = 0;
  for (const entry of await readdir(chart, { withFileTypes: true })) {
    if (total >= most) return most;
    const file = path.join(chart, entry.name);
    // A link is followed by Helm; how far is not worth knowing here.
    if (entry.isSymbolicLink()) return most;
    total += entry.isDirectory() ? await chartBytes(file, most - total) : (await stat(file)).size;
  }
  return Math.min(total, most);
}
