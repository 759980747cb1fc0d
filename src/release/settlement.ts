import type { Api } from '../cluster/api.ts';
import type { Kubectl } from '../cluster/kubectl.ts';
import type { ObjectRef } from '../kubernetes/object.ts';
import type { ImageDifference, ImageUse } from '../rollout/images.ts';
import type { ObjectState } from '../rollout/verdict.ts';
import type { Helm } from './helm.ts';
import type { Revision } from './history.ts';
import type { HealthyRevision } from './last-healthy.ts';

/** What settle needs of the outside world. */
export interface ReleasePorts {
  helm: Helm;
  kubectl: Kubectl;
  api: Api;
  /** Brings the way to the API server back when it broke. */
  revive: () => Promise<void>;
  say: (line: string) => void;
  cancelled: AbortSignal;
}

export interface SettlePlan {
  /** The revision to go back to, chosen before anything was touched; undefined: chosen from the history now. */
  target?: HealthyRevision;
  /** Revisions that must not be chosen. */
  except: readonly number[];
  /** The revision that this run wrote; a newer one that is not a rollback of ours means that somebody took over. */
  ownRevision?: number;
  /** Images that really ran before, healthy, where they differ from what the target's chart says. */
  runningImages: readonly ImageUse[];
  /** There was no release before: what failed is a first install. */
  firstInstall: boolean;
  /** Hook Jobs that may still be at work: going back under a running migration could harm the data. */
  hooks?: readonly ObjectRef[];
  timeout: { text: string; ms: number };
}

/** Where a release ended, as observed. */
export interface Settlement {
  status:
    | 'rolled-back'
    | 'untouched'
    | 'rollback-failed'
    | 'uninstalled'
    | 'nothing-to-go-back-to'
    | 'taken-over'
    | 'unknown';
  /** One sentence: what was done and what was seen. */
  said: string;
  target?: HealthyRevision;
  /** The newest revision now. */
  revision?: number;
  /** Live objects were seen to equal the target and to have converged. */
  verified: boolean;
  problems: string[];
  restored: ImageDifference[];
  history: Revision[];
  objects: ObjectState[];
  startedAt: number;
  endedAt: number;
}

/** What one way of settling adds to what is known already. */
export type Part = Pick<Settlement, 'status' | 'said'> & Partial<Settlement>;
