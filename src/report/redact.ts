import type { AuditReport } from '../audit/summary.ts';
import type { DriftReport } from './drift-report.ts';
import { hider, type Redact } from './hide.ts';
import type { DiffObject, DiffReport, Report, ReviewReport } from './report.ts';
import { secretForms } from './secret-forms.ts';

export type { Redact } from './hide.ts';

/** What must not leave, as far as it is known by now. */
export interface Redaction {
  /** Hides all that was learned before the call. */
  redact: Redact;
  /** Adds secrets; shorter than 6 bytes are left out, because they cannot be told from chance. */
  learn(secrets: readonly string[]): void;
}

/** A redaction that begins with these secrets and learns more as the run reads them. */
export function redaction(secrets: readonly string[]): Redaction {
  const known = new Set(secrets);
  let hide: Redact | undefined;
  return {
    redact(text) {
      hide ??= hider(secretForms([...known]));
      return hide(text);
    },
    learn(more) {
      const before = known.size;
      for (const secret of more) known.add(secret);
      if (known.size > before) hide = undefined;
    },
  };
}

/** A redactor for these secrets and all their forms (secret-forms.ts). */
export function redactor(secrets: readonly string[]): Redact {
  return redaction(secrets).redact;
}

/**
 * Applies a redactor to every string of a value, keys left as they are. Texts in one list are taken for the lines of one text:
 * a secret of many lines is found in them too, and then the list gets shorter.
 */
export function redactDeep<T>(value: T, redact: Redact): T {
  if (typeof value === 'string') return redact(value) as T;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    if (items.length > 1 && items.every((item) => typeof item === 'string' && !item.includes('\n'))) {
      return redact(items.join('\n')).split('\n') as T;
    }
    return items.map((item) => redactDeep(item, redact)) as T;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, redactDeep(item, redact)])) as T;
}

/**
 * A report that may leave. What names the release stands in the workflow file, and words of our own vocabulary (status, rule,
 * class, proof, change, state) are no content: both stay, so that a Secret with the value `deployed` does not take the status away.
 */
export function redactReport(report: Report, redact: Redact): Report {
  const { command, status, release, namespace, cluster, cause, rollback, diff, audit, reviewed, driftCheck } = report;
  const clean = redactDeep(report, redact);
  return {
    ...clean,
    command,
    status,
    release,
    namespace,
    cluster,
    ...(clean.cause && cause ? { cause: { ...clean.cause, rule: cause.rule, class: cause.class } } : {}),
    ...(clean.diff && diff ? { diff: withWords(clean.diff, diff) } : {}),
    ...(clean.audit && audit ? { audit: withVerdicts(clean.audit, audit) } : {}),
    ...(clean.reviewed && reviewed ? { reviewed: reviewWords(clean.reviewed, reviewed) } : {}),
    ...(clean.driftCheck && driftCheck ? { driftCheck: driftWords(clean.driftCheck, driftCheck) } : {}),
    ...(clean.rollback && rollback ? { rollback: { ...clean.rollback, proof: rollback.proof } } : {}),
  };
}

/** Hashes hold nothing that could be hidden. */
function withWords(clean: DiffReport, { objects, fingerprint }: DiffReport): DiffReport {
  return { ...clean, objects: withChanges(clean.objects, objects), ...(fingerprint && { fingerprint }) };
}

function reviewWords(clean: ReviewReport, { state, except }: ReviewReport): ReviewReport {
  const excepted = clean.except.map((one, at) => ({ ...one, change: except[at]?.change ?? one.change }));
  return { ...clean, state, except: excepted };
}

function driftWords(clean: DriftReport, { rows, ignored }: DriftReport): DriftReport {
  return {
    ...clean,
    rows: clean.rows.map((row, at) => ({
      ...row,
      verdict: rows[at]?.verdict ?? row.verdict,
      next: rows[at]?.next ?? row.next,
    })),
    ignored: clean.ignored.map((one, at) => ({ ...one, reason: ignored[at]?.reason ?? one.reason })),
  };
}

function withChanges(clean: readonly DiffObject[], objects: readonly DiffObject[]): DiffObject[] {
  return clean.map((object, at) => ({ ...object, change: objects[at]?.change ?? object.change }));
}

/** The names of checks, verdicts and severities are ours; what was read and why is not. */
function withVerdicts(clean: AuditReport, audit: AuditReport): AuditReport {
  const notes = (name: 'mended' | 'exempted' | 'rest'): AuditReport['rest'] =>
    clean[name].map((note, at) => ({
      ...note,
      check: audit[name][at]?.check ?? note.check,
      verdict: audit[name][at]?.verdict ?? note.verdict,
    }));
  const objects = clean.objects.map((object, at) => ({
    ...object,
    lines: object.lines.map((line, row) => {
      const { check, severity, verdict } = audit.objects[at]?.lines[row] ?? line;
      return { ...line, check, severity, verdict };
    }),
  }));
  return {
    ...clean,
    mode: audit.mode,
    objects,
    mended: notes('mended'),
    exempted: notes('exempted'),
    rest: notes('rest'),
  };
}
