import type { ObjectRef } from '../kubernetes/object.ts';
import type { Step } from './path.ts';

/** What a difference is: changed by hand, no drift for a known reason, deleted, or an object of another release. */
export type Verdict = 'drift' | 'ignored' | 'missing' | 'foreign';

/** What the next `helm upgrade` does to it; `same`: its chart says what is live. */
export type NextUpgrade = 'overwrite' | 'conflict' | 'keep' | 'same';

/** Why a difference is no drift. */
export type IgnoredReason =
  | 'configured'
  | 'autoscaler'
  | 'restart'
  | 'ca-bundle'
  | 'aggregated-role'
  | 'bookkeeping'
  | 'job-done'
  | 'admission'
  | 'injected'
  | 'controller'
  | 'default';

/** One difference between what Helm believes and what is there. Raw: `wanted` and `live` may be values of a Secret. */
export interface Finding {
  object: ObjectRef;
  /** Empty for an object as a whole. */
  path: Step[];
  /** Undefined where there is nothing. */
  wanted: unknown;
  live: unknown;
  verdict: Verdict;
  reason?: IgnoredReason;
  /** Who wrote it, in words; commands are back-ticked. */
  who: string;
  /** When, in ms since 1970; undefined when it is not recorded. */
  when?: number;
  next: NextUpgrade;
}

/** The words for each reason, in the order in which they are shown. */
export const REASONS: Record<IgnoredReason, string> = {
  configured: 'named by `drift-ignore`',
  autoscaler: 'replicas that an autoscaler sets',
  restart: '`kubectl rollout restart`',
  'ca-bundle': 'CA bundles put in by a certificate manager',
  'aggregated-role': 'rules of aggregated ClusterRoles',
  bookkeeping: 'bookkeeping annotations of Kubernetes and kubectl',
  'job-done': 'finished Jobs that were cleaned up (`ttlSecondsAfterFinished`)',
  admission: "changed by the API server or a webhook on Helm's own write",
  injected: "sidecars and the like, put in by a webhook on Helm's own write",
  controller: 'fields that the chart does not name, set by a controller',
  default: 'defaults that the API server filled in',
};
