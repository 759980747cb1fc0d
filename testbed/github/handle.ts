import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, notFound, refusal, withDocumentation } from './answers.ts';
import { type Checked, checkRequest } from './conformance.ts';
import type { Operation } from './description.ts';
import type { Fault, FaultQueue } from './faults.ts';
import { acceptedHeader, needsOf, permissionUsed } from './permissions.ts';
import { type RateLimit, secondaryLimit } from './rate-limit.ts';
import { ACCOUNT_OPERATIONS, accountAnswer } from './routes/account.ts';
import { commentRoutes } from './routes/comments.ts';
import { issueRoutes } from './routes/issues.ts';
import { pullRoutes } from './routes/pulls.ts';
import { repositoryRoutes } from './routes/repository.ts';
import type { Route, Routes } from './routes/route.ts';
import { findIssue, type GitHubState } from './state.ts';
import type { Issue, RecordedRequest, Repo, TokenGrant } from './types.ts';

/** What one stand-in consists of, behind its socket. */
export interface Engine {
  state: GitHubState;
  faults: FaultQueue;
  rate: RateLimit;
  /** Web address in `html_url`s, without a trailing slash. */
  serverUrl: string;
}

export interface Incoming {
  method: string;
  url: URL;
  text: string;
  authorization: string | undefined;
  userAgent: string | undefined;
  accept: string | undefined;
}

const ROUTES: Routes = { ...commentRoutes, ...issueRoutes, ...pullRoutes, ...repositoryRoutes };
// Media types that ask for other content than the JSON that the stand-in renders.
const OTHER_MEDIA = /\.(diff|patch|html|full|text|sha)\b/;

/** Answers one request and records it; null when the socket is to be dropped. */
export async function handle(engine: Engine, incoming: Incoming): Promise<Answer | null> {
  const { state, faults, rate } = engine;
  const { method, url } = incoming;
  const checked = examined(incoming);
  state.violations.push(...checked.violations);
  const record: RecordedRequest = {
    method,
    path: url.pathname,
    query: url.search,
    operation: checked.operation?.id ?? null,
    bodyBytes: Buffer.byteLength(incoming.text),
    body: checked.body ?? null,
    status: 0,
    identity: null,
    permission: null,
    at: state.now(),
  };
  state.requests.push(record);
  const { delayMs, trouble } = faults.take(method, safeDecode(url.pathname));
  if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
  const early = trouble !== null && !('when' in trouble && trouble.when === 'after');
  let answer = early ? null : serve(engine, incoming, checked, record);
  if (trouble !== null) answer = troubleAnswer(trouble);
  if (answer === null) return null;
  record.status = answer.status;
  const accepted = needsOf(checked.operation?.id ?? '');
  const headers = {
    ...rate.headers(),
    ...(accepted === undefined ? {} : { 'x-accepted-github-permissions': acceptedHeader(accepted) }),
    ...answer.headers,
  };
  return { ...withDocumentation(answer, checked.operation?.documentationUrl), headers };
}

function safeDecode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function examined(incoming: Incoming): Checked {
  const { method, url, text, accept } = incoming;
  if (url.pathname === '/graphql') {
    const message = 'The GitHub stand-in has no GraphQL; use the REST API.';
    const violation = { kind: 'unsupported' as const, method, path: url.pathname, message };
    return { operation: null, params: {}, body: undefined, violations: [violation], refusal: refusal(501, message) };
  }
  const checked = checkRequest(method, url, text);
  if (accept !== undefined && OTHER_MEDIA.test(accept)) unsupported(checked, incoming, `the media type ${accept}`);
  return checked;
}

/** Marks what GitHub can and the stand-in cannot, so that no test builds on an answer that was made up. */
function unsupported(checked: Checked, incoming: Incoming, what: string): Answer {
  const where = checked.operation?.id ?? incoming.url.pathname;
  const message = `The GitHub stand-in does not support ${what} of ${where}; add it in testbed/github/routes.`;
  checked.violations.push({ kind: 'unsupported', method: incoming.method, path: incoming.url.pathname, message });
  checked.refusal ??= refusal(501, message);
  return checked.refusal;
}

