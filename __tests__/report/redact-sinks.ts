import { logTo } from '../../src/report/log.ts';
import type { Redact } from '../../src/report/redact.ts';
import type { Report } from '../../src/report/report.ts';
import { LIMITS, sheetsOf } from '../../src/report/sheets.ts';

/** What leaves by each way out, for a report and for the same text in the log and in an error. */
export function sinks(report: Report, text: string, redact: Redact): Record<string, string> {
  const sheets = sheetsOf(report, redact);
  const lines: string[] = [];
  const log = logTo((line) => lines.push(line), redact);
  log.say(`helm: ${text}`);
  log.quote('helm', text);
  return {
    comment: sheets.comment(LIMITS.comment),
    summary: sheets.summary,
    annotations: [sheets.annotation, ...sheets.warnings].join('\n'),
    outputs: Object.values(sheets.outputs).join('\n'),
    JSON: sheets.json,
    'diff file': sheets.diff ?? '',
    log: lines.join('\n'),
    'error text': redact(`refused: ${text}`),
  };
}

/**
 * How a secret shows in a text that left: the first way in which a reader could get it back, or undefined. Independent of the code
 * that hides: it undoes what each place writes (Markdown, JSON, percent signs, base64) and looks for the secret itself.
 */
export function visible(text: string, secret: string): string | undefined {
  const whole = flat(secret);
  const lines = secret
    .split('\n')
    .map(flat)
    .filter((line) => Buffer.byteLength(line) >= 6);
  // Where each line has a sign of its own, only its lines can show.
  const wanted = [...new Set([whole, ...lines])];
  for (const [way, read] of Object.entries(readings(text))) {
    const found = wanted.find((piece) => read.includes(piece));
    if (found !== undefined) return `${way}: ${found}`;
  }
  for (const run of new Set(text.match(/[A-Za-z0-9+/_-]{8,}/g))) {
    const read = decodings(run);
    const found = wanted.find((piece) => read.includes(piece));
    if (found !== undefined) return `base64: ${found}`;
  }
  return undefined;
}

const known = new Map<string, string>();

/** Neighbours shift base64: what a run of its characters says from each of the four places. */
function decodings(run: string): string {
  const before = known.get(run);
  if (before !== undefined) return before;
  const read = [0, 1, 2, 3].map((shift) => flat(Buffer.from(run.slice(shift), 'base64').toString('utf8'))).join('\n');
  // The words of the reports themselves come again and again.
  if (known.size < 5_000) known.set(run, read);
  return read;
}

function flat(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function readings(text: string): Record<string, string> {
  const markdown = text
    .replaceAll('\u200b', '')
    .replace(/\\([\\`*_{}[\]()#+!|~$])/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
  const json = unescaped(text);
  return {
    raw: flat(text),
    Markdown: flat(markdown),
    'without back-ticks': flat(markdown.replaceAll('`', '')),
    JSON: flat(json),
    'JSON in JSON': flat(unescaped(json)),
    URL: flat(
      text.replace(/(?:%[0-9a-f]{2})+/gi, (codes) => Buffer.from(codes.replaceAll('%', ''), 'hex').toString('utf8')),
    ),
  };
}

function unescaped(text: string): string {
  const named: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };
  return text.replace(/\\(?:u([0-9a-f]{4})|(.))/gi, (_, hex: string | undefined, char: string) =>
    hex === undefined ? (named[char] ?? char) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
