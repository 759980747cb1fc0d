import { describe, expect, it } from '@jest/globals';
import { fingerprintOf, MOST_OBJECTS, printsOf, readFingerprint } from '../../src/diff/fingerprint.ts';
import { compareReviewed } from '../../src/diff/reviewed.ts';
import { parseManifest } from '../../src/release/manifest.ts';
import { redactor } from '../../src/report/redact.ts';

const HEAD = 'c0ffee0123456789c0ffee0123456789c0ffee01';
const MERGE = 'feedface89abcdeffeedface89abcdeffeedface';
const OTHER = 'deadbeef89abcdefdeadbeef89abcdefdeadbeef';

interface Run {
  commits?: string[];
  salt?: string;
  secrets?: string[];
}

function prints(text: string, { commits = [MERGE], salt = 'salt', secrets = [] }: Run = {}) {
  return printsOf(parseManifest(text, 'pearl'), { salt, commits, redact: redactor(secrets) });
}

const reviewed = (text: string, run: Run = { commits: [HEAD] }) => fingerprintOf(prints(text, run));
/** What was reviewed against what two renders of today give. */
const compare = (then: string, now: string, again = now) => compareReviewed(reviewed(then), prints(now), prints(again));

const web = (spec: string, name = 'web') =>
  `---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec: {${spec}}\n`;
const map = (name: string, value: string) =>
  `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {a: "${value}"}\n`;
const secret = (data: string, more = '') =>
  `---\napiVersion: v1\nkind: Secret\nmetadata: {name: s${more}}\nstringData: {${data}}\n`;

describe('as reviewed', () => {
  it.each([
    ['the same text', web('replicas: 3'), web('replicas: 3')],
    ['another order of keys and other quotes', web('replicas: 3, paused: yes'), web('"paused": true, replicas: 0x3')],
    ['an image tag that is the commit', web(`image: "r/web:${HEAD}"`), web(`image: "r/web:${MERGE}"`)],
    [
      'a short commit in a longer tag',
      web(`image: r/web:sha-${HEAD.slice(0, 7)}`),
      web(`image: r/web:sha-${MERGE.slice(0, 7)}`),
    ],
    ['a commit of another length', web(`image: r/web:${HEAD}`), web(`image: r/web:${MERGE.slice(0, 12)}`)],
    ['another content of a Secret', secret('a: one'), secret('a: two')],
    ['the objects in another order', web('x: 1') + map('m', 'v'), map('m', 'v') + web('x: 1')],
    ['nothing at all', '', ''],
  ])('%s', (_, then, now) => {
    expect(compare(then, now)).toMatchObject({ state: 'as-reviewed', except: [], missing: 0, random: 0 });
  });

  it('counts the Secrets, whose contents it does not know', () => {
    expect(compare(secret('a: one'), secret('a: two')).secrets).toBe(1);
  });
});

describe('not as reviewed', () => {
  it.each([
    ['another number', web('replicas: 3'), web('replicas: 4')],
    ['a number that became text', web('replicas: 3'), web('replicas: "3"')],
    ['the commit of somebody else', web(`image: r/web:${HEAD}`), web(`image: r/web:${OTHER}`)],
    ['a word of less than 7 digits', web(`image: r/web:${HEAD.slice(0, 6)}`), web(`image: r/web:${MERGE.slice(0, 6)}`)],
    ['a commit with more behind it', web(`a: ${HEAD.slice(0, 7)}g`), web(`a: ${MERGE.slice(0, 7)}g`)],
    ['one more field', web('replicas: 3'), web('replicas: 3, paused: true')],
  ])('%s', (_, then, now) => {
    const { state, except } = compare(then, now);
    expect(state).toBe('differs');
    expect(except.map(({ ref, change }) => [ref.kind, ref.name, change])).toEqual([['Deployment', 'web', 'changed']]);
  });

  it('a key of a Secret that came or went', () => {
    expect(compare(secret('a: x'), secret('a: x, b: y')).except).toHaveLength(1);
    expect(compare(secret('a: x'), secret('a: x, b: y')).state).toBe('differs');
  });

  it('names what was added, and counts what is gone', () => {
    const found = compare(web('x: 1') + map('old', '1'), web('x: 1') + map('new', '1'));
    expect(found).toMatchObject({ state: 'differs', missing: 1, random: 0 });
    expect(found.except).toEqual([{ ref: expect.objectContaining({ name: 'new' }), change: 'added' }]);
  });
});

