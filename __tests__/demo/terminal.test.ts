import { describe, expect, it } from '@jest/globals';
import { Terminal, wrap } from '../../demo/terminal.ts';
import { asTold, NotAsTold } from '../../demo/told.ts';

function written(isTTY: boolean, env: NodeJS.ProcessEnv, tell: (terminal: Terminal) => void): string {
  let text = '';
  const write = (piece: string): void => {
    text += piece;
  };
  const out = { isTTY, write } as unknown as NodeJS.WriteStream;
  tell(new Terminal(out, env));
  return text;
}

describe('the demo’s terminal', () => {
  it.each([
    { isTTY: true, env: {}, colours: true },
    { isTTY: false, env: {}, colours: false },
    { isTTY: true, env: { NO_COLOR: '1' }, colours: false },
    { isTTY: true, env: { TERM: 'dumb' }, colours: false },
  ])('uses colours only where a person looks: $isTTY $env', ({ isTTY, env, colours }) => {
    expect(written(isTTY, env, (terminal) => terminal.chapter('1  Today')).includes('\u001b[')).toBe(colours);
  });

  it('says nothing more once it is silent', () => {
    const text = written(false, {}, (terminal) => {
      terminal.prose('before');
      terminal.silent = true;
      terminal.prose('after');
    });
    expect(text).toBe('  before\n\n');
  });

  it('breaks at spaces, keeps what a line is set in by, and never cuts a word', () => {
    expect(wrap('  one two three', 9)).toEqual(['  one two', '  three']);
    expect(wrap('registry.example.com/pearl/interface:1.5.0 x', 10)).toEqual([
      'registry.example.com/pearl/interface:1.5.0',
      'x',
    ]);
    expect(wrap('', 10)).toEqual(['']);
  });
});

describe('asTold', () => {
  it('says in one sentence what is not as told', () => {
    const check = (): void => asTold('after the deploy', 'the live image', 'a:2', 'a:1');
    expect(check).toThrow(new NotAsTold('Not as told: after the deploy, the live image is "a:2" instead of "a:1".'));
    expect(() => asTold('after the deploy', 'the exit code', 0, 0)).not.toThrow();
  });
});
