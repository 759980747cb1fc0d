import type { ReleaseDiff } from '../../diff/diff.ts';
import type { KubeObject } from '../../kubernetes/object.ts';
import type { Revision } from '../../release/history.ts';
import type { Facts } from '../../release/inspect.ts';
import type { HealthyRevision } from '../../release/last-healthy.ts';

/** Everything that is known before a rollback is begun. */
export interface RollbackPlan {
  target: HealthyRevision;
  /** The target is the current revision, from which what is live has drifted. */
  again: boolean;
  current: Revision;
  /** The number of the revision that the person wanted to leave: of a stuck release the pending one, settled by now. */
  from: number;
  facts: Facts;
  /** What changes from the current revision's manifest to the target's. */
  found: ReleaseDiff;
  /** The current revision's hooks. */
  hooks: KubeObject[];
}
