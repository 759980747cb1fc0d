// Writes the generated tables of docs/drift.md between their markers: node scripts/start.mjs scripts/drift-tables.ts
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DRIFTED, QUIET } from '../__tests__/e2e/drift-cases.ts';
import type { DriftResult } from '../__tests__/e2e/drift-table.ts';
import type { HelmName } from '../__tests__/e2e/step.ts';
import { type DriftResults, readDriftResults } from '../__tests__/long/drift-results.ts';
import { REASONS } from '../src/drift/finding.ts';
import { table, withContents } from './page-tables.ts';

export const PAGE = path.join(import.meta.dirname, '../docs/drift.md');

/** What is reported, by whom it is said to be, and what the next upgrade then did. */
export function driftedTable(results: DriftResults = readDriftResults()): string {
  const rows = DRIFTED.map(({ name, object, path: field }) => {
    const three = resultOf(results, 'helm3', name);
    return [
      name,
      [object.split('/')[0], field && `\`${field}\``].filter(Boolean).join(' '),
      three.verdict,
      three.who,
      nextOf(three),
      nextOf(resultOf(results, 'helm4', name)),
    ];
  });
  return table(
    ['done by hand', 'field', 'verdict', 'said to be by', 'next upgrade, Helm 3', 'next upgrade, Helm 4'],
    rows,
  );
}

/** What differs and is no drift, and as what it is counted. */
export function quietTable(results: DriftResults = readDriftResults()): string {
  const rows = QUIET.map(({ name, reason }) => {
    // The verdict stands for both: the test refuses any other.
    for (const helm of ['helm3', 'helm4'] as const) resultOf(results, helm, name);
    return [name, REASONS[reason]];
  });
  return table(['what happened', 'counted as'], rows);
}

function resultOf(results: DriftResults, helm: HelmName, name: string): DriftResult {
  const found = results.helms[helm].cases.find((one) => one.name === name);
  if (!found) throw new Error(`docs/results/drift.json has no case "${name}" of ${helm}: run npm run test:long`);
  return found;
}

function nextOf({ verdict, next = 'keep', after }: DriftResult): string {
  if (verdict === 'missing') return 'makes it again';
  return { overwrite: 'overwrites it', conflict: `conflicts: ${after}`, keep: 'keeps it', same: 'says the same' }[next];
}

/** Where the tables come from. */
export function stamp({ date, commit, helms }: DriftResults = readDriftResults()): string {
  return `Helm ${helms.helm3.helmVersion} and ${helms.helm4.helmVersion}, Kubernetes 1.32: seen ${date.slice(0, 10)}, commit ${commit}.`;
}

/** The page with its tables as they should be; throws when a marker is missing. */
export function withTables(page: string): string {
  return withContents('docs/drift.md', page, { drifted: `${driftedTable()}\n\n${stamp()}`, quiet: quietTable() });
}

if (import.meta.main) writeFileSync(PAGE, withTables(readFileSync(PAGE, 'utf8')));
