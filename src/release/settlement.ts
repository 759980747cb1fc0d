import type { Api } from '../cluster/api.ts';
import type { Kubectl } from '../cluster/kubectl.ts';
import type { ObjectRef } from '../kubernetes/object.ts';
import type { EvidenceKeeper } from '../rollout/evidence.ts';
import type { ImageDifference, ImageUse } from '../rollout/images.ts';
import type { ObjectState, Verdict } from '../rollout/verdict.ts';
import type { Outcome } from './follow.ts';
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
  /** Roll back although the newest revision repeats the target already: what is live has drifted from it. */
  again?: boolean;
  /** Collects what a rollback shows that does not come up. */
  evidence?: EvidenceKeeper;
  /** Stored with the rollback's revision where Helm can; must begin with "Rollback to N, helm-rollout:". */
  description?: string;
  /** The rollback runs without the chart's hooks, as the upgrade did. */
  noHooks?: boolean;
  /** Hears how far the rollback is. */
  onProgress?: (verdict: Verdict) => void;
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
  /** How the objects of the target came up, when a rollback was watched. */
  outcome?: Outcome;
  startedAt: number;
  endedAt: number;
}

/** What one way of settling adds to what is known already. */
export type Part = Pick<Settlement, 'status' | 'said'> & Partial<Settlement>;
