import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type HelmName, ROOT, type StepResult } from '../e2e/step.ts';
import type { VerdictCase } from '../e2e/verdict-cases.ts';

/** What came of one row of verdict-cases.ts. Times in ms after the upgrade began. */
export interface CaseResult {
  name: string;
  status: string;
  /** The rule that called it, or that explains the deadline. */
  rule?: string;
  /** When the cluster first showed it, and when it was certain. */
  seenAfterMs?: number;
  finalAfterMs?: number;
  /** From the start of the rollback until it was verified. */
  rollbackMs?: number;
  tookMs: number;
}

/** docs/results/rollout-<helm>.json: every row, once. */
export interface CaseResults {
  schemaVersion: 1;
  helm: HelmName;
  helmVersion: string;
  date: string;
  seed: number;
  commit: string;
  cases: CaseResult[];
}

/** Where the committed results are. */
export const RESULTS_FOLDER = path.join(ROOT, 'docs/results');

/** One row's result; throws for a run without a report. */
export function caseResult(row: Pick<VerdictCase, 'name'>, { report }: StepResult): CaseResult {
  if (!report) throw new Error(`${row.name}: the run left no report`);
  const { status, cause, rollback, tookMs } = report;
  return {
    name: row.name,
    status,
    rule: cause?.rule,
    seenAfterMs: cause?.seenAfterMs,
    finalAfterMs: cause?.finalAfterMs,
    rollbackMs: rollback?.tookMs,
    tookMs,
  };
}

/** Collects the rows of one Helm and writes them when all are there. */
export class ResultsFile {
  readonly #helm: HelmName;
  readonly #seed: number;
  readonly #cases = new Map<string, CaseResult>();
  #helmVersion = '';

  constructor(helm: HelmName, seed: number) {
    this.#helm = helm;
    this.#seed = seed;
  }

  note(row: Pick<VerdictCase, 'name'>, run: StepResult): void {
    this.#cases.set(row.name, caseResult(row, run));
    this.#helmVersion = run.report?.helmVersion ?? this.#helmVersion;
  }

  /** The file's path, or undefined when a row is missing: a part of a run must not replace a whole one. */
  write(rows: readonly Pick<VerdictCase, 'name'>[], folder = RESULTS_FOLDER): string | undefined {
    const cases = rows.flatMap(({ name }) => this.#cases.get(name) ?? []);
    if (cases.length < rows.length) return undefined;
    const results: CaseResults = {
      schemaVersion: 1,
      helm: this.#helm,
      helmVersion: this.#helmVersion,
      date: new Date().toISOString(),
      seed: this.#seed,
      commit: commit(),
      cases,
    };
    mkdirSync(folder, { recursive: true });
    const file = fileOf(this.#helm, folder);
    writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
    return file;
  }
}

function fileOf(helm: HelmName, folder: string): string {
  return path.join(folder, `rollout-${helm}.json`);
}

/** The committed results of one Helm; undefined when there are none. */
export function readResults(helm: HelmName, folder = RESULTS_FOLDER): CaseResults | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(helm, folder), 'utf8')) as CaseResults;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The commit that the results are of. */
export function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
