import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { anchorsOf, deadReferences } from './links.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const listed = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate', '*.md'],
  {
    cwd: ROOT,
    encoding: 'utf8',
  },
);
const pages = listed.split('\n').filter((name) => name !== '');

const folder = mkdtempSync(path.join(tmpdir(), 'links-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A page of its own repository, and what is found wrong with it. */
function planted(text: string): string[] {
  mkdirSync(path.join(folder, 'src'), { recursive: true });
  writeFileSync(path.join(folder, 'src/run.ts'), '');
  writeFileSync(path.join(folder, 'other.md'), '# Other\n\n## What `it` does: all\n\n## Twice\n\n## Twice\n');
  const page = path.join(folder, 'page.md');
  writeFileSync(page, text);
  return deadReferences(page, folder);
}

describe('the pages of the repository', () => {
  it('are found', () => {
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'SECURITY.md', 'docs/diff.md']));
  });

  it.each(pages)('%s refers only to files and headings that exist', (page) => {
    expect(deadReferences(path.join(ROOT, page), ROOT)).toEqual([]);
  });
});

describe('what is looked for', () => {
  it('lets pass what leads somewhere', () => {
    const text =
      '# Page\n[a](other.md) [b](other.md#what-it-does-all) [c](#page) [d](other.md#twice-1) [e](https://x.example/y#z) `src/run.ts` `src/`\n';
    expect(planted(text)).toEqual([]);
  });

  it.each([
    ['a link to no file', '[a](gone.md)', 'page.md: gone.md leads to no file'],
    ['a link to no heading', '[a](other.md#gone)', 'page.md: other.md#gone leads to no heading'],
    ['a link to no heading of the page itself', '[a](#gone)', 'page.md: #gone leads to no heading'],
    ['a heading of a file that has none', '[a](src/run.ts#x)', 'page.md: src/run.ts#x names a heading of no page'],
    ['a picture', '![a](gone.png)', 'page.md: gone.png leads to no file'],
    ['a picture in HTML', '<picture><source srcset="gone.png"></picture>', 'page.md: gone.png leads to no file'],
    ['a link in a table', '| a |\n|---|\n| [b](gone.md) |\n', 'page.md: gone.md leads to no file'],
    ['a file named as code', 'see `src/gone.ts`', 'page.md: the file src/gone.ts does not exist'],
  ])('catches %s', (_name, text, sentence) => {
    expect(planted(text)).toEqual([sentence]);
  });

  it('knows the anchors that GitHub gives', () => {
    const text = '# A & b\n## From `kubectl set image`\n## See it work\n## See it work\n### _What_ [is](x) new?\n';
    expect(anchorsOf(text)).toEqual(['a--b', 'from-kubectl-set-image', 'see-it-work', 'see-it-work-1', 'what-is-new']);
  });
});
