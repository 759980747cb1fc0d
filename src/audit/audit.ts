import type { KubeObject } from '../kubernetes/object.ts';
import { refOf } from '../kubernetes/object.ts';
import type { AuditFacts, AuditVerdict, Check, Finding, LiveFacts } from './check.ts';
import { CHECKS } from './checks.ts';
import { exemptionsOf } from './exempt.ts';
import type { Profile, Severity } from './profile.ts';
import { subjectsOf } from './subjects.ts';

/** A finding with how bad it is, and why it does not count when it is exempted. */
export interface AuditRow extends Finding {
  severity: Severity;
  /** The reason of the exemption; undefined: it counts. */
  exempted?: string;
}

/** What is audited, beside the objects. */
export interface AuditSetting {
  profile: Profile;
  minor?: number;
  live?: LiveFacts;
}

/** The checks of a profile on the objects of a release; namespaces must be filled in. Never throws. */
export function audit(
  objects: readonly KubeObject[],
  setting: AuditSetting,
  checks: readonly Check[] = CHECKS,
): AuditRow[] {
  const { profile } = setting;
  const facts: AuditFacts = { ...setting, objects, subjects: subjectsOf(objects) };
  const known = new Set(checks.map(({ id }) => id));
  const { reasonFor, idle } = exemptionsOf(objects, profile, known);
  const rows: AuditRow[] = checks.flatMap((check) => {
    const severity = profile.checks[check.id];
    if (severity === undefined) return [];
    return findingsOf(check, facts).map((finding) => ({ ...finding, severity, ...exemption(finding, reasonFor) }));
  });
  return [...rows, ...idle.map((finding) => ({ ...finding, severity: profile.checks[finding.check] ?? 'low' }))];
}

/** A row that somebody has to do something about. */
export function counts({ verdict, exempted }: Pick<AuditRow, 'verdict' | 'exempted'>): boolean {
  return exempted === undefined && badness(verdict) > 0;
}

/** 0: nothing wrong. The higher, the worse. */
export function badness(verdict: AuditVerdict): number {
  return { fail: 3, warn: 2, unknown: 1, skip: 0, pass: 0 }[verdict];
}

/** A passed check needs no exemption: the row is left as it is. */
function exemption(finding: Finding, reasonFor: (finding: Finding) => string | undefined): { exempted?: string } {
  const reason = badness(finding.verdict) > 0 ? reasonFor(finding) : undefined;
  return reason === undefined ? {} : { exempted: reason };
}

/** A check that breaks down on a strange object must not take a deploy with it. */
function findingsOf(check: Check, facts: AuditFacts): Finding[] {
  try {
    return check.run(facts);
  } catch (error) {
    const [first] = facts.objects;
    if (!first) return [];
    const reason = `the check itself broke down: ${error instanceof Error ? error.message : String(error)}`;
    return [{ check: check.id, object: refOf(first), verdict: 'unknown', read: 'the release', reason, remedy: '' }];
  }
}
