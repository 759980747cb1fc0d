import type { Step } from './path.ts';

/**
 * The paths on which a server-side apply without force conflicts, as kubectl prints the API server's refusal
 * (`conflict with "kubectl-set" using apps/v1: .spec.replicas`, or one per line behind a `-`).
 */
export function conflictPaths(stderr: string): string[] {
  return stderr.split('\n').flatMap((line) => {
    const found = /^- (\..+)$/.exec(line.trim())?.[1] ?? /conflicts? with .* using \S+: (\..+)$/.exec(line)?.[1];
    return found === undefined ? [] : [found.trim()];
  });
}

/** Whether a path as the API server writes it (`.spec.containers[name="web"].image`) is this one, or a whole above it. */
export function isConflictAt(conflict: string, path: readonly Step[]): boolean {
  let rest = conflict;
  for (const step of path) {
    // All of it is used up: what conflicts is the whole that holds the path.
    if (rest === '') return conflict !== '';
    if ('field' in step) {
      // Names of fields may hold dots (`.data.app.yaml`), so the path's own name decides where it ends.
      if (!rest.startsWith(`.${step.field}`)) return false;
      rest = rest.slice(step.field.length + 1);
      continue;
    }
    const [bracket = '', keys = ''] = /^\[((?:"(?:[^"\\]|\\.)*"|[^\]"])*)\]/.exec(rest) ?? [];
    if (bracket === '' || !isItem(keys, step.item)) return false;
    rest = rest.slice(bracket.length);
  }
  return rest === '';
}

function isItem(keys: string, item: unknown): boolean {
  if (typeof item !== 'object' || item === null) return keys.includes(JSON.stringify(item));
  const pairs = [...keys.matchAll(/([A-Za-z]+)=("(?:[^"\\]|\\.)*"|[^,\]]+)/g)];
  const known = item as Record<string, unknown>;
  return pairs.every(
    ([, name = '', value = '']) => JSON.stringify(known[name] ?? (name === 'protocol' ? 'TCP' : null)) === value,
  );
}
