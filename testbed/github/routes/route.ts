import type { Answer } from '../answers.ts';
import type { Bases } from '../render.ts';
import type { GitHubState } from '../state.ts';
import type { Repo, TokenGrant } from '../types.ts';

/** What a route works with. Request and permission were checked before; `body` fits GitHub's schema. */
export interface RouteContext {
  state: GitHubState;
  bases: Bases;
  /** The request's absolute URL on the stand-in. */
  url: URL;
  params: Record<string, string>;
  body: Record<string, unknown>;
  grant: TokenGrant;
}

export interface RepoContext extends RouteContext {
  repo: Repo;
}

/** `query` and `body` name what the handler really honours: anything else that GitHub describes is answered 501. */
export interface Route {
  query?: readonly string[];
  body?: readonly string[];
  handle: (context: RepoContext) => Answer;
}

/** Operation id of GitHub's description → route. */
export type Routes = Record<string, Route>;

export const PAGING = ['per_page', 'page'] as const;

export function numberParam(context: RouteContext, name: string): number {
  return Number(context.params[name]);
}
