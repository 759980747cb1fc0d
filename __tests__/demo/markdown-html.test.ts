import { describe, expect, it } from '@jest/globals';
import { toHtml } from '../../demo/markdown-html.ts';
import { page } from '../../demo/page.ts';
import { code, escapeText, fenced, folded, table } from '../../src/report/markdown.ts';

describe('toHtml', () => {
  it('keeps the marker hidden, breaks lines as a comment does, and knows the inline marks', () => {
    const html = toHtml('<!-- helm-rollout {} -->\n### a → b\n\n**Why:** the `x`\n[run](https://example.com/1)');
    expect(html).toBe(
      '<!-- helm-rollout {} -->\n<h3>a → b</h3>\n<p><strong>Why:</strong> the <code>x</code><br><a href="https://example.com/1">run</a></p>',
    );
  });

  it('shows foreign text as it is, whatever it holds', () => {
    const foreign = '<img src=x> **no** `no` [no](https://example.com) a|b &amp; \\ </details>';
    const plain = '&lt;img src=x&gt; **no** `no` [no](https:\u200b//example.com) a|b &amp;amp; \\ &lt;/details&gt;';
    const inCode = '&lt;img src=x&gt; **no** `no` [no](https://example.com) a|b &amp;amp; \\ &lt;/details&gt;';
    expect(toHtml(escapeText(foreign))).toBe(`<p>${plain}</p>`);
    expect(toHtml(fenced(foreign))).toBe(`<div class="highlight"><pre><code>${inCode}</code></pre></div>`);
    const cells = toHtml(table(['h'], [[code(foreign)], [escapeText(foreign)]])).match(/<td>.*<\/td>/g);
    expect(cells).toEqual([`<td><code>${inCode}</code></td>`, `<td>${plain}</td>`]);
  });

  it('leaves raw HTML in: what would break out is seen', () => {
    expect(toHtml('<img src=x onerror=alert(1)>')).toContain('<img src=x');
  });

  it('keeps folded parts, alerts, and the colours of a diff', () => {
    expect(toHtml(folded('more', fenced('a\n\n-b\n+<c>', 'diff'))).replace('</summary>\n\n', '</summary>')).toBe(
      '<details><summary>more</summary><div class="highlight"><pre><code>a\n\n<span class="pl-md">-b</span>\n<span class="pl-mi1">+&lt;c&gt;</span></code></pre></div>\n</details>',
    );
    expect(toHtml('> [!WARNING]\n> Drift')).toMatch(
      /^<div class="markdown-alert markdown-alert-warning"><p class="markdown-alert-title"><svg .*<\/svg>Warning<\/p>\n<p>Drift<\/p>\n<\/div>$/,
    );
  });
});

describe('the page', () => {
  it('loads nothing and runs nothing', () => {
    const comment = '<script>alert(1)</script>';
    const html = page([{ number: 1, title: '<b>', comment, state: { merged: true, job: 'job on main', green: true } }]);
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(html).toContain('<h2>&lt;b&gt; <span');
    expect(html).not.toMatch(/<link|url\(http/);
  });
});
