import type { RunContext } from './context.ts';

/**
 * Why the code of this event may not be trusted with the cluster, as a paragraph for the reader; undefined when it may.
 * A fork's head and Dependabot's can hold anything; pull_request_target and workflow_run run with the repository's own
 * secrets although the code that triggered them may be a fork's:
 * https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/
 */
export function distrust({ owner, repo, eventName, actor, payload }: RunContext): string | undefined {
  if (eventName === 'pull_request_target' || eventName === 'workflow_run') {
    return (
      `events of the kind ${eventName} run with this repository's secrets although a fork may have triggered them, ` +
      'so this action does not touch the cluster for them; use pull_request for diffs, and push or workflow_dispatch for deploys'
    );
  }
  const head = payload.pull_request?.head;
  if (eventName === 'pull_request' && head && head.repo?.full_name !== `${owner}/${repo}`) {
    return 'the pull request comes from a fork, whose chart may hold anything: it is rendered without the cluster';
  }
  if (eventName === 'pull_request' && actor === 'dependabot[bot]') {
    return 'Dependabot opened the pull request, and its runs get no secrets: it is rendered without the cluster';
  }
  return undefined;
}
