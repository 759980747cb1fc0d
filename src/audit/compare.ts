import { keyOf } from '../kubernetes/object.ts';
import { type AuditRow, badness, counts } from './audit.ts';

/** What an upgrade makes of the readiness of a release. */
export interface Comparison {
  /** Rows that count and are worse than what the release has: new ones, and warnings that became failures. */
  worse: AuditRow[];
  /** Rows that counted before and are better or gone now, as they were. */
  better: AuditRow[];
}

/** Compares the same checks on the new manifest and on the old one; several rows of one check on one container are matched worst first. */
export function compare(before: readonly AuditRow[], now: readonly AuditRow[]): Comparison {
  const [old, fresh] = [byPlace(before), byPlace(now)];
  return { worse: notIn(fresh, old), better: notIn(old, fresh) };
}

/** The failing rows of severity high that the release does not already have: what `audit: enforce` refuses. */
export function refused({ worse }: Comparison): AuditRow[] {
  return worse.filter(({ verdict, severity }) => verdict === 'fail' && severity === 'high');
}

/** The rows of `one` that have no row as bad in the same place of `other`. */
function notIn(one: ReadonlyMap<string, AuditRow[]>, other: ReadonlyMap<string, AuditRow[]>): AuditRow[] {
  return [...one].flatMap(([place, rows]) => {
    const there = other.get(place) ?? [];
    return rows.filter((row, at) => badness(row.verdict) > badness(there[at]?.verdict ?? 'pass'));
  });
}

function byPlace(rows: readonly AuditRow[]): Map<string, AuditRow[]> {
  const places = Map.groupBy(
    rows.filter(counts),
    ({ check, object, container }) => `${check} ${keyOf(object)} ${container ?? ''}`,
  );
  for (const list of places.values()) list.sort((a, b) => badness(b.verdict) - badness(a.verdict));
  return places;
}
