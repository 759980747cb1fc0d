import { type GitHub, statusOf } from './client.ts';
import type { RunContext } from './context.ts';
import { type Identity, identityOf } from './identity.ts';
import { isNewer, markerLine, readMarker, type StateMarker } from './marker.ts';

/** What the one issue of a release is to say. */
export interface IssueText {
  title: string;
  /** Markdown, without the marker. */
  body: string;
  /** False closes the issue; nothing is opened then. */
  open: boolean;
  /** What is said under an issue that is closed or opened again. */
  turn: string;
}

/** What became of the issue. */
export interface Tracked {
  /** Empty when there is none. */
  url: string;
  result: 'opened' | 'reopened' | 'updated' | 'closed' | 'same' | 'newer' | 'none';
}

interface Found {
  number: number;
  url: string;
  title: string;
  body: string;
  open: boolean;
  marker: StateMarker;
}

type Place = { github: GitHub; identity: Identity } & Pick<RunContext, 'owner' | 'repo'>;

/** So many pages of 100 open issues are looked through; the one that is edited by every run is among the newest. */
const OPEN_PAGES = 10;

/** So often the issues are read again after a write. */
const ROUNDS = 4;

/**
 * Brings the one issue of a release to what `text` says: opens it, edits it in place, closes it, opens it again. Only our own issues
 * with the same key are touched (marker.ts, identity.ts); of several open ones the oldest stays and the others are closed. What a
 * later observation wrote stays. Reads again after each write, so that a lost answer makes no second issue. Throws what octokit throws.
 */
export async function trackIssue(
  github: GitHub,
  repo: Pick<RunContext, 'owner' | 'repo'>,
  marker: StateMarker,
  text: IssueText,
): Promise<Tracked> {
  const place: Place = { github, owner: repo.owner, repo: repo.repo, identity: identityOf(github) };
  const body = `${markerLine(marker)}\n${text.body}`;
  let done: Tracked['result'] | undefined;
  for (let round = 0; round < ROUNDS; round += 1) {
    const open = await issues(place, marker.key, 'open');
    const [top, ...others] = open.toSorted((a, b) => a.number - b.number);
    for (const other of others)
      await close(place, other, `A second issue of the same release: #${top?.number} goes on.`, 'not_planned');
    const old = top ?? (await issues(place, marker.key, 'closed')).toSorted((a, b) => b.number - a.number)[0];
    if (old && isNewer(old.marker, marker)) return { url: old.url, result: 'newer' };
    if (old && old.open === text.open && old.body === body) return { url: old.url, result: done ?? 'same' };
    if (!text.open && !old?.open) return { url: old?.url ?? '', result: done ?? 'none' };
    done = await write(place, old, { ...text, body }, done === 'opened');
  }
  throw new Error('the issue was changed by others again and again');
}

async function write(
  place: Place,
  old: Found | undefined,
  text: IssueText,
  lastTry: boolean,
): Promise<Tracked['result']> {
  if (!old) return open(place, text, lastTry);
  const { github, owner, repo } = place;
  const { title, body } = text;
  await github.rest.issues.update({
    owner,
    repo,
    issue_number: old.number,
    title,
    body,
    ...(old.open === text.open
      ? {}
      : { state: text.open ? 'open' : 'closed', state_reason: text.open ? 'reopened' : 'completed' }),
  });
  if (old.open === text.open) return 'updated';
  // An edit notifies nobody: who follows the issue hears of the turn by a comment.
  await say(place, old.number, text.turn);
  return text.open ? 'reopened' : 'closed';
}

/** Not repeated by octokit: a lost answer is no lost issue, and only a look at the list tells. */
async function open({ github, owner, repo }: Place, { title, body }: IssueText, lastTry: boolean): Promise<'opened'> {
  try {
    await github.rest.issues.create({ owner, repo, title, body, request: { retries: 0 } });
  } catch (error) {
    const status = statusOf(error);
    if (lastTry || (status !== undefined && status < 500)) throw error;
  }
  return 'opened';
}

async function close(place: Place, issue: Found, why: string, reason: 'completed' | 'not_planned'): Promise<void> {
  const { github, owner, repo } = place;
  await say(place, issue.number, why);
  await github.rest.issues.update({ owner, repo, issue_number: issue.number, state: 'closed', state_reason: reason });
}

async function say({ github, owner, repo }: Place, number: number, body: string): Promise<void> {
  await github.rest.issues.createComment({ owner, repo, issue_number: number, body });
}

/** Our issues with this key. Of the closed ones the 100 last touched are looked at: one that is older gets a successor. */
async function issues(
  { github, owner, repo, identity }: Place,
  key: string,
  state: 'open' | 'closed',
): Promise<Found[]> {
  const found: Found[] = [];
  const pages = state === 'open' ? OPEN_PAGES : 1;
  for (let page = 1; page <= pages; page += 1) {
    const query = { owner, repo, state, sort: 'updated', direction: 'desc', per_page: 100, page } as const;
    const { data } = await github.rest.issues.listForRepo(query);
    for (const { number, html_url: url, title, body, user, pull_request: pull } of data) {
      const marker = readMarker(body ?? undefined);
      if (pull || marker?.kind !== 'state' || marker.key !== key || !(await identity.wrote(user))) continue;
      found.push({ number, url, title, body: body ?? '', open: state === 'open', marker });
    }
    if (data.length < 100) break;
  }
  return found;
}
