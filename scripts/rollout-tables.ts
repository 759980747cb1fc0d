// Writes the generated tables of docs/rollout.md between their markers: node scripts/start.mjs scripts/rollout-tables.ts
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { HelmName } from '../__tests__/e2e/step.ts';
import { CALLED, TIMED_OUT, TOLERATED, type VerdictCase } from '../__tests__/e2e/verdict-cases.ts';
import { type CaseResult, type CaseResults, readResults } from '../__tests__/long/results.ts';
import { appliesToHooks, RULES, type Rule, type RuleId } from '../src/rollout/rules.ts';
import { table, withContents } from './page-tables.ts';

const ALL_CASES = [...CALLED, ...TIMED_OUT, ...TOLERATED];

export const PAGE = path.join(import.meta.dirname, '../docs/rollout.md');

/** When a rule is final, in words. */
export function finalWords({ final }: Rule): string {
  if (final === 'never') return 'never before the deadline';
  const { standingMs, attempts, allNewPods } = final;
  const words: string[] = [];
  if (attempts !== undefined) words.push(`at failing attempt ${attempts}, on the container or on another new pod`);
  if (standingMs === 0) words.push('at once');
  else if (standingMs !== undefined) words.push(`after ${standingMs / 1000} s`);
  const when = words.join(', or ');
  return allNewPods ? `${when}, when all new pods there are show it; of a StatefulSet one is enough` : when;
}

/** The rules, worst first: of several that stand, the first names the cause. */
export function rulesTable(): string {
  const rows = RULES.map((rule) => [
    `\`${rule.id}\``,
    rule.class,
    rule.signal,
    finalWords(rule),
    appliesToHooks(rule) ? 'yes' : 'no',
    provedBy(rule),
    rule.source,
  ]);
  return table(['rule', 'class', 'signal', 'final', 'ends hooks too', 'shown on the test bed by', 'source'], rows);
}

/** Cases that show a rule which never calls: it only explains or is waited out. */
const SHOWN: Partial<Record<RuleId, string>> = {
  'not-ready': 'never ready',
  unschedulable: 'unschedulable beside healthy old pods',
  'image-pull-transient': 'a pull that is throttled and heals',
};

/** Rules that the bed shows have a case; the others are proved on recorded objects by unit tests. */
function provedBy({ id }: Rule): string {
  const rows = ALL_CASES.filter((row) => row.rule === id || row.name === SHOWN[id]);
  return rows.map(({ name }) => name).join(', ') || '–';
}

type Measured = Partial<Record<HelmName, CaseResults>>;

const committed = (): Measured => ({ helm3: readResults('helm3'), helm4: readResults('helm4') });

/** The cases and what came of them with each Helm. */
export function casesTable({ helm3, helm4 }: Measured = committed()): string {
  const rows = ALL_CASES.map((row) => [
    row.name,
    row.rule ? `\`${row.rule}\`` : row.status === 'deployed' ? 'not called' : 'the deadline',
    row.timeout ?? '90s',
    cell(row, helm3),
    cell(row, helm4),
  ]);
  const stamp = [helm3, helm4].flatMap((results) => (results ? [stampOf(results)] : []));
  return [table(['case', 'called by', 'time-out', 'Helm 3', 'Helm 4'], rows), ...stamp].join('\n\n');
}

function cell(row: VerdictCase, results: CaseResults | undefined): string {
  const found = results?.cases.find(({ name }) => name === row.name);
  return found ? outcome(row, found) : 'not measured';
}

function outcome(row: VerdictCase, { status, finalAfterMs, rollbackMs, tookMs }: CaseResult): string {
  const s = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  if (status === 'deployed') return `deployed after ${s(tookMs)}`;
  const called = row.rule !== undefined && finalAfterMs !== undefined;
  const verdict = called ? `certain after ${s(finalAfterMs)}` : 'at the deadline';
  return rollbackMs === undefined ? verdict : `${verdict}, back ${s(rollbackMs)} later`;
}

function stampOf({ helmVersion, date, seed, commit }: CaseResults): string {
  return `Helm ${helmVersion}: measured ${date.slice(0, 10)}, commit ${commit}, seed ${seed}.`;
}

/** The page with both tables as they should be; throws when a marker is missing. */
export function withTables(page: string): string {
  return withContents('docs/rollout.md', page, { rules: rulesTable(), cases: casesTable() });
}

if (import.meta.main) writeFileSync(PAGE, withTables(readFileSync(PAGE, 'utf8')));
