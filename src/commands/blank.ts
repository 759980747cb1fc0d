import { type RunContext, runUrl } from '../github/context.ts';
import type { Report } from '../report/report.ts';
import type { ReaderJob } from './job.ts';

/** What every report about a chart says, whatever was found. */
export function blank(
  { inputs, context, workshop, startedAt }: Pick<ReaderJob, 'inputs' | 'context' | 'workshop' | 'startedAt'>,
  cluster: string,
): Omit<Report, 'status' | 'reason' | 'next'> {
  return {
    schemaVersion: 1,
    command: 'diff',
    release: inputs.release,
    namespace: inputs.namespace,
    cluster,
    images: [],
    drift: [],
    workloads: [],
    history: [],
    warnings: [],
    startedAt,
    tookMs: Date.now() - startedAt,
    helmVersion: workshop.helmTool.version,
    run: {
      url: runUrl(context),
      id: context.runId,
      attempt: context.attempt,
      sha: headOf(context),
      actor: context.actor,
    },
  };
}

/** On a pull request GITHUB_SHA is the merge commit, which nobody knows; the head is what the author pushed. */
function headOf({ payload, sha }: RunContext): string {
  return payload.pull_request?.head?.sha ?? sha;
}
