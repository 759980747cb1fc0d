import type { GitHub } from './client.ts';
import type { RunContext } from './context.ts';

/** What the hidden first line of our comment says; it finds the comment again. */
export interface Marker {
  v: 1;
  /** cluster/namespace/release */
  key: string;
  run: string;
}

const START = '<!-- helm-rollout ';
const END = ' -->';

/** The hidden line; `--` would end an HTML comment, so it is escaped inside the JSON. */
export function markerLine(marker: Marker): string {
  return `${START}${JSON.stringify(marker).replaceAll('--', '-\\u002d')}${END}`;
}

/** The marker of a comment's body, or undefined when it is not ours. */
export function readMarker(body: string | undefined): Marker | undefined {
  const [line = ''] = (body ?? '').split('\n');
  if (!line.startsWith(START) || !line.endsWith(END)) return undefined;
  try {
    return JSON.parse(line.slice(START.length, -END.length)) as Marker;
  } catch {
    return undefined;
  }
}

/**
 * Creates or edits the one comment of a release on a pull request and returns its address. Only comments of bots are
 * taken for ours, so that nobody can have us edit a person's. An identical body is not sent.
 */
export async function upsertComment(
  github: GitHub,
  { owner, repo }: Pick<RunContext, 'owner' | 'repo'>,
  pull: number,
  marker: Marker,
  text: string,
): Promise<string> {
  const body = `${markerLine(marker)}\n${text}`;
  const comments = await github.paginate(github.rest.issues.listComments, {
    owner,
    repo,
    issue_number: pull,
    per_page: 100,
  });
  const ours = comments.find((comment) => comment.user?.type === 'Bot' && readMarker(comment.body)?.key === marker.key);
  if (!ours) {
    const created = await github.rest.issues.createComment({ owner, repo, issue_number: pull, body });
    return created.data.html_url;
  }
  if (ours.body !== body) await github.rest.issues.updateComment({ owner, repo, comment_id: ours.id, body });
  return ours.html_url;
}
