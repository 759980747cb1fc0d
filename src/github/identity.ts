import type { GitHub } from './client.ts';

/** Whose comments are ours. */
export interface Identity {
  /** True when a comment by this user is one of ours. */
  wrote(user: { login: string; type: string } | null | undefined): Promise<boolean>;
}

/** Who writes with GITHUB_TOKEN. */
const JOB_BOT = 'github-actions[bot]';

/**
 * The identity of a token. A person's token names its person (`GET /user`), and then only that person's comments are ours. An app's
 * token may not ask that: then ours are those of `github-actions[bot]`, which only workflows of this repository write, and those
 * of the app itself, which GraphQL names. A comment of anybody else is never ours, whatever it contains.
 */
export function identityOf(github: GitHub): Identity {
  let person: Promise<string | undefined> | undefined;
  let app: Promise<string | undefined> | undefined;
  return {
    async wrote(user) {
      if (!user) return false;
      person ??= personOf(github);
      const login = await person;
      if (login !== undefined) return user.login === login;
      if (user.type !== 'Bot') return false;
      if (user.login === JOB_BOT) return true;
      app ??= appOf(github);
      return user.login === (await app);
    },
  };
}

/** Undefined for the token of an app, GITHUB_TOKEN among them. Throws when GitHub is away: a guess could make a second comment. */
async function personOf(github: GitHub): Promise<string | undefined> {
  try {
    const { data } = await github.rest.users.getAuthenticated();
    return data.login;
  } catch (error) {
    const status = (error as { status?: number }).status;
    if (status === 403 || status === 404) return undefined;
    throw error;
  }
}

/** https://docs.github.com/en/graphql/reference/queries#viewer, the only place that names an app to its own token. */
async function appOf(github: GitHub): Promise<string | undefined> {
  try {
    const { viewer } = await github.graphql<{ viewer?: { login?: string } }>('query { viewer { login } }');
    const login = viewer?.login;
    return login === undefined || login.endsWith('[bot]') ? login : `${login}[bot]`;
  } catch {
    return undefined;
  }
}