describe('what is random', () => {
  it('is set aside and counted, and what stands beside it is compared', () => {
    const chart = (value: string, replicas: number) => map('token', value) + web(`replicas: ${replicas}`);
    expect(compare(chart('q1', 3), chart('q2', 3), chart('q3', 3))).toMatchObject({ state: 'as-reviewed', random: 1 });
    expect(compare(chart('q1', 3), chart('q2', 4), chart('q3', 4))).toMatchObject({ state: 'differs', random: 1 });
  });

  it('may be the name: one that is gone is that', () => {
    expect(compare(map('job-a', '1'), map('job-b', '1'), map('job-c', '1'))).toMatchObject({
      state: 'as-reviewed',
      missing: 0,
      random: 1,
    });
    const two = map('job-a', '1') + map('kept', '1');
    expect(compare(two, map('job-b', '1'), map('job-c', '1'))).toMatchObject({ state: 'differs', missing: 1 });
  });
});

describe('what the comment keeps', () => {
  const PIN = '1234';
  const text = map('m', PIN) + secret(`pin: "${PIN}"`);

  it('is no content, and without the salt nobody can try values out', () => {
    const kept = JSON.stringify(reviewed(text, { salt: 'one' }));
    expect(kept).not.toMatch(/1234|pearl|ConfigMap/);
    const values = (salt: string) => Object.values(reviewed(text, { salt }).objects ?? {});
    expect(values('one').filter((hash) => values('two').includes(hash))).toEqual([]);
  });

  it('is the same for all values of a known secret, wherever it stands', () => {
    const at = (value: string) => reviewed(web(`env: "p=${value}"`), { secrets: ['correct-horse', 'battery-staple'] });
    expect(at('correct-horse')).toEqual(at('battery-staple'));
    expect(at('correct-horse')).not.toEqual(at('something-else'));
  });

  it('is nothing but a count over the most objects, and then nothing is claimed', () => {
    const many = Array.from({ length: MOST_OBJECTS + 1 }, (_, n) => map(`m${n}`, 'v')).join('');
    expect(reviewed(many)).toEqual({ count: MOST_OBJECTS + 1 });
    expect(compare(many, many)).toMatchObject({ state: 'not-compared', why: expect.stringContaining('401 objects') });
    expect(compare(web('x: 1'), many).state).toBe('not-compared');
    const most = Array.from({ length: MOST_OBJECTS }, (_, n) => map(`m${n}`, 'v')).join('');
    expect(JSON.stringify(reviewed(most)).length).toBeLessThan(10_500);
  });

  it.each([
    ['nothing', undefined],
    ['a text', 'x'],
    ['no count', { objects: {} }],
    ['hashes that are none', { count: 1, objects: { '0123abcd': '<b>' } }],
    ['names that are none', { count: 1, objects: { __proto__x: '0123456789' } }],
  ])('is not read from %s', (_, value) => expect(readFingerprint(value)).toBeUndefined());

  it('is read back as it was written', () => {
    expect(readFingerprint(JSON.parse(JSON.stringify(reviewed(text))))).toEqual(reviewed(text));
    const asked = fingerprintOf(prints(text), true);
    expect(asked.lookup).toBe(true);
    expect(readFingerprint(JSON.parse(JSON.stringify(asked)))).toEqual(asked);
  });
});
