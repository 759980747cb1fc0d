import { type GitHub, statusOf } from './client.ts';
import type { RunContext } from './context.ts';
import { type Identity, identityOf } from './identity.ts';
import { isNewer, type Marker, markerLine, type PullState, readMarker } from './marker.ts';

/** What became of a comment. */
export interface Written {
  url: string;
  /** newer: something newer stands there and stays; `by` is the run that wrote it. */
  result: 'created' | 'updated' | 'same' | 'newer';
  by: string;
  /** What the comment said before; undefined when there was none. */
  before?: Marker;
}

/** The text below the marker, in so many UTF-8 bytes less as the marker takes. */
export type Text = (taken: number) => string;

interface Found {
  id: number;
  url: string;
  body: string;
  marker: Marker;
}

/** So often the comments are read again to see whether what we wrote is what stands there. */
const ROUNDS = 4;

/**
 * Brings the one comment of a release on a pull request to `text`: creates it, edits it in place, or leaves it when the same or
 * something newer stands there. Only our own comments are touched (identity.ts); of several the newest stays and the others
 * are deleted. Reads again after each write, so that a lost answer makes no second comment, and two runs at the same time end with
 * one comment, the newer one's. What was reviewed stays in the marker when a state takes the comment over. Throws what octokit throws.
 */
export async function upsertComment(
  github: GitHub,
  repo: Pick<RunContext, 'owner' | 'repo'>,
  pull: number,
  marker: Marker,
  text: string | Text,
): Promise<Written> {
  const place = { github, owner: repo.owner, repo: repo.repo, pull, identity: identityOf(github) };
  const state = marker.kind === 'diff' ? await pullState(place) : undefined;
  const done: Written['result'][] = ['same'];
  let before: Marker | undefined;
  for (let round = 0; round < ROUNDS; round += 1) {
    const ours = (await list(place)).filter((comment) => comment.marker.key === marker.key);
    const top = ours.reduce<Found | undefined>(
      (best, next) => (best && isNewer(best.marker, next.marker, state) ? best : next),
      undefined,
    );
    if (round === 0) before = top?.marker;
    const body = bodyOf(keepReviewed(marker, top?.marker ?? before), text);
    const settled = top && (top.body === body || isNewer(top.marker, marker, state));
    if (settled) {
      for (const other of ours) if (other.id !== top.id) await remove(place, other.id);
      const result = top.body === body ? (done.at(-1) ?? 'same') : 'newer';
      return { url: top.url, by: top.marker.run, result, before };
    }
    done.push(top ? await update(place, top, body) : await create(place, body, done.includes('created')));
  }
  throw new Error('the comment on the pull request was changed by others again and again');
}

/** A diff brings its own; what a state stands on is what was there. */
function keepReviewed(marker: Marker, before: Marker | undefined): Marker {
  if (marker.kind === 'diff' || marker.reviewed || !before?.reviewed) return marker;
  return { ...marker, reviewed: before.reviewed };
}

function bodyOf(marker: Marker, text: string | Text): string {
  const line = markerLine(marker);
  return `${line}\n${typeof text === 'string' ? text : text(Buffer.byteLength(line) + 1)}`;
}

interface Place {
  github: GitHub;
  owner: string;
  repo: string;
  pull: number;
  identity: Identity;
}

/** Our comments, oldest first. */
async function list({ github, owner, repo, pull, identity }: Place): Promise<Found[]> {
  const comments = await github.paginate(github.rest.issues.listComments, {
    owner,
    repo,
    issue_number: pull,
    per_page: 100,
  });
  const found: Found[] = [];
  for (const { id, html_url: url, body = '', user } of comments) {
    const marker = readMarker(body);
    if (marker && (await identity.wrote(user))) found.push({ id, url, body, marker });
  }
  return found;
}

/** Not repeated by octokit: a lost answer is no lost comment, and only a look at the list tells. */
async function create({ github, owner, repo, pull }: Place, body: string, lastTry: boolean): Promise<'created'> {
  try {
    await github.rest.issues.createComment({ owner, repo, issue_number: pull, body, request: { retries: 0 } });
  } catch (error) {
    const status = statusOf(error);
    if (lastTry || (status !== undefined && status < 500)) throw error;
  }
  return 'created';
}

async function update({ github, owner, repo }: Place, { id }: Found, body: string): Promise<'updated'> {
  try {
    await github.rest.issues.updateComment({ owner, repo, comment_id: id, body });
  } catch (error) {
    // Deleted in the meantime: the next look finds none, and makes a new one.
    if (statusOf(error) !== 404) throw error;
  }
  return 'updated';
}

async function remove({ github, owner, repo }: Place, id: number): Promise<void> {
  try {
    await github.rest.issues.deleteComment({ owner, repo, comment_id: id });
  } catch (error) {
    // Another run was faster.
    if (statusOf(error) !== 404) throw error;
  }
}

async function pullState({ github, owner, repo, pull }: Place): Promise<PullState> {
  const { data } = await github.rest.pulls.get({ owner, repo, pull_number: pull });
  return { head: data.head.sha, open: data.state === 'open' };
}
