import { readFileSync } from 'node:fs';
import path from 'node:path';
import { escapeHtml, toHtml } from './markdown-html.ts';

/** One pull request of the page. */
export interface PagePull {
  number: number;
  title: string;
  /** Body of the comment. */
  comment: string;
  /** How it stands, and what its job came to. */
  state: { merged: boolean; job: string; green: boolean };
}

/**
 * A page that shows the comments as GitHub shows them, light or dark as the reader's system. Nothing is loaded and no script runs in it,
 * whatever a comment holds.
 */
export function page(pulls: readonly PagePull[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Helm Rollout: the demo's comments</title>
<style>${GITHUB}${STYLE}</style>
</head>
<body>
<main>
${pulls.map(pullHtml).join('\n')}
</main>
</body>
</html>
`;
}

function pullHtml({ number, title, comment, state: { merged, job, green } }: PagePull): string {
  const standing = merged ? '<span class="pill merged">Merged</span>' : '<span class="pill open">Open</span>';
  return `<section>
<h2>${escapeHtml(title)} <span class="number">#${number}</span></h2>
<p class="state">${standing} ${escapeHtml(job)}: <b class="${green ? 'green' : 'red'}">${green ? 'green' : 'red'}</b></p>
${commentHtml(comment)}
</section>`;
}

/** One comment in its frame. */
export function commentHtml(comment: string): string {
  return `<article>
<header><b>github-actions</b> <span class="bot">bot</span> commented</header>
<div class="body markdown-body">
${toHtml(comment)}
</div>
</article>`;
}

/** GitHub's own rules for Markdown: https://github.com/sindresorhus/github-markdown-css (MIT). */
const GITHUB = readFileSync(
  path.join(import.meta.dirname, '../node_modules/github-markdown-css/github-markdown.css'),
  'utf8',
);

const STYLE = `
:root { color-scheme: light dark; --text: #1f2328; --muted: #59636e; --page: #fff; --soft: #f6f8fa; --line: #d1d9e0;
  --green: #1a7f37; --red: #d1242f; --purple: #8250df; }
@media (prefers-color-scheme: dark) { :root { --text: #f0f6fc; --muted: #9198a1; --page: #0d1117; --soft: #151b23;
  --line: #3d444d; --green: #3fb950; --red: #f85149; --purple: #8957e5; } }
body { margin: 0; background: var(--page); color: var(--text);
  font: 14px/1.5 -apple-system, BlinkMacSystemFont, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
main { max-width: 860px; margin: 0 auto; padding: 24px 16px 64px; }
section + section { margin-top: 48px; }
h2 { font-size: 26px; font-weight: 400; margin: 0 0 4px; }
.number, header, .state { color: var(--muted); }
.number { font-weight: 300; }
.state { margin: 0 0 16px; }
.pill { color: #fff; border-radius: 2em; padding: 5px 12px; margin-right: 6px; font-weight: 500; }
.merged { background: var(--purple); }
.open { background: var(--green); }
.green { color: var(--green); }
.red { color: var(--red); }
article { border: 1px solid var(--line); border-radius: 6px; background: var(--page); }
header { background: var(--soft); border-bottom: 1px solid var(--line); border-radius: 6px 6px 0 0; padding: 8px 16px; }
header b { color: var(--text); }
.bot { border: 1px solid var(--line); border-radius: 2em; padding: 0 7px; font-size: 12px; }
.body { padding: 16px; overflow-wrap: break-word; border-radius: 6px; }
.markdown-body.body { font-size: 14px; }
.markdown-alert-title .octicon { margin-right: 8px; fill: currentColor; }
`;
