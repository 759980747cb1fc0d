import { escapeHtml, toHtml } from './markdown-html.ts';

/** One pull request of the page. */
export interface PagePull {
  number: number;
  title: string;
  /** Body of the comment. */
  comment: string;
  green: boolean;
}

/** A page that shows the comments as GitHub shows them, light or dark as the reader's system. */
export function page(pulls: readonly PagePull[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Helm Rollout: the demo's comments</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${pulls.map(pullHtml).join('\n')}
</main>
</body>
</html>
`;
}

function pullHtml({ number, title, comment, green }: PagePull): string {
  return `<section>
<h2>${escapeHtml(title)} <span class="number">#${number}</span></h2>
<p class="state"><span class="merged">Merged</span> job on main: <b class="${green ? 'green' : 'red'}">${green ? 'green' : 'red'}</b></p>
<article>
<header><b>github-actions</b> <span class="bot">bot</span> commented</header>
<div class="body">
${toHtml(comment)}
</div>
</article>
</section>`;
}

const STYLE = `
:root { color-scheme: light dark; --text: #1f2328; --muted: #59636e; --page: #fff; --soft: #f6f8fa; --line: #d1d9e0;
  --link: #0969da; --code: #818b981f; --green: #1a7f37; --red: #d1242f; --amber: #9a6700; --purple: #8250df; }
@media (prefers-color-scheme: dark) { :root { --text: #f0f6fc; --muted: #9198a1; --page: #0d1117; --soft: #151b23;
  --line: #3d444d; --link: #4493f8; --code: #656c7633; --green: #3fb950; --red: #f85149; --amber: #d29922; --purple: #8957e5; } }
body { margin: 0; background: var(--page); color: var(--text);
  font: 14px/1.5 -apple-system, BlinkMacSystemFont, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
main { max-width: 860px; margin: 0 auto; padding: 24px 16px 64px; }
section + section { margin-top: 48px; }
h2 { font-size: 26px; font-weight: 400; margin: 0 0 4px; }
h3 { font-size: 17.5px; margin: 0 0 16px; }
.number, header, .state { color: var(--muted); }
.number { font-weight: 300; }
.state { margin: 0 0 16px; }
.merged { background: var(--purple); color: #fff; border-radius: 2em; padding: 5px 12px; margin-right: 6px; font-weight: 500; }
.green { color: var(--green); }
.red { color: var(--red); }
article { border: 1px solid var(--line); border-radius: 6px; }
header { background: var(--soft); border-bottom: 1px solid var(--line); border-radius: 6px 6px 0 0; padding: 8px 16px; }
header b { color: var(--text); }
.bot { border: 1px solid var(--line); border-radius: 2em; padding: 0 7px; font-size: 12px; }
.body { padding: 16px; overflow-wrap: break-word; }
.body > :last-child { margin-bottom: 0; }
p, table, pre, details, blockquote, .alert { margin: 0 0 16px; }
a { color: var(--link); }
code, pre { font: 85%/1.45 ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, monospace; }
code { background: var(--code); border-radius: 6px; padding: .2em .4em; white-space: break-spaces; }
pre { background: var(--soft); border-radius: 6px; padding: 16px; overflow: auto; }
pre code { background: none; padding: 0; font-size: 100%; white-space: pre; }
table { border-collapse: collapse; display: block; width: max-content; max-width: 100%; overflow: auto; }
th, td { border: 1px solid var(--line); padding: 6px 13px; text-align: left; }
tbody tr:nth-child(2n) { background: var(--soft); }
summary { cursor: pointer; margin-bottom: 8px; }
sub { color: var(--muted); font-size: 12px; vertical-align: baseline; }
blockquote { border-left: .25em solid var(--line); color: var(--muted); padding: 0 1em; }
.alert { border-left: .25em solid var(--link); padding: 8px 16px; }
.alert.warning { border-color: var(--amber); }
.alert-title { font-weight: 500; margin-bottom: 4px; }
.alert.warning .alert-title { color: var(--amber); }
.alert p:last-child { margin-bottom: 0; }
`;
