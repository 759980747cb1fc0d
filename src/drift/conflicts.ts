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
  const steps = stepsOf(conflict);
  if (steps.length === 0 || steps.length > path.length) return false;
  return steps.every((step, position) => {
    const own = path[position];
    if (own === undefined) return false;
    return 'field' in own ? own.field === step.field : step.item !== undefined && isItem(step.item, own.item);
  });
}

interface ApiStep {
  field?: string;
  item?: string;
}

/** Names of fields may hold dots (`.data.app.yaml`): then the rest is one field, and the caller's own path decides. */
function stepsOf(text: string): ApiStep[] {
  return [...text.matchAll(/\.((?:[^.[\\]|\\.)+)|\[([^\]]*)\]/g)].map(([, field, item]) => ({ field, item }));
}

function isItem(keys: string, item: unknown): boolean {
  if (typeof item !== 'object' || item === null) return keys.includes(JSON.stringify(item));
  const pairs = [...keys.matchAll(/([A-Za-z]+)=("(?:[^"\\]|\\.)*"|[^,\]]+)/g)];
  const known = item as Record<string, unknown>;
  return pairs.every(
    ([, name = '', value = '']) => JSON.stringify(known[name] ?? (name === 'protocol' ? 'TCP' : null)) === value,
  );
}
