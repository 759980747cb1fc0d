import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const SRC = path.resolve(import.meta.dirname, '../src');

/** Findings are pure functions over objects: they know nothing of processes, of the cluster's readers, or of GitHub. */
const PURE = ['kubernetes', 'diff', 'drift', 'audit', 'rollout'];
const OUTSIDE = ['process', 'cluster', 'github', 'commands'];

/** The only files of report/ that carry a report somewhere; the others render. */
const SINKS = ['publish.ts', 'track.ts', 'live-comment.ts'];

function filesOf(folder: string): string[] {
  return readdirSync(path.join(SRC, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name));
}

/** `file → folder` for every import of a text that leads into one of these folders. */
function leads(file: string, text: string, into: readonly string[]): string[] {
  const folders = [...text.matchAll(/from '(\.[^']+)'/g)].map(([, to = '']) => {
    return path.normalize(path.join(path.dirname(file), to)).split(path.sep)[0] ?? '';
  });
  return folders.filter((folder) => into.includes(folder)).map((folder) => `${file} → ${folder}`);
}

/** The files that can reach themselves over their imports, types among them. */
function circles(texts: ReadonlyMap<string, string>): string[] {
  const next = (file: string): string[] =>
    [...(texts.get(file) ?? '').matchAll(/from '(\.[^']+)'/g)].map(([, to = '']) =>
      path.normalize(path.join(path.dirname(file), to)),
    );
  return [...texts.keys()].filter((file) => {
    const seen = new Set<string>();
    const open = next(file);
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at === file) return true;
      if (seen.has(at)) continue;
      seen.add(at);
      open.push(...next(at));
    }
    return false;
  });
}

const imports = (files: readonly string[], into: readonly string[]): string[] =>
  files.flatMap((file) => leads(file, readFileSync(path.join(SRC, file), 'utf8'), into));

describe('the architecture', () => {
  it('keeps findings pure', () => {
    expect(imports(PURE.flatMap(filesOf), OUTSIDE)).toEqual([]);
  });

  it('keeps renderers from GitHub, the cluster and processes', () => {
    const renderers = filesOf('report').filter((file) => !SINKS.includes(path.basename(file)));
    expect(imports(renderers, OUTSIDE)).toEqual([]);
  });

  it('has no circles', () => {
    const texts = new Map(filesOf('.').map((file) => [file, readFileSync(path.join(SRC, file), 'utf8')]));
    expect(texts.size).toBeGreaterThan(200);
    expect(circles(texts)).toEqual([]);
    texts.set('kubernetes/object.ts', "import type { Report } from '../report/report.ts';");
    expect(circles(texts)).toContain('kubernetes/object.ts');
  });

  it('starts processes in one folder', () => {
    const others = filesOf('.').filter((file) => !file.startsWith('process/'));
    const starters = others.filter((file) =>
      /from 'node:child_process'/.test(readFileSync(path.join(SRC, file), 'utf8')),
    );
    expect(starters).toEqual([]);
  });

  it('sees an import that leads outside', () => {
    expect(leads('drift/who.ts', "import { run } from '../process/run.ts';", OUTSIDE)).toEqual([
      'drift/who.ts → process',
    ]);
  });
});
