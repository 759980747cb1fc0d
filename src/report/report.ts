import type { AuditReport } from '../audit/summary.ts';
import type { Fingerprint } from '../diff/fingerprint.ts';
import type { Comparison } from '../diff/reviewed.ts';
import type { ObjectRef } from '../kubernetes/object.ts';
import type { Evidence } from '../rollout/evidence.ts';
import type { ImageDifference } from '../rollout/images.ts';
import type { DriftReport } from './drift-report.ts';

/** The result of a run, as the output `status` says it. */
export type Status =
  | 'deployed'
  | 'unchanged'
  | 'rolled-back'
  | 'rollback-failed'
  | 'uninstalled'
  | 'failed'
  | 'refused'
  | 'unknown'
  | 'changed'
  | 'clean'
  | 'findings'
  | 'drifted';

/** One row of the workload table. */
export interface WorkloadRow {
  ref: ObjectRef;
  ready: number;
  desired: number;
  done: boolean;
  missing: string;
  /** From the start of the upgrade until it was done, in ms. */
  tookMs?: number;
}

/** One row of the history table. */
export interface RevisionRow {
  number: number;
  status: string;
  updated: number;
  chart: string;
  /** What it is now and what is known of it; may hold back-ticked parts. */
  note: string;
  /** Of a rollback's choice: what the revision runs, whence it came, and whether it counts as healthy. */
  images?: string[];
  commit?: string;
  by?: string;
  healthy?: boolean;
}

/** What a rollback takes back: from which revision, and the commits that the revisions left behind came from. */
export interface UndoReport {
  from: number;
  to: number;
  commits: { revision: number; commit: string }[];
  /** Nothing was to be changed: the report says what would be. */
  dryRun: boolean;
}

/** What an uninstall was to delete, by `Kind/name`, and what stays in the cluster after it, with the reason. */
export interface RemovalReport {
  deleted: string[];
  stays: { title: string; why: string }[];
  dryRun: boolean;
}

/** Why a rollout failed. */
export interface CauseReport {
  rule: string;
  class: string;
  why: string;
  next: string;
  object: ObjectRef;
  container?: string;
  image?: string;
  message: string;
  exitCode?: number;
  /** From the start of the upgrade until the cluster first showed it and until it was final, in ms. */
  seenAfterMs: number;
  finalAfterMs: number;
}

export interface RollbackReport {
  to: number;
  /** observed: it was seen healthy before this run; recorded: a run of ours saw it so; assumed: Helm's status only. */
  proof: 'observed' | 'recorded' | 'assumed';
  verified: boolean;
  problems: string[];
  tookMs: number;
  /** From the start of the upgrade until it began, in ms. */
  startedAfterMs?: number;
  /** Images put back because they, not the chart's, ran before. */
  restoredImages: ImageDifference[];
}

/** What an upgrade would change. Holds no value of a Secret. */
export interface DiffReport {
  /** What the chart was compared with: `revision 12, deployed (interface-1.4.0)`. */
  against: string;
  /** Why the cluster was not asked; empty when it was. */
  offline: string;
  /** The change in parts, such as `image` with `1.4.0 → 1.5.0`. */
  meaning: { label: string; value: string }[];
  objects: DiffObject[];
  unchanged: number;
  /** What could not be looked at, each with its reason: `field conflicts (…)`. */
  notChecked: string[];
  /** For the deploy to compare with; absent without a cluster. */
  fingerprint?: Fingerprint;
}

/** Whether what was deployed is what the pull request's diff showed. */
export interface ReviewReport extends Comparison {
  /** The run that made the diff. */
  diffUrl: string;
}

/** One object that the upgrade touches. */
export interface DiffObject {
  title: string;
  change: 'added' | 'removed' | 'changed';
  /** Differs only in chart labels or checksum annotations. */
  noise: boolean;
  lines: string[];
}

/** Everything a run has to say: made once, from what was observed, and only rendered afterwards. */
export interface Report {
  schemaVersion: 1;
  command: 'deploy' | 'diff' | 'drift' | 'audit' | 'rollback' | 'uninstall';
  status: Status;
  /** One sentence: why the status is what it is. */
  reason: string;
  /** What to do now; empty when there is nothing to do. */
  next: string;
  release: string;
  namespace: string;
  /** The cluster's id: a hash, never its address. */
  cluster: string;
  /** The newest revision after the run, and the one before the run. */
  revision?: number;
  previousRevision?: number;
  images: ImageDifference[];
  /** What ran although the release said otherwise, before this run. */
  drift: ImageDifference[];
  workloads: WorkloadRow[];
  cause?: CauseReport;
  evidence?: Evidence;
  rollback?: RollbackReport;
  diff?: DiffReport;
  audit?: AuditReport;
  /** Absent when no diff of ours is on the pull request. */
  reviewed?: ReviewReport;
  undo?: UndoReport;
  removal?: RemovalReport;
  /** Where the cluster differed from the release before this run; undefined when that was not looked at. */
  driftCheck?: DriftReport;
  history: RevisionRow[];
  warnings: string[];
  /** ms since 1970, and ms. */
  startedAt: number;
  tookMs: number;
  helmVersion: string;
  run: RunReport;
}

export interface RunReport {
  url: string;
  id: string;
  attempt: string;
  sha: string;
  actor: string;
}

/** What each command was asked for besides what is green for all; a deploy that ends on the old revision is red. */
const ASKED_FOR: Partial<Record<Report['command'], Status>> = { rollback: 'rolled-back', uninstall: 'uninstalled' };

const GREEN: readonly Status[] = ['deployed', 'unchanged', 'changed', 'clean', 'findings', 'drifted'];

/** A job whose release is not what it was asked for is red; one that only looked is green whatever it found (but see AuditReport.red). */
export function isRed(status: Status, command: Report['command'] = 'deploy'): boolean {
  return !GREEN.includes(status) && ASKED_FOR[command] !== status;
}
