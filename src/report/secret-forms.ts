/** Shorter texts cannot be told from chance, in UTF-8 bytes. */
const SHORTEST = 6;

/** Longer forms are looked for piece by piece, so that the rest of a cut one is hidden too; in UTF-16 units. */
const LONGEST_WHOLE = 64;
const PIECE = 32;

/** Of larger secrets only the common forms are looked for: each form costs memory; in UTF-16 units. */
const LARGE = 16 * 1024;

/** `base64` and PEM break their lines so. */
const BASE64_COLUMNS = [76, 64];

/**
 * Every text in which these secrets may turn up: as they are, by line, trimmed, escaped for JSON, URLs, HTML, YAML and shells,
 * in base64 at any alignment. None is shorter than 6 bytes; long ones come as pieces that cover them.
 */
export function secretForms(secrets: readonly string[]): string[] {
  const forms = new Set<string>();
  for (const secret of secrets) {
    for (const form of formsOf(secret)) {
      if (Buffer.byteLength(form) >= SHORTEST) for (const piece of pieces(form)) forms.add(piece);
    }
  }
  return [...forms].sort((a, b) => b.length - a.length);
}

function formsOf(secret: string): string[] {
  const trimmed = secret.trim();
  if (Buffer.byteLength(trimmed) < SHORTEST) return [];
  const lines = trimmed.includes('\n') ? trimmed.split('\n').map((line) => line.trim()) : [];
  if (secret.length > LARGE) return [trimmed, ...lines, ...base64Lines(Buffer.from(secret))];
  const exact = secret === trimmed ? [secret, `${secret}\n`] : [secret, trimmed];
  return [
    ...[secret, trimmed].flatMap(escapes),
    ...lines.flatMap((line) => [line, ...jsonForms(line)]),
    ...exact.flatMap((text) => base64Forms(Buffer.from(text))),
  ];
}

/** A text as other programs write it. */
function escapes(text: string): string[] {
  const html = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [
    text,
    ...jsonForms(text),
    ...urlForms(text),
    text.replaceAll('\n', '\r\n'),
    // YAML in single quotes, and a shell's.
    text.replaceAll("'", "''"),
    text.replaceAll("'", "'\\''"),
    html,
    html.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    // Go's html/template: https://pkg.go.dev/html#EscapeString
    html.replaceAll('"', '&#34;').replaceAll("'", '&#39;'),
  ];
}

/** Inside a JSON string: JavaScript's way, Go's (which escapes HTML), all in ASCII, and a JSON text in another. */
function jsonForms(text: string): string[] {
  const json = (plain: string): string => JSON.stringify(plain).slice(1, -1);
  const unicode = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const plain = json(text);
  const go = plain.replace(/[<>&\u2028\u2029]/g, unicode);
  return [plain, go, plain.replace(/[\u007f-\uffff]/g, unicode), json(plain), json(go)];
}

/** Inside a URL: a path, a query, a form; some programs write the hexadecimal digits small. */
function urlForms(text: string): string[] {
  const component = encodeURIComponent(text.toWellFormed());
  const hex = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  const strict = component.replace(/[!'()*]/g, hex);
  // Go leaves these as they are in user:password@ (https://pkg.go.dev/net/url#UserPassword).
  const userinfo = strict.replace(/%(?:24|26|2B|2C|3B|3D)/g, decodeURIComponent);
  const upper = [component, strict, strict.replaceAll('%20', '+'), userinfo, encodeURI(text.toWellFormed())];
  return [...upper, ...upper.map((form) => form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))];
}

/** As a whole, and as the part that is the same wherever the bytes stand in something larger that is encoded. */
function base64Forms(bytes: Buffer): string[] {
  const inner = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    return text.slice(Math.ceil((shift * 4) / 3), Math.floor(((shift + bytes.length) * 4) / 3));
  });
  const all = [...base64Lines(bytes), ...inner];
  return [...all, ...all.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))];
}

function base64Lines(bytes: Buffer): string[] {
  const padded = bytes.toString('base64');
  const whole = padded.replace(/=+$/, '');
  return [padded, whole, ...BASE64_COLUMNS.flatMap((columns) => (whole.length > columns ? cut(whole, columns) : []))];
}

function pieces(form: string): string[] {
  if (form.length <= LONGEST_WHOLE) return [form];
  return [...cut(form, PIECE).filter((piece) => piece.length === PIECE), form.slice(-PIECE)];
}

function cut(text: string, length: number): string[] {
  return Array.from({ length: Math.ceil(text.length / length) }, (_, at) => text.slice(at * length, (at + 1) * length));
}