function troubleAnswer(trouble: Exclude<Fault, { kind: 'delay' }>): Answer | null {
  if (trouble.kind === 'drop') return null;
  if (trouble.kind === 'rate-limit') return secondaryLimit(trouble.status, trouble.retryAfter);
  // In front of GitHub's API stands a proxy, whose error page is no JSON.
  if (trouble.status > 502) return { status: trouble.status, body: '<html><body><h1>Unicorn!</h1></body></html>' };
  return { status: trouble.status, body: { message: 'Server Error' } };
}

function serve(engine: Engine, incoming: Incoming, checked: Checked, record: RecordedRequest): Answer {
  const grant = grantOf(engine.state, incoming);
  if ('status' in grant) return grant;
  record.identity = grant.account.login;
  const { operation } = checked;
  const limited = operation?.id === 'rate-limit/get' ? null : engine.rate.spend();
  if (limited !== null) return limited;
  if (operation === null) return checked.refusal ?? notFound();
  if (!operation.enabledForApps && grant.installation) return notForIntegrations();
  const bases = { api: incoming.url.origin, html: engine.serverUrl };
  if (ACCOUNT_OPERATIONS.includes(operation.id)) return accountAnswer(operation.id, grant, engine.rate, bases);
  const route = ROUTES[operation.id];
  const needs = needsOf(operation.id);
  if (route === undefined || needs === undefined) return late(engine, checked, incoming, 'the route');
  const { owner = '', repo: name = '' } = checked.params;
  const repo = engine.state.repo(owner, name);
  if (repo === null || hidden(repo, grant)) return notFound();
  const permission = permissionUsed(needs, grant, repo, targetOf(repo, checked.params));
  if (permission === null) return notForIntegrations();
  record.permission = permission === '' ? null : permission;
  if (checked.refusal !== null) return checked.refusal;
  const extra = notHonoured(operation, route, incoming.url, checked.body);
  if (extra !== null) return late(engine, checked, incoming, extra);
  const body = (checked.body ?? {}) as Record<string, unknown>;
  return route.handle({ state: engine.state, bases, url: incoming.url, params: checked.params, body, grant, repo });
}

/** As `unsupported`, found only after the request's violations were recorded. */
function late(engine: Engine, checked: Checked, incoming: Incoming, what: string): Answer {
  const before = checked.violations.length;
  const answer = unsupported(checked, incoming, what);
  engine.state.violations.push(...checked.violations.slice(before));
  return answer;
}

/** What the description knows and the handler does not honour; what GitHub ignores is ignored here too. */
function notHonoured(operation: Operation, route: Route, url: URL, body: unknown): string | null {
  const described = operation.parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const query = described.find((name) => url.searchParams.has(name) && route.query?.includes(name) !== true);
  if (query !== undefined) return `the query parameter ${query}`;
  const keys = Object.keys((operation.bodySchema?.properties ?? {}) as object);
  const given = typeof body === 'object' && body !== null ? body : {};
  const key = keys.find((name) => name in given && route.body?.includes(name) !== true);
  return key === undefined ? null : `the property ${key}`;
}

function grantOf(state: GitHubState, incoming: Incoming): TokenGrant | Answer {
  if (incoming.userAgent === undefined || incoming.userAgent === '') {
    // https://docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent
    return refusal(
      403,
      'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.',
    );
  }
  if (incoming.authorization === undefined) return refusal(401, 'Requires authentication');
  const token = /^(?:token|bearer)\s+(\S+)$/i.exec(incoming.authorization)?.[1];
  const grant = token === undefined ? undefined : state.tokens.get(token);
  return grant ?? refusal(401, 'Bad credentials');
}

function notForIntegrations(): Answer {
  return refusal(403, 'Resource not accessible by integration');
}

function hidden(repo: Repo, grant: TokenGrant): boolean {
  return repo.private && grant.repository !== undefined && grant.repository !== `${repo.owner}/${repo.name}`;
}

function targetOf(repo: Repo, params: Record<string, string>): Issue | null {
  const { issue_number, pull_number, comment_id } = params;
  const comment = repo.comments.find((candidate) => candidate.id === Number(comment_id));
  return findIssue(repo, Number(issue_number ?? pull_number ?? comment?.issueNumber));
}
