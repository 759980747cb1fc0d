import { expect, test } from '@jest/globals';
import type { AuditFacts, Check, Finding, LiveFacts } from '../../src/audit/check.ts';
import type { Numbers } from '../../src/audit/profile.ts';
import { subjectsOf } from '../../src/audit/subjects.ts';
import { type KubeObject, titleOf } from '../../src/kubernetes/object.ts';
import { remedied } from './apply-remedy.ts';
import { profile } from './release.ts';

/** One situation and what a check must say of it. */
export interface Case {
  what: string;
  objects: KubeObject[];
  /** The verdicts about the object, in their order: `fail`, `pass fail`; empty when nothing is to be said. */
  verdict: string;
  /** The object, `Deployment/web` when absent. */
  of?: string;
  /** Words of the reason. */
  says?: RegExp;
  /** Words of what was read. */
  reads?: RegExp;
  /** Why a bad verdict has no snippet, or none that this release becomes good by. */
  noRemedy?: string;
  numbers?: Partial<Numbers>;
  live?: Partial<LiveFacts>;
}

/** What a check says of these objects. */
export function ask(check: Check, { objects, numbers, live }: Pick<Case, 'objects' | 'numbers' | 'live'>): Finding[] {
  const facts: AuditFacts = { objects, subjects: subjectsOf(objects), profile: profile(numbers) };
  if (live) facts.live = { pods: [], nodes: [], released: [], objects: [], secrets: new Map(), refused: [], ...live };
  return check.run(facts);
}

/**
 * Runs the cases of one check. A case that fails or warns must come with a snippet, and the check must be content once the
 * snippet was pasted.
 */
export function cases(check: Check, all: readonly Case[]): void {
  test.each(all)(`${check.id}: $what`, (one) => {
    const found = about(ask(check, one), one);
    expect(found.map(({ verdict }) => verdict).join(' ')).toBe(one.verdict);
    if (one.says) expect(found.map(({ reason }) => reason).join('\n')).toMatch(one.says);
    if (one.reads) expect(found.map(({ read }) => read).join('\n')).toMatch(one.reads);
    for (const finding of found) wellFormed(finding, check);
    for (const finding of found.filter(isBad)) expectRemedy(check, one, finding);
  });
}

function about(found: readonly Finding[], { of = 'Deployment/web' }: Case): Finding[] {
  return found.filter(({ object }) => titleOf(object) === of);
}

const isBad = ({ verdict }: Finding): boolean => verdict === 'fail' || verdict === 'warn';

function wellFormed({ check: id, read, reason, remedy, verdict }: Finding, check: Check): void {
  expect(id).toBe(check.id);
  expect(read).not.toBe('');
  expect(reason).toMatch(/^[^\n]+[^.\n]$/);
  if (!['fail', 'warn'].includes(verdict)) expect(remedy).toBe('');
}

function expectRemedy(check: Check, one: Case, finding: Finding): void {
  if (one.noRemedy !== undefined) return;
  expect(finding.remedy).not.toBe('');
  const after = ask(check, { ...one, objects: remedied(one.objects, finding) });
  const same = about(after, one).filter(({ container }) => container === finding.container);
  expect(same.filter(isBad)).toEqual([]);
}
