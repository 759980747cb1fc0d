import { describe, expect, it } from '@jest/globals';
import type { Revision } from '../../src/release/history.ts';
import { candidatesOf, chooseTarget, deploymentOf, takenBack } from '../../src/release/rollback-target.ts';
import { back, failed, ours, plain, revision } from './revisions.ts';

const said = (history: Revision[], wanted?: string, except: number[] = []): string => {
  const choice = chooseTarget(history, wanted, except);
  if ('refused' in choice) return choice.refused;
  const [word, { revision: chosen, proof }] = 'same' in choice ? ['same', choice.same] : ['to', choice.target];
  return `${word} ${chosen.number} ${proof}`;
};
const NONE = (number: number): string => `no healthy revision is stored before revision ${number}`;
const FOUR = [ours(2), ours(3), plain(4), ours(5, 'deployed')];

describe('the revision of a rollback when none is given', () => {
  it.each<[string, Revision[], string]>([
    ['no history', [], 'the release has no revision'],
    ['only one revision', [ours(1, 'deployed')], NONE(1)],
    ['the one before', [ours(1), ours(2, 'deployed')], 'to 1 recorded'],
    ['ours before one of others', [ours(1), plain(2), ours(3, 'deployed')], 'to 1 recorded'],
    ['one of others when there is no better', [plain(1), plain(2, 'deployed')], 'to 1 assumed'],
    ['a failed one on top: what was deployed', [ours(1), ours(2, 'deployed'), failed(3)], 'to 2 recorded'],
    ['a failed one in between', [ours(1), failed(2), ours(3, 'deployed')], 'to 1 recorded'],
    ['after a rollback: before its target', [ours(1), ours(2), ours(3), back(4, 2)], 'to 1 recorded'],
    ['after a rollback: never what was rolled back from', [ours(1), ours(2), back(3, 1)], NONE(3)],
    ['after a rollback of a rollback', [ours(1), ours(2), back(3, 1, 'superseded'), back(4, 3)], NONE(4)],
    ['a rollback whose target is pruned', [ours(7), failed(8), back(9, 3)], NONE(9)],
    [
      'an earlier rollback to the same',
      [ours(1), ours(2), back(3, 2, 'superseded'), ours(4), back(5, 2)],
      'to 1 recorded',
    ],
    ['uninstalled', [revision(1, 'uninstalled', 'Uninstallation complete')], NONE(1)],
  ])('%s', (_, history, expected) => expect(said(history)).toBe(expected));

  it('leaves out what the caller has seen to be the same', () => {
    expect(said([ours(1), ours(2), ours(3, 'deployed')], undefined, [2])).toBe('to 1 recorded');
  });
});

describe('the revision of a rollback by its number', () => {
  it.each<[string, string]>([
    ['3', 'to 3 recorded'],
    ['4', 'to 4 assumed'],
    ['5', 'same 5 recorded'],
    ['1', 'revision 1 is not stored any more: Helm keeps the newest ones only (history-max)'],
    ['6', 'there is no revision 6: the newest is 5'],
    ['999999999', 'there is no revision 999999999: the newest is 5'],
    ...['0', '-1', '03', '3.0', '1e1', 'last', '3; rm', '$(id)', '3\n4', ' ', '9999999999', '٣'].map(
      (text): [string, string] => [text, `"${text.replace(/\s+/g, ' ')}" is not the number of a revision`],
    ),
    ['x'.repeat(99), `"${'x'.repeat(40)}…" is not the number of a revision`],
  ])('%j', (wanted, expected) => expect(said(FOUR, wanted)).toBe(expected));

  it.each<[string, Revision[], string, string]>([
    ['failed', [ours(1), failed(2)], '2', 'revision 2 is no healthy one: it failed'],
    [
      'failed and called superseded',
      [ours(1), failed(2, 'superseded'), ours(3, 'deployed')],
      '2',
      'revision 2 is no healthy one: it failed',
    ],
    [
      'pending',
      [ours(1), revision(2, 'pending-upgrade', '')],
      '2',
      'revision 2 is no healthy one: it is pending-upgrade',
    ],
    [
      'rolled back from',
      [ours(1), ours(2), back(3, 1)],
      '2',
      'revision 2 is no healthy one: revision 3 rolled back from it',
    ],
    [
      'repeating a failed one',
      [failed(1, 'superseded'), back(2, 1), ours(3, 'deployed')],
      '2',
      'revision 2 is no healthy one: it failed',
    ],
    ['what the current one repeats', [ours(1), failed(2), back(3, 1)], '1', 'same 1 recorded'],
    ['what was deployed under a failed one', [ours(1, 'deployed'), failed(2)], '1', 'to 1 recorded'],
  ])('one that is %s', (_, history, wanted, expected) => expect(said(history, wanted)).toBe(expected));

  it('has these candidates', () => {
    expect(candidatesOf(FOUR).map(({ number }) => number)).toEqual([4, 3, 2]);
    expect(candidatesOf([ours(1), ours(2), back(3, 1)])).toEqual([]);
    expect(candidatesOf([])).toEqual([]);
  });
});

describe('where a revision came from', () => {
  const from = (number: number, commit: string): Revision =>
    revision(number, 'superseded', `helm-rollout: commit ${commit}, run 1, by ada l, x`);

  it("is in our description, and a rollback has its target's", () => {
    const history = [from(1, 'abcdef012345'), plain(2), back(3, 1)];
    expect(history.map((one) => deploymentOf(one, history))).toEqual([
      { commit: 'abcdef012345', by: 'ada l, x' },
      { commit: '', by: '' },
      { commit: 'abcdef012345', by: 'ada l, x' },
    ]);
  });

  it('names the commits that go back: each once, without those that stay', () => {
    const history = [
      from(1, 'aaaaaaa'),
      from(2, 'bbbbbbb'),
      plain(3),
      from(4, 'bbbbbbb'),
      from(5, 'aaaaaaa'),
      from(6, 'ccccccc'),
    ];
    expect(takenBack(history, 1)).toEqual([
      { revision: 6, commit: 'ccccccc' },
      { revision: 4, commit: 'bbbbbbb' },
    ]);
    expect(takenBack(history, 6)).toEqual([]);
  });
});
