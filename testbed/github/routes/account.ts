import type { Answer } from '../answers.ts';
import type { RateLimit } from '../rate-limit.ts';
import { type Bases, renderUser } from '../render.ts';
import type { TokenGrant } from '../types.ts';

/** Operations that are about the token, not about a repository. */
export const ACCOUNT_OPERATIONS: readonly string[] = ['users/get-authenticated', 'rate-limit/get'];

export function accountAnswer(operation: string, grant: TokenGrant, rate: RateLimit, bases: Bases): Answer {
  if (operation === 'rate-limit/get') {
    const core = rate.shown();
    return { status: 200, body: { resources: { core, search: core, graphql: core }, rate: core } };
  }
  const born = '2024-01-01T00:00:00Z';
  const text = { name: null, company: null, blog: null, location: null, email: null, hireable: null, bio: null };
  const counters = { public_repos: 0, public_gists: 0, followers: 0, following: 0 };
  const body = { ...renderUser(bases, grant.account), ...text, ...counters, created_at: born, updated_at: born };
  return { status: 200, body };
}
