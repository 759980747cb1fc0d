import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { JobResult, Merged } from './job.ts';
import { page } from './page.ts';

/** An empty folder for what the demo leaves; what an earlier demo left in it is gone. */
export function emptyFolder(folder: string): string {
  for (const file of FILES) for (const name of CHAPTERS) rmSync(path.join(folder, `${name}.${file}`), { force: true });
  rmSync(path.join(folder, PAGE), { force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

const PAGE = 'index.html';
const CHAPTERS = ['1-deployed', '2-rolled-back'] as const;
const FILES = ['comment.md', 'summary.md', 'report.json', 'log.txt'] as const;

export type ChapterName = (typeof CHAPTERS)[number];

/** Writes what a job left on the pull request, in its summary, in its report and in its log. */
export function leave(folder: string, name: ChapterName, { comment, summary, report, log }: JobResult): void {
  const texts: Record<(typeof FILES)[number], string> = {
    'comment.md': comment ?? '',
    'summary.md': summary,
    'report.json': `${JSON.stringify(report, null, 2)}\n`,
    'log.txt': log,
  };
  for (const [file, text] of Object.entries(texts)) writeFileSync(path.join(folder, `${name}.${file}`), text);
}

/** Writes the page that shows the comments as GitHub shows them; returns its path. */
export function leavePage(folder: string, deploys: readonly { merged: Merged; job: JobResult }[]): string {
  const file = path.join(folder, PAGE);
  const pulls = deploys.map(({ merged: { number, title }, job: { comment = '', code } }) => {
    return { number, title, comment, state: { merged: true, job: 'job on main', green: code === 0 } };
  });
  writeFileSync(file, page(pulls));
  return file;
}
