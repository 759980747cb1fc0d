import type { HelmName } from '../__tests__/e2e/step.ts';
import type { Bed } from '../testbed/bed.ts';
import type { AdminClient } from '../testbed/github/admin.ts';
import { type Interface, type Live, REPOSITORY } from './interface.ts';
import type { Terminal } from './terminal.ts';

/** What every chapter has at hand. */
export interface Scene {
  bed: Bed;
  helm: HelmName;
  github: AdminClient;
  system: Interface;
  terminal: Terminal;
  /** Where the comments, summaries and reports go. */
  out: string;
  /** Aborted when somebody ends the demo in the middle. */
  stopped: AbortSignal;
}

/** The image that somebody put in place by hand. */
export const HOT_FIX = `${REPOSITORY}:1.4.2-hotfix`;

/** How many pods of the workload are ready, in words. */
export function ready({ pods }: Live): string {
  const [available, updated, wanted] = pods.split('/');
  return `${available || 0} of ${wanted} ready${updated === wanted ? '' : `, ${updated || 0} of the newest revision`}`;
}
