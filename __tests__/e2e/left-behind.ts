import type { Violation } from '../../testbed/github/types.ts';
import { assertReport } from '../report/schema.ts';

/** Throws when a step's report is not as docs/report.schema.json says, or when it asked GitHub something that GitHub does not describe. */
export function assertLeft(report: unknown, violations: readonly Violation[]): void {
  if (report !== undefined) assertReport(report);
  if (violations.length === 0) return;
  const said = violations.map(({ kind, method, path, message }) => `${kind}: ${method} ${path}: ${message}`);
  throw new Error(`GitHub does not describe these requests:\n${said.join('\n')}`);
}

/** What the stand-in behind this address has noted; nothing when there is none, or when it is down by intent. */
export async function violationsAt(url: string | undefined): Promise<Violation[]> {
  if (url === undefined) return [];
  let answer: Response;
  try {
    answer = await fetch(`${url}/_bed/violations`);
  } catch {
    return [];
  }
  // A proxy in front of a stand-in may know nothing of it; a stand-in that fails must not pass for one without violations.
  if (!answer.ok) throw new Error(`${url}/_bed/violations answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { result: Violation[] }).result;
}
