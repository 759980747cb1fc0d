import type { RunContext } from '../github/context.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { HasEnded } from '../release/holder.ts';
import type { LiveComment } from '../report/live-comment.ts';
import type { Session, Workshop } from './prepare/prepare.ts';

/** What every command gets handed in. */
export interface Job {
  inputs: Inputs;
  context: RunContext;
  say: (line: string) => void;
  /** Takes the Secrets' values that were read, so that they do not leave. */
  learn: (secrets: readonly string[]) => void;
}

/** For a command that may change the release: deploy, rollback, uninstall. */
export interface WriterJob extends Job {
  session: Session;
  hasEnded: HasEnded;
  cancelled: AbortSignal;
  /** Says on the pull request that the deploy is under way; absent when nobody is to be told. */
  live?: LiveComment;
}

/** For a command that can do without a cluster: diff, audit. */
export interface ReaderJob extends Job {
  workshop: Workshop;
  /** ms since 1970. */
  startedAt: number;
}

/** For a drift check. */
export interface DriftJob extends Job {
  session: Session;
  /** ms since 1970. */
  startedAt: number;
}
