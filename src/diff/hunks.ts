import type { DiffLine } from './align.ts';

/** Unchanged lines around a change. */
const CONTEXT = 3;

/** The lines as a unified diff without file headers: `@@ -1,4 +1,5 @@` and what changes, with three lines of context. */
export function unified(lines: readonly DiffLine[]): string[] {
  const result: string[] = [];
  let oldAt = 1;
  let newAt = 1;
  let next = 0;
  for (const [start, end] of ranges(lines)) {
    for (; next < start; next++) {
      oldAt++;
      newAt++;
    }
    const part = lines.slice(start, end);
    const old = part.filter((line) => line.op !== '+').length;
    const now = part.filter((line) => line.op !== '-').length;
    // As GNU diff: an empty side is numbered by the line before it.
    result.push(`@@ -${old === 0 ? oldAt - 1 : oldAt},${old} +${now === 0 ? newAt - 1 : newAt},${now} @@`);
    for (const line of part) result.push(line.op + line.text);
    oldAt += old;
    newAt += now;
    next = end;
  }
  return result;
}

/** The half-open ranges of lines to show; only unchanged lines lie between them. */
function ranges(lines: readonly DiffLine[]): [number, number][] {
  const found: [number, number][] = [];
  for (const [index, line] of lines.entries()) {
    if (line.op === ' ') continue;
    const start = Math.max(0, index - CONTEXT);
    const end = Math.min(lines.length, index + CONTEXT + 1);
    const last = found.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = end;
    else found.push([start, end]);
  }
  return found;
}
