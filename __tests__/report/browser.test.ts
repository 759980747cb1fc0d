import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toHtml } from '../../demo/markdown-html.ts';
import { diffRelease } from '../../src/diff/diff.ts';
import { redactor } from '../../src/report/redact.ts';
import type { Report } from '../../src/report/report.ts';
import { LIMITS, sheetsOf } from '../../src/report/sheets.ts';
import { underwayText } from '../../src/report/underway.ts';
import { type Browser, findBrowser, NO_BROWSER, openBrowser } from '../../testbed/browser.ts';
import { HOSTILE } from './hostile.ts';
import { fullAudit, fullDiff, fullDrift, fullReport } from './redact-cases.ts';

/** All that our reports are made of; anything else came from a chart. */
const OURS = 'a,b,br,code,details,div,h3,p,path,pre,span,strong,sub,summary,svg,table,tbody,td,th,thead,tr'.split(',');
const SAME = redactor([]);
const MEGABYTE = 'x'.repeat(1_000_000);
const EVIL = HOSTILE;

/** What a browser makes of a comment. */
interface Seen {
  elements: Record<string, number>;
  /** What the page ran or loaded. */
  fired: number;
  links: string[];
  /** Texts outside code that GitHub makes links or pings of, by its own rules on the finished text. */
  mentions: string[];
  comments: number;
  text: string;
  nestedWrong: number;
  /** Ends of folds in the HTML; a browser drops those that are too many. */
  ends: number;
}

const LOOK = `(() => {
  const body = document.querySelector('#comment');
  const elements = {};
  for (const { localName } of body.querySelectorAll('*')) elements[localName] = (elements[localName] ?? 0) + 1;
  const mentions = [];
  const comments = [];
  const texts = document.createTreeWalker(body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_COMMENT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    if (node.nodeType === Node.COMMENT_NODE) { comments.push(node.data); continue; }
    if (node.parentElement.closest('code, pre, a')) continue;
    const found = node.data.match(/(?<![\\w/])@\\w[\\w/-]*|(?<!\\w)(?:[\\w.-]+\\/[\\w.-]+)?#\\d+|\\bGH-\\d+|\\bhttps?:\\/\\/\\S+|\\bwww\\.\\S+/gi);
    if (found) mentions.push(...found);
  }
  return {
    elements, mentions, fired: globalThis.fired ?? 0, comments: comments.length, text: body.innerText,
    links: [...body.querySelectorAll('[href], [src]')].map((one) => one.getAttribute('href') ?? one.getAttribute('src')),
    nestedWrong: [...body.querySelectorAll('details')].filter((one) => one.parentElement !== body).length
      + (document.querySelector('#after')?.parentElement === document.body ? 0 : 1),
  };
})()`;

const bin = findBrowser();
// A skipped test says why.
const inBrowser = bin === undefined ? describe.skip : describe;
const title = bin === undefined ? `in a browser (${NO_BROWSER})` : 'in a browser';

