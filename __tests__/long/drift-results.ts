import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DriftResult } from '../e2e/drift-table.ts';
import type { HelmName } from '../e2e/step.ts';
import { commit, RESULTS_FOLDER } from './results.ts';

/** What came of every case with one Helm. */
export interface DriftRun {
  helmVersion: string;
  cases: DriftResult[];
}

/** docs/results/drift.json: every case, with both. */
export interface DriftResults {
  schemaVersion: 1;
  date: string;
  commit: string;
  helms: Record<HelmName, DriftRun>;
}

const fileIn = (folder: string): string => path.join(folder, 'drift.json');

/** Writes the results of a whole run, both Helms; returns the file. */
export function writeDriftResults(helms: DriftResults['helms'], folder = RESULTS_FOLDER): string {
  const results: DriftResults = { schemaVersion: 1, date: new Date().toISOString(), commit: commit(), helms };
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileIn(folder), `${JSON.stringify(results, null, 2)}\n`);
  return fileIn(folder);
}

/** The committed results. */
export function readDriftResults(folder = RESULTS_FOLDER): DriftResults {
  return JSON.parse(readFileSync(fileIn(folder), 'utf8')) as DriftResults;
}
