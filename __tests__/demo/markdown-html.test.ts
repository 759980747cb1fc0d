import { describe, expect, it } from '@jest/globals';
import { toHtml } from '../../demo/markdown-html.ts';
import { code, escapeText, fenced, folded, table } from '../../src/report/markdown.ts';

describe('toHtml', () => {
  it('hides the marker, breaks lines as a comment does, and knows the inline marks', () => {
    const html = toHtml('<!-- helm-rollout {} -->\n### a → b\n\n**Why:** the `x`\n[run](https://example.com/1)');
    expect(html).toBe(
      '<h3>a → b</h3>\n<p><b>Why:</b> the <code>x</code><br>\n<a href="https://example.com/1">run</a></p>',
    );
  });

  it('shows foreign text as it is, whatever it holds', () => {
    const foreign = '<img src=x> **no** `no` [no](https://example.com) a|b &amp; \\ </details>';
    const plain = '&lt;img src=x&gt; **no** `no` [no](https:\u200b//example.com) a|b &amp;amp; \\ &lt;/details&gt;';
    const inCode = '&lt;img src=x&gt; **no** `no` [no](https://example.com) a|b &amp;amp; \\ &lt;/details&gt;';
    expect(toHtml(escapeText(foreign))).toBe(`<p>${plain}</p>`);
    expect(toHtml(fenced(foreign))).toBe(`<pre><code>${inCode}</code></pre>`);
    expect(toHtml(table(['h'], [[code(foreign)], [escapeText(foreign)]]))).toBe(
      `<table><thead><tr><th>h</th></tr></thead><tbody><tr><td><code>${inCode}</code></td></tr><tr><td>${plain}</td></tr></tbody></table>`,
    );
  });

  it('keeps folded parts, alerts and blank lines of a fenced block', () => {
    expect(toHtml(folded('more', fenced('a\n\nb')))).toBe(
      '<details><summary>more</summary>\n<pre><code>a\n\nb</code></pre>\n</details>',
    );
    expect(toHtml('> [!WARNING]\n> Drift')).toBe(
      '<div class="alert warning"><p class="alert-title">Warning</p><p>Drift</p></div>',
    );
  });
});
