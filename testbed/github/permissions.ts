import type { Issue, Level, Permissions, Repo, TokenGrant } from './types.ts';

/** One permission that opens a route. */
export interface Need {
  scope: string;
  level: 'read' | 'write';
}

// https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions
const JOB_SCOPES = [
  'actions',
  'artifact-metadata',
  'attestations',
  'checks',
  'contents',
  'deployments',
  'discussions',
  'id-token',
  'issues',
  'models',
  'packages',
  'pages',
  'pull-requests',
  'security-events',
  'statuses',
] as const;
const READ_ONLY_SCOPES = new Set(['models']);
const NO_READ_SCOPES = new Set(['id-token']);

/**
 * The permission set that GITHUB_TOKEN has in a job.
 * `declared`: the job's (else the workflow's) `permissions:` value; undefined → the restricted default of a repository.
 * `fork`: a `pull_request` run from a fork or by Dependabot: every write becomes read, `id-token` is gone.
 * Throws on a scope or level that GitHub refuses in a workflow file.
 */
export function permissionsFromWorkflow(declared: unknown, options: { fork?: boolean } = {}): Permissions {
  const permissions: Permissions = { ...declaredPermissions(declared), metadata: 'read' };
  if (options.fork !== true) return permissions;
  for (const [scope, level] of Object.entries(permissions)) {
    if (level === 'write') permissions[scope] = NO_READ_SCOPES.has(scope) ? 'none' : 'read';
  }
  return permissions;
}

function declaredPermissions(declared: unknown): Permissions {
  // https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/enabling-features-for-your-repository/managing-github-actions-settings-for-a-repository
  if (declared === undefined) return { contents: 'read', packages: 'read' };
  if (declared === null) return {};
  if (declared === 'read-all') return everyScope('read');
  if (declared === 'write-all') return everyScope('write');
  if (typeof declared !== 'object' || Array.isArray(declared)) {
    throw new Error(
      `permissions must be a map, read-all or write-all, not ${JSON.stringify(declared)}; write it as in a workflow file.`,
    );
  }
  return Object.fromEntries(Object.entries(declared).map(([scope, level]) => [scope, checkedLevel(scope, level)]));
}

function everyScope(level: 'read' | 'write'): Permissions {
  const entries = JOB_SCOPES.filter((scope) => level === 'write' || !NO_READ_SCOPES.has(scope)).map((scope) => {
    return [scope, READ_ONLY_SCOPES.has(scope) ? 'read' : level] as const;
  });
  return Object.fromEntries(entries);
}

function checkedLevel(scope: string, level: unknown): Level {
  if (!JOB_SCOPES.some((known) => known === scope)) {
    throw new Error(`permissions names the unknown scope ${scope}; GitHub knows ${JOB_SCOPES.join(', ')}.`);
  }
  if (level !== 'none' && level !== 'read' && level !== 'write') {
    throw new Error(`permissions.${scope} is ${JSON.stringify(level)}; GitHub knows none, read and write.`);
  }
  return level;
}

const read = (scope: string): Need => ({ scope, level: 'read' });
const write = (scope: string): Need => ({ scope, level: 'write' });
const COMMENT_READ = [read('pull-requests'), read('issues')];
const COMMENT_WRITE = [write('pull-requests'), write('issues')];

/** Alternatives per operation of GitHub's description; an empty list needs no permission. */
// https://docs.github.com/rest/authentication/permissions-required-for-github-apps
const NEEDS: Record<string, readonly Need[]> = {
  'issues/list-comments': COMMENT_READ,
  'issues/get-comment': COMMENT_READ,
  'issues/create-comment': COMMENT_WRITE,
  'issues/update-comment': COMMENT_WRITE,
  'issues/delete-comment': COMMENT_WRITE,
  'issues/list-for-repo': [read('issues')],
  'issues/get': [read('issues')],
  'issues/create': [write('issues')],
  'issues/update': COMMENT_WRITE,
  'pulls/list': [read('pull-requests')],
  'pulls/get': [read('pull-requests')],
  'repos/list-pull-requests-associated-with-commit': [read('pull-requests')],
  'repos/get-commit': [read('contents')],
  'repos/compare-commits-with-basehead': [read('contents')],
  'actions/get-workflow-run': [read('actions')],
  'actions/get-workflow-run-attempt': [read('actions')],
  'repos/get': [read('metadata')],
  'users/get-authenticated': [],
  'rate-limit/get': [],
};

/** Operation ids that the stand-in knows the permissions of. */
export const KNOWN_OPERATIONS: readonly string[] = Object.keys(NEEDS);

/** The alternatives that open `operation`; undefined when the stand-in does not know the route. */
export function needsOf(operation: string): readonly Need[] | undefined {
  return NEEDS[operation];
}

/** `X-Accepted-GitHub-Permissions`: alternatives are separated by `;`, as on GitHub. */
export function acceptedHeader(needs: readonly Need[]): string {
  const alternatives = needs.map((need) => `${need.scope.replaceAll('-', '_')}=${need.level}`).toSorted();
  return alternatives.length === 0 ? 'allows_permissionless_access=true' : alternatives.join('; ');
}

/**
 * Which of `needs` the token passes with. `target`: the issue or pull request that the request is about, when there is one:
 * `pull-requests` opens only pull requests, `issues` opens both.
 * Returns the permission as a workflow writes it, '' when none is needed, null when the token may not.
 */
export function permissionUsed(
  needs: readonly Need[],
  grant: TokenGrant,
  repo: Repo | null,
  target: Issue | null,
): string | null {
  if (needs.length === 0) return '';
  const isPull = repo?.pulls.some((pull) => pull.number === target?.number) === true;
  const ownRepo = repo === null || grant.repository === undefined || grant.repository === `${repo.owner}/${repo.name}`;
  for (const need of needs) {
    if (need.scope === 'pull-requests' && target !== null && !isPull) continue;
    const level = need.scope === 'metadata' ? 'read' : ownRepo ? (grant.permissions[need.scope] ?? 'none') : 'none';
    if (level === 'write' || level === need.level) return `${need.scope}: ${need.level}`;
  }
  const publicRead = repo !== null && !repo.private && needs.every((need) => need.level === 'read');
  return publicRead ? 'public: read' : null;
}
