import type { HasEnded } from '../release/holder.ts';
import { type GitHub, PATIENCE_MS, within } from './client.ts';
import type { RunContext } from './context.ts';

/** Asks GitHub whether a run's attempt has ended (needs `actions: read`); undefined when GitHub does not say. */
export function runsOf(github: GitHub | undefined, { owner, repo, runId, attempt: ownAttempt }: RunContext): HasEnded {
  return async (id, attempt) => {
    // Another job of this very run may be at work on the release.
    if (!github || (id === runId && attempt === ownAttempt)) return undefined;
    try {
      const { data } = await within(github, PATIENCE_MS, () =>
        github.rest.actions.getWorkflowRunAttempt({
          owner,
          repo,
          run_id: Number(id),
          attempt_number: Number(attempt),
        }),
      );
      return data.status === 'completed';
    } catch {
      return undefined;
    }
  };
}
