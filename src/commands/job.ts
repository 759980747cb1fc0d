import type { RunContext } from '../github/context.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { HasEnded } from '../release/holder.ts';
import type { LiveComment } from '../report/live-comment.ts';
import type { Redact } from '../report/redact.ts';
import type { Session, Workshop } from './prepare/prepare.ts';

/** What a command that may change the release gets handed in: deploy, rollback, uninstall. */
export interface WriterJob {
  inputs: Inputs;
  context: RunContext;
  session: Session;
  hasEnded: HasEnded;
  cancelled: AbortSignal;
  say: (line: string) => void;
  /** Takes the Secrets' values that were read, so that they do not leave. */
  learn: (secrets: readonly string[]) => void;
  redact: Redact;
  /** Says on the pull request that the deploy is under way; absent when nobody is to be told. */
  live?: LiveComment;
}

/** What a command that can do without a cluster gets handed in: diff, audit. */
export interface ReaderJob {
  inputs: Inputs;
  context: RunContext;
  workshop: Workshop;
  say: (line: string) => void;
  /** ms since 1970. */
  startedAt: number;
  /** Takes the Secrets' values that were read, so that they do not leave. */
  learn: (secrets: readonly string[]) => void;
  redact: Redact;
}

/** What a drift check gets handed in. */
export interface DriftJob {
  inputs: Inputs;
  context: RunContext;
  session: Session;
  say: (line: string) => void;
  /** ms since 1970. */
  startedAt: number;
  /** Takes the Secrets' values that were read, so that they do not leave. */
  learn: (secrets: readonly string[]) => void;
}
