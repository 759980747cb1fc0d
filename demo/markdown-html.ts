/**
 * HTML of the Markdown that the action's reports are made of: headings, paragraphs whose lines break as in a comment,
 * tables, alerts, fenced blocks, folded parts, inline marks. Foreign text stays text. Not for other Markdown.
 */
export function toHtml(markdown: string): string {
  const blocks = markdown.replace(/^<!--.*-->$/gm, '').matchAll(BLOCK);
  return Array.from(blocks, ([block]) => blockHtml(block.trimEnd())).join('\n');
}

/** A fenced block with all its blank lines, else everything up to the next blank line. */
const BLOCK = /^(?<fence>`{3,})[^\n]*\n[\s\S]*?\n\k<fence>$|^[^\n]+(?:\n[^\n]+)*/gm;

function blockHtml(block: string): string {
  const fenced = /^(`{3,})[^\n]*\n([\s\S]*)\n\1$/.exec(block);
  if (fenced) return `<pre><code>${escapeHtml(fenced[2] ?? '')}</code></pre>`;
  const heading = /^(#{1,6}) (.*)$/.exec(block);
  if (heading) return `<h${heading[1]?.length}>${inline(heading[2] ?? '')}</h${heading[1]?.length}>`;
  const summary = /^<details( open)?><summary>(.*)<\/summary>$/.exec(block);
  if (summary) return `<details${summary[1] ?? ''}><summary>${inline(summary[2] ?? '')}</summary>`;
  if (block === '</details>') return block;
  const small = /^<sub>([\s\S]*)<\/sub>$/.exec(block);
  if (small) return `<p><sub>${inline(small[1] ?? '')}</sub></p>`;
  if (block.startsWith('> ')) return quoteHtml(block.replace(/^> ?/gm, ''));
  if (/^\|.*\n\|[-|: ]+\|/.test(block)) return tableHtml(block);
  return `<p>${inline(block)}</p>`;
}

function quoteHtml(text: string): string {
  const alert = /^\[!(?<kind>[A-Z]+)\]\n(?<body>[\s\S]*)$/.exec(text)?.groups;
  if (!alert) return `<blockquote>${toHtml(text)}</blockquote>`;
  const kind = alert.kind?.toLowerCase() ?? '';
  const title = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  return `<div class="alert ${kind}"><p class="alert-title">${title}</p>${toHtml(alert.body ?? '')}</div>`;
}

function tableHtml(block: string): string {
  const [head = '', , ...rows] = block.split('\n');
  // A pipe behind a backslash belongs to the cell.
  const cells = (line: string): string[] => line.replace(/^\| ?|\s*\|$/g, '').split(/ ?(?<!\\)\| ?/);
  const row = (line: string, tag: string): string => {
    const shown = cells(line).map((cell) => `<${tag}>${inline(cell.replaceAll('\\|', '|'))}</${tag}>`);
    return `<tr>${shown.join('')}</tr>`;
  };
  const body = rows.map((line) => row(line, 'td')).join('');
  return `<table><thead>${row(head, 'th')}</thead><tbody>${body}</tbody></table>`;
}

/** Code spans first: nothing inside them is markup. */
function inline(text: string): string {
  return text
    .split(/((?<!\\)(`+)(?!`)[\s\S]*?[^`]\2(?!`))/)
    .map((part, at) => (at % 3 === 0 ? marks(part) : at % 3 === 1 ? codeHtml(part) : ''))
    .join('');
}

function codeHtml(span: string): string {
  return `<code>${escapeHtml(span.replace(/^`+ ?| ?`+$/g, ''))}</code>`;
}

function marks(text: string): string {
  return text
    .replace(/&(?!#?\w+;)/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/(?<!\\)\*\*(.+?)(?<!\\)\*\*/g, '<b>$1</b>')
    .replace(/(?<!\\)\[(.+?)(?<!\\)\]\((https?:[^)\s"]+)\)/g, '<a href="$2">$1</a>')
    .replace(/\\([^\w\s])/g, '$1')
    .replace(/\n/g, '<br>\n');
}

/** Text as it is, for HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
