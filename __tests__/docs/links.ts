import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { lexer, type Token, type Tokens, walkTokens } from 'marked';

/** What a page refers to: the targets of its links and pictures, and the files of the repository that it names as code. */
interface References {
  links: string[];
  files: string[];
}

/** Top folders whose files a page may name as code, such as `src/run.ts`. */
const FOLDERS = /^(?:\.ci|\.github|__tests__|bench|demo|docs|examples|scripts|src|testbed)\//;

/**
 * What is wrong with the references of one Markdown page, one sentence each: a relative link to a file that does not exist or to
 * a heading that its page does not have, and a file named as code that does not exist. Addresses with a scheme are not asked.
 */
export function deadReferences(page: string, root: string): string[] {
  const { links, files } = referencesIn(readFileSync(page, 'utf8'));
  const name = path.relative(root, page);
  const missing = files.filter((file) => !existsSync(path.join(root, file)));
  return [
    ...links.flatMap((link) => deadLink(link, page, name)),
    ...missing.map((file) => `${name}: the file ${file} does not exist`),
  ];
}

function referencesIn(text: string): References {
  const links: string[] = [];
  const files: string[] = [];
  walkTokens(lexer(text), (token) => {
    const { type } = token as Token;
    if (type === 'link' || type === 'image') links.push((token as Tokens.Link).href);
    if (type === 'html') links.push(...inHtml((token as Tokens.HTML).text));
    if (type === 'codespan') files.push(...named((token as Tokens.Codespan).text));
  });
  return { links: links.filter((link) => !/^[a-z][a-z+.-]*:/i.test(link)), files };
}

function inHtml(text: string): string[] {
  return [...text.matchAll(/\b(?:href|src|srcset)="([^"\s]+)/g)].map((match) => match[1] ?? '');
}

/** A whole path only: `src/cluster/`, not `npm run lint` and not a pattern with `*` or `<name>`. */
function named(code: string): string[] {
  return FOLDERS.test(code) && /^[\w./-]+$/.test(code) ? [code] : [];
}

function deadLink(link: string, page: string, name: string): string[] {
  const [file = '', anchor] = decodeURIComponent(link).split('#');
  const target = file === '' ? page : path.resolve(path.dirname(page), file);
  if (!existsSync(target)) return [`${name}: ${link} leads to no file`];
  if (anchor === undefined || anchor === '') return [];
  if (!statSync(target).isFile() || !target.endsWith('.md')) return [`${name}: ${link} names a heading of no page`];
  return anchorsOf(readFileSync(target, 'utf8')).includes(anchor) ? [] : [`${name}: ${link} leads to no heading`];
}

/** The anchors that GitHub gives to a page's headings: https://github.com/gjtorikian/html-pipeline (TableOfContentsFilter). */
export function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>();
  const anchors: string[] = [];
  walkTokens(lexer(text), (token) => {
    if (token.type !== 'heading') return;
    const slug = plain((token as Tokens.Heading).tokens)
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    anchors.push(count === 0 ? slug : `${slug}-${count}`);
  });
  return anchors;
}

/** A heading's text without its marks. */
function plain(tokens: readonly Token[]): string {
  return tokens
    .map((token) => ('tokens' in token && token.tokens ? plain(token.tokens) : token.raw.replaceAll('`', '')))
    .join('');
}
