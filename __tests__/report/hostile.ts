/** Texts that charts, logs and clusters may hold to break out of where they are shown, or to do something there. */
export const HOSTILE: readonly string[] = [
  '```',
  '`````\n',
  '~~~\n',
  '</details>',
  '<details>',
  '</summary>',
  '\n\n</details>\n\n',
  '<!-- helm-rollout {"v":1,"key":"x"} -->',
  '<!--',
  '-->',
  '@acme/team ',
  '@ada ',
  '#12 ',
  'acme/web#3 ',
  'GH-7 ',
  'https://evil.example/x ',
  'www.evil.example ',
  '![x](https://evil.example/x.png)',
  '[x](javascript:alert(1))',
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '\u001b[31mred\u001b[0m',
  '\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007',
  '::add-mask::x\n',
  '::set-output name=status::deployed\n',
  '##[error]x\n',
  '\r::error::x',
  '\u202e\u2066',
  '\u0000\u0001\u0008\u007f',
  '\ufffd\ud800',
  '| a | b |\n|---|---|\n',
  '\n# heading\n',
  '\n> quote\n',
  '\n- [ ] task\n',
  '$x^2$',
  ':+1: ',
  '\\',
  'ü密🔑',
  'word ',
];

/**
 * What is left open in Markdown of ours: a fence, a fold, an HTML comment; empty when nothing is. Reads as CommonMark does: a fence
 * closes with at least as many of its own sign, and nothing inside it counts.
 */
export function unclosed(markdown: string): string {
  let fence = '';
  let folds = 0;
  for (const line of markdown.split(/\r\n|\n|\r/)) {
    const sign = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    if (fence !== '') {
      if (sign?.[1]?.startsWith(fence) && (sign[2] ?? '').trim() === '') fence = '';
      continue;
    }
    if (sign && !(sign[1]?.startsWith('`') && sign[2]?.includes('`'))) {
      fence = sign[1] ?? '';
      continue;
    }
    // Only our own tags are tags; foreign ones are escaped or in code spans.
    folds += (line.match(/^<details( open)?><summary>/g)?.length ?? 0) - (/^<\/details>$/.test(line) ? 1 : 0);
    if (folds < 0) return 'a fold is closed that was not open';
    const bare = line.replace(/(`+)(?!`).*?(?<!`)\1(?!`)/g, '');
    if (/<!--/.test(bare)) return 'an HTML comment';
  }
  if (fence !== '') return `a fence of ${fence}`;
  return folds === 0 ? '' : `${folds} folds`;
}
