import type { ObjectRef } from '../kubernetes/object.ts';
import type { Evidence } from '../rollout/evidence.ts';
import type { ImageDifference } from '../rollout/images.ts';
import type { DriftReport } from './drift-report.ts';

/** The result of a run, as the output `status` says it. */
export type Status =
  | 'deployed'
  | 'rolled-back'
  | 'rollback-failed'
  | 'uninstalled'
  | 'failed'
  | 'refused'
  | 'unknown'
  | 'changed'
  | 'clean'
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
  command: 'deploy' | 'diff' | 'drift';
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

/** A job whose release is not on what it was asked to deploy is red; a diff or drift is green whatever it finds. */
export function isRed(status: Status): boolean {
  return !['deployed', 'changed', 'clean', 'drifted'].includes(status);
}
