import { styleText } from 'node:util';

/** No line is longer than this, so that the story reads the same in every terminal. */
const WIDTH = 100;
const INDENT = '  ';

type Style = Parameters<typeof styleText>[0];

/** Where the story goes: one column of calm text, colours only where a person looks at a terminal. */
export class Terminal {
  readonly #out: NodeJS.WriteStream;
  readonly #coloured: boolean;
  /** Set when the story is over before its end: nothing more is said. */
  silent = false;

  constructor(out: NodeJS.WriteStream, env: NodeJS.ProcessEnv) {
    this.#out = out;
    // https://no-color.org: present and not empty, whatever its value.
    this.#coloured = out.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  }

  title(text: string): void {
    this.#line(`\n${INDENT}${this.#paint('bold', text)}\n`);
  }

  chapter(text: string): void {
    this.#line(`\n${INDENT}${this.#paint(['bold', 'cyan'], text)}`);
    this.#line(`${INDENT}${this.#paint('dim', '─'.repeat(WIDTH - 2 * INDENT.length))}\n`);
  }

  /** A paragraph of prose. */
  prose(text: string): void {
    for (const line of wrap(text, WIDTH - INDENT.length)) this.#line(INDENT + line);
    this.#line('');
  }

  /** A command as somebody types it. */
  command(text: string): void {
    const [first = '', ...rest] = wrap(text, WIDTH - 6);
    this.#line(`${INDENT}${this.#paint('dim', '$')} ${this.#paint('bold', first)}${rest.length > 0 ? ' \\' : ''}`);
    rest.forEach((line, at) => {
      this.#line(`${INDENT}    ${this.#paint('bold', line)}${at < rest.length - 1 ? ' \\' : ''}`);
    });
  }

  /** What a command answered, or anything that stands word for word. */
  quote(text: string): void {
    for (const line of text.trimEnd().split('\n')) {
      for (const part of wrap(line, WIDTH - 4)) this.#line(`${INDENT}  ${this.#paint('dim', part)}`);
    }
    this.#line('');
  }

  /** One line of the job's live log; what does not fit goes on below it, set in. */
  log(line: string): void {
    const style: Style | undefined = line.startsWith('Error:')
      ? 'red'
      : line.startsWith('Warning:')
        ? 'yellow'
        : undefined;
    wrap(line, WIDTH - 8).forEach((part, at) => {
      const shown = at === 0 ? part : `  ${part}`;
      this.#line(`${INDENT}${this.#paint('dim', '│')} ${style ? this.#paint(style, shown) : shown}`);
    });
  }

  /** A text that somebody gets to read, under a heading that says where. */
  shown(heading: string, text: string): void {
    this.#line(`${INDENT}${heading}`);
    for (const line of text.trim().split('\n')) {
      wrap(line, WIDTH - 8).forEach((part, at) => {
        this.#line(`${INDENT}  ${this.#paint('dim', '┃')} ${at === 0 ? part : `  ${part}`}`);
      });
    }
    this.#line('');
  }

  /** Names and what they are, in two columns below a heading. */
  facts(heading: string, rows: readonly (readonly [string, string])[]): void {
    const column = Math.max(...rows.map(([name]) => name.length)) + 2;
    this.#line(`${INDENT}${heading}`);
    for (const [name, value] of rows) {
      const parts = wrap(value, WIDTH - column - 6);
      parts.forEach((part, at) => {
        this.#line(`${INDENT}  ${this.#paint('dim', (at === 0 ? name : '').padEnd(column))}${part}`);
      });
    }
    this.#line('');
  }

  /** How something ended: the one line of a chapter that is to be seen from afar. */
  verdict(good: boolean, text: string): void {
    const [first = '', ...rest] = wrap(text, WIDTH - 6);
    this.#line(`\n${INDENT}${this.#paint(['bold', good ? 'green' : 'red'], `${good ? '✔' : '✘'} ${first}`)}`);
    for (const line of rest) this.#line(`${INDENT}  ${line}`);
    this.#line('');
  }

  /** Progress text that comes in pieces, as it is; each of its lines indented. */
  progress(): (text: string) => void {
    let fresh = true;
    return (text) => {
      for (const piece of text.split(/(?<=\n)/)) {
        this.#write(`${fresh ? `${INDENT}  ` : ''}${this.#paint('dim', piece)}`);
        fresh = piece.endsWith('\n');
      }
    };
  }

  blank(): void {
    this.#line('');
  }

  #paint(style: Style, text: string): string {
    return this.#coloured ? styleText(style, text, { validateStream: false }) : text;
  }

  #line(text: string): void {
    this.#write(`${text}\n`);
  }

  #write(text: string): void {
    if (!this.silent) this.#out.write(text);
  }
}

/** Breaks at spaces; a word that is longer than the line stays whole, because a cut image name is of no use. */
export function wrap(text: string, width: number): string[] {
  const hanging = /^\s*/.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let line = hanging;
  for (const word of text.trim().split(/(?<=\S) /)) {
    const longer = line.trim() === '' ? line + word : `${line} ${word}`;
    if (longer.length > width && line.trim() !== '') {
      lines.push(line.trimEnd());
      line = hanging + word;
    } else line = longer;
  }
  return [...lines, line.trimEnd()];
}
