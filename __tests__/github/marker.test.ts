import { describe, expect, it } from '@jest/globals';
import { type DiffMarker, isNewer, type Marker, markerLine, readMarker } from '../../src/github/marker.ts';
import { KEY, state } from './place.ts';

const MINUTE = 60_000;
const diff = (sha: string, run: string): DiffMarker => ({ v: 1, kind: 'diff', key: KEY, run, sha });

describe('the hidden line', () => {
  it.each<Marker>([
    state(3, 5),
    { ...state(undefined, 5), sha: 'abc' },
    diff('abc', '1/1'),
    { ...state(1, 1), key: 'a/--><b>--/x' },
  ])('can be read back and ends no comment: %j', (marker) => {
    const line = markerLine(marker);
    expect(line.slice(4, -4)).not.toMatch(/--|>|\n/);
    expect(readMarker(`${line}\ntext`)).toEqual(JSON.parse(JSON.stringify(marker)));
    expect(readMarker(`${line}\r\ntext`)?.key).toBe(marker.key);
  });

  it.each([
    ['no body', undefined],
    ['another first line', `hello\n${markerLine(state(1, 1))}`],
    ['broken JSON', '<!-- helm-rollout {"v":1 -->'],
    ['another version', '<!-- helm-rollout {"v":2,"key":"k"} -->'],
    ['no key', '<!-- helm-rollout {"v":1} -->'],
    ['null', '<!-- helm-rollout null -->'],
  ])('is not found in %s', (_, body) => expect(readMarker(body)).toBeUndefined());
});

describe('a state is kept over what we write', () => {
  it.each<[string, Marker, Marker, boolean]>([
    ['a higher revision', state(5, 10), state(4, 20), true],
    ['the same revision, seen later', state(5, 20), state(5, 10), true],
    ['the same revision, seen earlier', state(5, 10), state(5, 20), false],
    ['a lower revision, seen later by a clock that is off', state(4, 30_000), state(5, 0), false],
    ['a lower revision, seen much later: the release was installed anew', state(1, 20 * MINUTE), state(5, 0), true],
    ['a higher revision of a former life', state(5, 0), state(1, 20 * MINUTE), false],
    ['no release, seen later', state(undefined, 20), state(5, 10), true],
    ['no release, seen earlier', state(undefined, 10), state(1, 20), false],
    ['any diff', diff('a', '9/9'), state(1, 1), false],
  ])('%s', (_, other, own, kept) => expect(isNewer(other, own)).toBe(kept));

  it('never both ways', () => {
    const all = [state(1, 5), state(2, 1), state(2, 9), state(undefined, 7), state(1, 20 * MINUTE)];
    const both = all.flatMap((a) => all.filter((b) => isNewer(a, b) && isNewer(b, a)));
    expect(both).toEqual([]);
  });
});

describe('a diff', () => {
  const pull = { head: 'new', open: true };
  it.each<[string, Marker, DiffMarker, boolean]>([
    ['of the head goes over one of an older commit, whatever the runs', diff('old', '9/1'), diff('new', '1/1'), false],
    ['of an older commit never goes over one of the head', diff('new', '1/1'), diff('old', '9/1'), true],
    ['of the same commit: the newer run', diff('new', '8/1'), diff('new', '9/1'), false],
    ['of the same commit: not the older run', diff('new', '10/1'), diff('new', '9/1'), true],
    ['of the same commit: not the older attempt', diff('new', '9/2'), diff('new', '9/1'), true],
    ['goes over the state that an older commit left', { ...state(1, 1), sha: 'old' }, diff('new', '1/1'), false],
    ['does not go over the state of its own commit', { ...state(1, 1), sha: 'new' }, diff('new', '1/1'), true],
    ['of an older commit does not go over a state', { ...state(1, 1), sha: 'older' }, diff('old', '1/1'), true],
  ])('%s', (_, other, own, kept) => expect(isNewer(other, own, pull)).toBe(kept));

  it('does not go over the state of a merged pull request', () => {
    expect(isNewer({ ...state(1, 1), sha: 'merge' }, diff('new', '9/1'), { head: 'new', open: false })).toBe(true);
  });
});
