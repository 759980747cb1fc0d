import { getState, saveState } from '@actions/core';
import type { AtomicMode } from './release/helm-args.ts';
import type { HealthyRevision } from './release/last-healthy.ts';
import type { ImageUse } from './rollout/images.ts';

/** What `main` leaves for `post`, in the runner's own state file; never a secret. */
export interface State {
  /** The private folder with kubeconfig and values, to be removed. */
  folder: string;
  /** Set while a release may be half-way: what post needs to settle it. */
  unsettled?: Unsettled;
}

export interface Unsettled {
  release: string;
  namespace: string;
  kubeconfig?: string;
  kubeContext?: string;
  helm: { bin: string; version: string };
  kubectlBin: string;
  cluster: string;
  atomic: AtomicMode;
  timeout: { text: string; ms: number };
  target?: HealthyRevision;
  ownRevision: number;
  /** The new revision's tests were to run, and have not succeeded yet. */
  untested?: boolean;
  firstInstall: boolean;
  runningImages: ImageUse[];
  /** A rollback to the revision that is deployed already, because what is live has drifted. */
  again?: boolean;
  /** The chart's hooks do not run. */
  noHooks?: boolean;
  startedAt: number;
  /** The report of the run as far as it got, to be completed by post. */
  draft: string;
}

const KEY = 'helm-rollout';

/** Keeps the state for post; a later call replaces an earlier one, also when this process is killed right after. */
export function keep(state: State): void {
  saveState(KEY, JSON.stringify(state));
}

/** The state that main left; undefined when main did not get that far. */
export function kept(): State | undefined {
  const text = getState(KEY);
  return text === '' ? undefined : (JSON.parse(text) as State);
}

/** True when this process is the `post` of a step whose main has run. */
export function isPost(): boolean {
  return getState('is-post') === 'true';
}

/** Says to the runner's next process of this step that it is `post`. */
export function markPost(): void {
  saveState('is-post', 'true');
}
