import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from './step.ts';

/** A copy of the test chart with more files in it, by path; a folder of its own, which `cleanups` removes. */
export function webChartWith(
  files: Readonly<Record<string, string | Buffer>>,
  cleanups: { push(cleanup: () => void): unknown },
): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'chart-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(path.join(ROOT, '__tests__/e2e/charts/web'), folder, { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(path.join(folder, file), content);
  return folder;
}
