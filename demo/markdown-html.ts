import { Marked, type Token } from 'marked';

/**
 * HTML of a comment as GitHub makes it: GitHub Flavored Markdown, a line break where a line ends, alerts, coloured diffs.
 * Raw HTML is left as it is, without the cleaning that GitHub does after it: what is in it is seen.
 */
export function toHtml(markdown: string): string {
  return renderer.parse(markdown, { async: false }).trim();
}

/** Text as it is, for HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

const renderer = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    blockquote({ tokens }) {
      return quoteHtml(this.parser.parse(tokens as Token[]));
    },
    code({ text, lang }) {
      const body = lang === 'diff' ? text.split('\n').map(diffLine).join('\n') : escapeHtml(text);
      return `<div class="highlight"><pre><code>${body}</code></pre></div>\n`;
    },
  },
});

function diffLine(line: string): string {
  const colour = line.startsWith('+')
    ? 'pl-mi1'
    : line.startsWith('-')
      ? 'pl-md'
      : line.startsWith('@@')
        ? 'pl-mdr'
        : '';
  return colour === '' ? escapeHtml(line) : `<span class="${colour}">${escapeHtml(line)}</span>`;
}

// https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#alerts
function quoteHtml(html: string): string {
  const alert = /^<p>\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\](?:<br>)?\n?/.exec(html);
  if (!alert) return `<blockquote>\n${html}</blockquote>\n`;
  const kind = alert[1]?.toLowerCase() ?? '';
  const title = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  const icon = `<svg class="octicon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="${ICONS[kind] ?? ICONS.note}"></path></svg>`;
  const body = `<p>${html.slice(alert[0].length)}`;
  return `<div class="markdown-alert markdown-alert-${kind}"><p class="markdown-alert-title">${icon}${title}</p>\n${body}</div>\n`;
}

/** From https://github.com/primer/octicons (MIT). */
const ICONS: Record<string, string> = {
  note: 'M0 8a8 8 0 1 1 16 0A8 8 0 0 1 0 8Zm8-6.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM6.5 7.75A.75.75 0 0 1 7.25 7h1a.75.75 0 0 1 .75.75v2.75h.25a.75.75 0 0 1 0 1.5h-2a.75.75 0 0 1 0-1.5h.25v-2h-.25a.75.75 0 0 1-.75-.75ZM8 6a1 1 0 1 1 0-2 1 1 0 0 1 0 2Z',
  warning:
    'M6.457 1.047c.659-1.234 2.427-1.234 3.086 0l6.082 11.378A1.75 1.75 0 0 1 14.082 15H1.918a1.75 1.75 0 0 1-1.543-2.575Zm1.763.707a.25.25 0 0 0-.44 0L1.698 13.132a.25.25 0 0 0 .22.368h12.164a.25.25 0 0 0 .22-.368Zm.53 3.996v2.5a.75.75 0 0 1-1.5 0v-2.5a.75.75 0 0 1 1.5 0ZM9 11a1 1 0 1 1-2 0 1 1 0 0 1 2 0Z',
};
