import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../__tests__/e2e/step.ts';
import { renderBench } from './markdown.ts';
import type { Results } from './results.ts';

const COMMITTED = path.join(ROOT, 'bench/results');

/** Writes bench-out/, and with `commit` bench/results and docs/bench.md. Returns the files. */
export function writeResults(results: Results, commit: boolean): string[] {
  const name = `${results.date.slice(0, 19).replaceAll(':', '')}Z.json`;
  const folder = commit ? COMMITTED : path.join(ROOT, 'bench-out');
  mkdirSync(folder, { recursive: true });
  const json = path.join(folder, name);
  writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`);
  const markdown = commit ? path.join(ROOT, 'docs/bench.md') : path.join(folder, name.replace('.json', '.md'));
  writeFileSync(markdown, renderBench(commit ? committedResults() : [results]));
  return [json, markdown];
}

/** All committed runs, oldest first. */
export function committedResults(folder = COMMITTED): Results[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.toSorted().map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Results);
}
