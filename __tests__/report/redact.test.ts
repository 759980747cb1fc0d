import { describe, expect, it } from '@jest/globals';
import { redactDeep, redaction, redactor } from '../../src/report/redact.ts';
import { texts } from './random.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('a redactor', () => {
  it.each([
    ['the secret', 'token hunter22!', 'token ***'],
    ['every place', 'hunter22 hunter22', '*** ***'],
    ['its base64 form', `data: ${base64('hunter22')}`, 'data: ***'],
    ['nothing else', 'hunter2 Hunter22', 'hunter2 Hunter22'],
  ])('hides %s', (_, text, clean) => expect(redactor(['hunter22', 'hunter22!'])(text)).toBe(clean));

  it('hides each line of a secret of many lines', () => {
    const key = '-----BEGIN KEY-----\nMIIEabcdef\n  QQxyz123\n-----END KEY-----\n';
    expect(redactor([key])('log: MIIEabcdef then QQxyz123')).toBe('log: *** then ***');
  });

  it('takes the longer of two secrets, so that no rest is left', () => {
    expect(redactor(['secret', 'secret-and-more'])('secret-and-more secret')).toBe('*** ***');
  });

  it('leaves what is too short to be told from chance, counted in bytes', () => {
    expect(redactor(['a', '12345'])('a 12345')).toBe('a 12345');
    expect(redactor(['\u00e9\u00e9\u00e9'])('\u00e9\u00e9\u00e9')).toBe('***');
    expect(redactor([' ', ''])('a b')).toBe('a b');
    expect(redactor([])('abc')).toBe('abc');
  });

  it('takes special characters as they are', () => {
    expect(redactor(['a.c$&(x)'])('abc$&(x) a.c$&(x)')).toBe('abc$&(x) ***');
  });

  it('hides what it learns later', () => {
    const { redact, learn } = redaction(['hunter22']);
    expect(redact('hunter22 and swordfish')).toBe('*** and swordfish');
    learn(['swordfish']);
    expect(redact('hunter22 and swordfish')).toBe('*** and ***');
  });

  it(`leaves no secret in any text (SEED=${SEED})`, () => {
    const secrets = ['hunter22', 'hunter22-long', 'two\nlines-of-it', 'p\u00e4sswort'];
    const forms = [...secrets, ...secrets.map(base64), 'lines-of-it'];
    const redact = redactor(secrets);
    const leaks = texts(SEED, 1000, [...forms, ' ', '\n', 'x', 'hunter', '22']).filter((text) => {
      const clean = redact(text);
      return forms.some((form) => clean.includes(form));
    });
    expect(leaks).toEqual([]);
  });
});

describe('a whole value', () => {
  it('is redacted in every string, keys and other values left', () => {
    const value = { hunter22: ['hunter22', { deep: 'a hunter22', n: 1, none: null, yes: true }], gone: undefined };
    const copy = structuredClone(value);
    expect(redactDeep(value, redactor(['hunter22']))).toEqual({
      hunter22: ['***', { deep: 'a ***', n: 1, none: null, yes: true }],
      gone: undefined,
    });
    expect(value).toEqual(copy);
  });
});
