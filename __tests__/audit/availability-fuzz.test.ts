import { expect, test } from '@jest/globals';
import type { AuditFacts, Check } from '../../src/audit/check.ts';
import { subjectsOf } from '../../src/audit/subjects.ts';
import { at } from '../../src/diff/values.ts';
import { parseYaml } from '../../src/kubernetes/yaml.ts';
import { printedSeed, Random } from '../diff/random.ts';
import { AVAILABILITY } from './availability-checks.ts';
import { profile } from './release.ts';
import { spoiledRelease } from './spoiled.ts';

const RELEASES = 160;

/** What goes wrong when the checks read spoiled releases, and how many objects they read. */
function troubles(
  checks: readonly Check[],
  seed: number,
): { troubles: string[]; objects: number; verdicts: Set<string> } {
  const found: string[] = [];
  const verdicts = new Set<string>();
  let count = 0;
  for (let round = 0; round < RELEASES; round += 1) {
    const objects = spoiledRelease(new Random(seed + round));
    count += objects.length;
    const facts: AuditFacts = { objects, subjects: subjectsOf(objects), profile: profile() };
    const live = { pods: objects, nodes: [], released: objects, objects, secrets: new Map(), refused: [] };
    for (const check of checks) {
      const trouble = troubleOf(check, facts, verdicts) ?? troubleOf(check, { ...facts, live }, verdicts);
      if (trouble !== undefined) found.push(`seed ${seed + round}: ${check.id}: ${trouble}`);
    }
  }
  return { troubles: found, objects: count, verdicts };
}

function troubleOf(check: Check, facts: AuditFacts, verdicts: Set<string>): string | undefined {
  try {
    for (const { read, reason, remedy, verdict } of check.run(facts)) {
      verdicts.add(verdict);
      if (typeof read !== 'string' || read === '' || reason === '') return 'says nothing';
      if (/undefined|NaN\b|\[object/.test(reason)) return `says ${reason}`;
      parseYaml(remedy);
    }
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  return undefined;
}

test('no check breaks down on odd objects, and what it says stays readable', () => {
  const seed = printedSeed('availability checks');
  const { troubles: found, objects, verdicts } = troubles(AVAILABILITY, seed);
  expect(found.slice(0, 3)).toEqual([]);
  expect(objects).toBeGreaterThan(2000);
  expect([...verdicts].sort()).toEqual(['fail', 'pass', 'skip', 'unknown', 'warn']);
});

test('a check that trusts the types is caught', () => {
  const trusting: Check = {
    id: 'trusting',
    title: '',
    section: '',
    severity: 'low',
    run: ({ subjects }) => {
      for (const { object } of subjects) (at(object, 'spec', 'template', 'spec', 'containers') as unknown[]).length;
      return [];
    },
  };
  expect(troubles([trusting], 1).troubles.length).toBeGreaterThan(0);
});
