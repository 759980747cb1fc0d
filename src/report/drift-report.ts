import type { Finding, IgnoredReason } from '../drift/finding.ts';
import type { ObjectRef } from '../kubernetes/object.ts';

/** Where the cluster differs from the release. Holds no value of a Secret. */
export interface DriftReport {
  /** What the cluster was compared with: `revision 12, deployed (interface-1.4.0)`. */
  against: string;
  rows: DriftRow[];
  /** What differs and is no drift, counted by reason, with the reason in words; `fields` names at most 1,000 of them. */
  ignored: { reason: IgnoredReason; words: string; count: number; fields: string[] }[];
  /** Objects that could not be read: nothing is known of them. */
  unread: { object: ObjectRef; reason: string }[];
  /** What limits the comparison; may hold back-ticked parts. */
  notes: string[];
  /** How to put everything back, and what that leaves as it is; empty when there is nothing to put back. */
  restore: string;
  adopt?: AdoptReport;
}

/** One thing that was changed by hand. */
export interface DriftRow {
  object: ObjectRef;
  /** Empty for an object as a whole. */
  path: string;
  wanted?: string;
  live?: string;
  verdict: Exclude<Finding['verdict'], 'ignored'>;
  /** May hold back-ticked parts. */
  who: string;
  /** ms since 1970. */
  when?: number;
  next: Finding['next'];
}

/** The values that make Helm agree with the cluster. */
export interface AdoptReport {
  /** Unified diffs of values files, with their paths in the workspace. */
  patches: { file: string; text: string }[];
  /** The patches are in the working tree. */
  written: boolean;
  /** What could not be adopted and why, or has to be changed elsewhere; may hold back-ticked parts. */
  notes: string[];
  renders: number;
}
