import { keyOf, type ObjectRef, titleOf } from '../kubernetes/object.ts';
import { type AuditRow, badness, counts } from './audit.ts';
import type { AuditVerdict } from './check.ts';
import { type Comparison, compare, refused } from './compare.ts';
import type { Severity } from './profile.ts';

/** What the readiness audit found, made for people: grouped by object, worst first. Holds no value of a Secret. */
export interface AuditReport {
  profile: string;
  /** `enforce`: a deploy is refused for what is in `refused`. */
  mode: 'warn' | 'enforce';
  /** What was audited: `the rendered chart`. */
  of: string;
  /** What it was compared with: `revision 12`; empty when there was nothing. */
  against: string;
  counts: Record<AuditVerdict | 'exempted', number>;
  /** What is worse than in what it was compared with, and what is better. */
  worse: number;
  better: number;
  /** The failing checks of severity high that are new, as `enforce` refuses them: "`replicas-min` of `Deployment/web`". */
  refused: string[];
  /** The job is red because of the audit. */
  red: boolean;
  /** The objects with something to mend, worst first. */
  objects: AuditObject[];
  /** What counted before and is mended now. */
  mended: AuditNote[];
  /** What does not count, each with its reason. */
  exempted: AuditNote[];
  /** The checks that passed or do not apply. */
  rest: AuditNote[];
}

export interface AuditObject {
  ref: ObjectRef;
  /** Something of it is worse than before. */
  worse: boolean;
  lines: AuditLine[];
}

/** One row to mend. */
export interface AuditLine {
  check: string;
  severity: Severity;
  verdict: AuditVerdict;
  container?: string;
  read: string;
  reason: string;
  /** YAML. */
  remedy: string;
  /** It is worse than before. */
  worse: boolean;
}

/** One row that is only listed. */
export interface AuditNote {
  check: string;
  object: string;
  verdict: AuditVerdict;
  read: string;
  reason: string;
}

export interface AuditContext {
  profile: string;
  mode: 'warn' | 'enforce';
  of: string;
  against: string;
}

const SEVERITY: Record<Severity, number> = { high: 3, medium: 2, low: 1 };

/** The audit of a chart or release, compared with `before` when there is one. */
export function summarize(rows: readonly AuditRow[], before: readonly AuditRow[], context: AuditContext): AuditReport {
  const comparison: Comparison = context.against === '' ? { worse: [], better: [] } : compare(before, rows);
  const worse = new Set(comparison.worse);
  // Without anything to compare with, all that fails is new.
  const blocked = refused(context.against === '' ? compare([], rows) : comparison);
  return {
    ...context,
    counts: countsOf(rows),
    worse: worse.size,
    better: comparison.better.length,
    refused: blocked.map(({ check, object }) => `\`${check}\` of \`${titleOf(object)}\``),
    red: context.mode === 'enforce' && blocked.length > 0,
    objects: grouped(rows.filter(counts), worse),
    mended: comparison.better.map(note),
    exempted: rows.filter(({ exempted }) => exempted !== undefined).map(note),
    rest: rows.filter(({ verdict }) => badness(verdict) === 0).map(note),
  };
}

function countsOf(rows: readonly AuditRow[]): AuditReport['counts'] {
  const found = { fail: 0, warn: 0, unknown: 0, pass: 0, skip: 0, exempted: 0 };
  for (const { verdict, exempted } of rows) found[exempted === undefined ? verdict : 'exempted'] += 1;
  return found;
}

function grouped(rows: readonly AuditRow[], worse: ReadonlySet<AuditRow>): AuditObject[] {
  const objects = [...Map.groupBy(rows, ({ object }) => keyOf(object)).values()].map((list) => {
    const sorted = list.toSorted((a, b) => weight(b, worse) - weight(a, worse) || a.check.localeCompare(b.check));
    return { sorted, worst: sorted.map((row) => weight(row, worse)) };
  });
  objects.sort((a, b) => (b.worst[0] ?? 0) - (a.worst[0] ?? 0) || sum(b.worst) - sum(a.worst));
  return objects.flatMap(({ sorted }) => {
    const [first] = sorted;
    if (!first) return [];
    return [
      {
        ref: first.object,
        worse: sorted.some((row) => worse.has(row)),
        lines: sorted.map((row) => line(row, worse.has(row))),
      },
    ];
  });
}

/** New before old, failing before warning, high before low. */
function weight(row: AuditRow, worse: ReadonlySet<AuditRow>): number {
  return (worse.has(row) ? 100 : 0) + badness(row.verdict) * 10 + SEVERITY[row.severity];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function line(row: AuditRow, worse: boolean): AuditLine {
  const { check, severity, verdict, container, read, reason, remedy } = row;
  return { check, severity, verdict, ...(container === undefined ? {} : { container }), read, reason, remedy, worse };
}

function note({ check, object, verdict, read, reason, exempted }: AuditRow): AuditNote {
  return { check, object: titleOf(object), verdict, read, reason: exempted ?? reason };
}
