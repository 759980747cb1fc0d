import { afterAll } from '@jest/globals';
import { type GitHub, githubFor, type Pace } from '../../src/github/client.ts';
import type { Payload, RunContext } from '../../src/github/context.ts';
import type { StateMarker } from '../../src/github/marker.ts';
import { type GitHubStandIn, startGitHub } from '../../testbed/github/server.ts';

export const REPO = { owner: 'acme', repo: 'shop' };
export const SHA = 'c0ffee0123456789c0ffee0123456789c0ffee01';
const ALL = { contents: 'read', 'pull-requests': 'write', actions: 'read' } as const;

/** The stand-in needs no rest between two requests; that octokit's own pace is kept without this is a test of its own. */
const AT_ONCE: Pace = { write: atOnce(), notifications: atOnce(), secondMs: 20 };

/** As much of a Bottleneck group as the plugin uses. */
function atOnce(): Pace['write'] {
  const queue = { schedule: (_options: object, job: () => Promise<void>) => job() };
  return { key: () => queue } as unknown as Pace['write'];
}

const open: GitHubStandIn[] = [];
afterAll(async () => {
  for (const server of open) await server.close();
});

/** A stand-in with pull request 7, and a client that speaks for `login` (GITHUB_TOKEN's bot unless given). */
export async function place(login?: string, permissions: Record<string, 'read' | 'write'> = { ...ALL }) {
  const server = await startGitHub();
  open.push(server);
  server.seedToken({ token: 'ghs_test', repository: 'acme/shop', permissions, login });
  server.seedPull({ ...REPO, number: 7, merged: true, mergeCommitSha: SHA });
  server.seedToken({ token: 'ghs_seed', repository: 'acme/shop', permissions: { ...ALL } });
  return { server, github: client(server) };
}

export function client(server: GitHubStandIn, token = 'ghs_test'): GitHub {
  const made = githubFor(token, { apiUrl: server.url }, AT_ONCE);
  if (!made) throw new Error('no client');
  return made;
}

export function context(
  server: Pick<GitHubStandIn, 'url'>,
  payload: Payload = {},
  more: Partial<RunContext> = {},
): RunContext {
  return {
    ...REPO,
    eventName: 'push',
    payload,
    sha: SHA,
    runId: '4711',
    attempt: '1',
    job: 'deploy',
    actor: 'dev',
    serverUrl: 'https://github.example',
    apiUrl: server.url,
    workspace: '/nowhere',
    temp: '/nowhere',
    ...more,
  };
}

export const KEY = '0123456789ab/pearl/web';

export function state(revision: number | undefined, observed: number, run = '4711/1'): StateMarker {
  return { v: 1, kind: 'state', key: KEY, run, revision, observed };
}