inBrowser(title, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'hostile-'));
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser(bin ?? '');
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  /** A comment as a page without any protection: no cleaning, no policy. What breaks out is there, and runs. */
  async function see(markdown: string): Promise<Seen> {
    const file = path.join(folder, 'page.html');
    const probe = '<script>alert = () => { globalThis.fired = (globalThis.fired ?? 0) + 1; };</script>';
    const body = `<div id="comment">${toHtml(markdown)}</div><p id="after">after</p>`;
    writeFileSync(file, `<!doctype html><meta charset="utf-8">${probe}<body>${body}</body>`);
    const shown = await browser.open(pathToFileURL(file).href, 900);
    const ends = body.match(/<\/details>/g)?.length ?? 0;
    return { ...(await shown.evaluate<Omit<Seen, 'ends'>>(LOOK)), ends };
  }

  function expectInert(seen: Seen, folds: number): void {
    const { elements, fired, links, mentions, comments, nestedWrong, ends } = seen;
    expect(Object.keys(elements).filter((name) => !OURS.includes(name))).toEqual([]);
    expect(links.filter((link) => !link.startsWith('https://github.example/acme/web/actions/runs/'))).toEqual([]);
    expect({ mentions, comments, fired, nestedWrong }).toEqual({ mentions: [], comments: 0, fired: 0, nestedWrong: 0 });
    expect({ details: elements.details ?? 0, summaries: elements.summary ?? 0, ends }).toEqual({
      details: folds,
      summaries: folds,
      ends: folds,
    });
  }

  const comment = (report: Report): string => sheetsOf(report, SAME).comment(LIMITS.comment);

  it('a deploy whose every text is hostile shows it and does nothing', async () => {
    for (const evil of [EVIL.join(''), EVIL.toReversed().join(' '), EVIL.join('\n')]) {
      const { elements, ...seen } = await see(comment(hostileReport(evil)));
      expectInert({ elements, ...seen }, 2);
      expect(seen.text).toContain('::add-mask::x');
      expect(seen.text).toContain('</details>');
      expect(seen.text).toContain('<script>alert(1)</script>');
    }
  });

  it('each hostile text alone does nothing either', async () => {
    const all = EVIL.map((evil) => comment(hostileReport(evil)));
    // Folds stand side by side, so that one that swallows the next is seen.
    expectInert(await see(all.join('\n')), 2 * all.length);
  });

  it('a diff of a hostile chart: fences, tags, mentions, markers, ANSI, commands, a line of a megabyte, binary data', async () => {
    const value = (text: string): string => JSON.stringify(text);
    const data = EVIL.map((evil, at) => `  k${at}: ${value(evil)}\n  ${value(`key ${at} ${evil}`)}: v\n`).join('');
    const block = EVIL.flatMap((evil) => evil.split(/[\n\r]+/)).map(
      (line) => `    ${line.replace(/[^\P{C}]/gu, '')}\n`,
    );
    const text = [
      `---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: evil\ndata:\n${data}  text: |\n    first\n${block.join('')}`,
      `---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: long\ndata:\n  a: ${MEGABYTE}\n`,
      `---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: binary\ndata:\n  b: !!binary ${Buffer.from([0, 1, 2, 127, 200, 255]).toString('base64')}\n`,
      `---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${value('</summary></details>@acme/team<img src=x onerror=alert(1)>')}\n`,
    ].join('');
    const diff = diffRelease({ old: '', oldHooks: '', new: text, newHooks: '', releaseNamespace: 'pearl' });
    const { evidence: _evidence, audit: _audit, driftCheck: _drift, ...base } = fullDiff([]);
    const objects = diff.objects.map(({ title: head, lines }) => ({
      title: head,
      change: 'added' as const,
      noise: false,
      lines,
    }));
    const report: Report = {
      ...base,
      warnings: [],
      history: [],
      diff: {
        against: EVIL.join(''),
        offline: EVIL.join(' '),
        meaning: [...diff.meaning.parts, { label: EVIL.join(''), value: EVIL.join('') }],
        objects,
        unchanged: 1,
        notChecked: [EVIL.join(' ')],
      },
    };
    expect(objects).toHaveLength(4);
    const seen = await see(comment(report));
    expectInert(seen, 4);
    expect(seen.text).toContain('…');
    expectInert(await see(sheetsOf(report, SAME).summary), 4);
  });

  it('what does not render, and a deploy under way, do nothing', async () => {
    const evil = EVIL.join('');
    const {
      diff: _diff,
      cause: _cause,
      evidence: _evidence,
      rollback: _rollback,
      reviewed: _reviewed,
      audit: _audit,
      driftCheck: _drift,
      ...rest
    } = fullDiff([]);
    expectInert(await see(comment({ ...rest, status: 'failed', reason: evil, next: evil, history: [] })), 0);
    const { run, images } = fullReport();
    const hostileImages = images.map((image) => ({ ...image, container: evil, from: evil, to: `${evil}:1` }));
    const underway = {
      release: evil,
      namespace: evil,
      cluster: 'x',
      images: hostileImages,
      startedAt: 0,
      timeoutMs: 60_000,
    };
    expectInert(await see(underwayText({ ...underway, helmVersion: '4', run }, SAME)), 0);
  });

  const PARTS: [string, (text: string) => Partial<Report>][] = [
    ['a readiness audit', (text) => ({ command: 'audit', status: 'findings', audit: fullAudit(text) })],
    ['a drift', (text) => ({ command: 'drift', status: 'drifted', driftCheck: fullDrift(text) })],
  ];
  it.each(PARTS)('%s of hostile content has the elements of a harmless one, and no others', async (_name, part) => {
    const audited = (text: string): string => sheetsOf({ ...fullReport(), ...part(text) }, SAME).summary;
    const [evil, harmless] = [await see(audited(EVIL.join(' '))), await see(audited('spec.replicas: 1'))];
    const folds = ({ elements, ends, nestedWrong }: Seen) => [elements.details, elements.summary, ends, nestedWrong];
    expect(folds(evil)).toEqual(folds(harmless));
    expect(harmless.elements.details).toBeGreaterThan(0);
    const foreign = Object.keys(evil.elements).filter((name) => !OURS.includes(name) && !(name in harmless.elements));
    expect(foreign).toEqual([]);
    expect({ mentions: evil.mentions, comments: evil.comments, fired: evil.fired }).toEqual({
      mentions: [],
      comments: 0,
      fired: 0,
    });
  });

  it.each([
    ['a tag', '<img src=x onerror=alert(1)>'],
    ['a script', '<script>alert(1)</script>'],
    ['an end of the fold', '</details>'],
    ['a mention', 'hello @acme/team'],
    ['an issue', 'see acme/web#12'],
    ['a link', '[x](javascript:alert(1))'],
    ['a bare link', 'https://evil.example'],
    ['a hidden comment', '<!-- helm-rollout {} -->'],
    ['an open fold', '<details>'],
  ])('%s that is not escaped would be seen', async (_, planted) => {
    const seen = await see(`<details><summary>x</summary>\n\n${planted}\n\n</details>\n\n${planted}`);
    expect(() => expectInert(seen, 1)).toThrow();
  });
});

/** A failed deploy in which every text that is not ours is `evil`. */
function hostileReport(evil: string): Report {
  const base = fullReport();
  const ref = { apiVersion: 'v1', kind: evil, namespace: evil, name: evil };
  const image = { workload: ref, container: evil, from: evil, to: `${evil}:2` };
  return {
    ...base,
    reason: evil,
    next: evil,
    release: evil,
    namespace: evil,
    images: [image],
    drift: [image],
    warnings: [evil, evil],
    helmVersion: '4.3.1',
    workloads: [{ ref, ready: 0, desired: 1, done: false, missing: evil }],
    evidence: {
      ...base.evidence,
      object: ref,
      node: evil,
      probe: evil,
      events: [{ at: base.startedAt, reason: evil, message: evil, count: 2 }],
      log: [evil, ...evil.split('\n'), MEGABYTE],
      previousLog: evil.split('\n'),
    },
    rollback: { ...base.rollback, problems: [evil], restoredImages: [image] },
    history: [{ number: 9, status: evil, updated: base.startedAt, chart: evil, note: evil }],
    reviewed: { ...base.reviewed, except: [{ ref, change: 'changed' }], why: evil },
  };
}
