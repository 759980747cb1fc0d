import { describe, expect, it } from '@jest/globals';
import type { Revision } from '../../src/release/history.ts';
import { type HealthFacts, lastHealthy } from '../../src/release/last-healthy.ts';
import { back, failed, ours, plain, revision } from './revisions.ts';

// [what, history, facts, chosen revision and proof]
const ROWS: [string, Revision[], HealthFacts, string][] = [
  ['no history', [], {}, 'none'],
  ['the deployed one, seen healthy', [ours(1), plain(2, 'deployed')], { deployedIs: 'healthy' }, '2 observed'],
  [
    'seen healthy wins over what we recorded',
    [ours(1), ours(2), plain(3, 'deployed')],
    { deployedIs: 'healthy' },
    '3 observed',
  ],
  ['not looked at: the newest that we recorded', [ours(1), ours(2), plain(3, 'deployed')], {}, '2 recorded'],
  [
    'unclear: the deployed one stays, when it is ours',
    [ours(1), ours(2, 'deployed')],
    { deployedIs: 'unclear' },
    '2 recorded',
  ],
  ['broken: the one before', [ours(1), ours(2, 'deployed')], { deployedIs: 'broken' }, '1 recorded'],
  ['broken, and nothing else', [ours(1, 'deployed')], { deployedIs: 'broken' }, 'none'],
  ['nothing of ours: the newest by status, assumed', [plain(1), plain(2), failed(3)], {}, '2 assumed'],
  ['ours, though older than others', [plain(1), ours(2), plain(3), failed(4)], {}, '2 recorded'],
  ['never a failed one', [failed(1), failed(2)], {}, 'none'],
  ['never a pending one', [plain(1), revision(2, 'pending-upgrade', 'Preparing upgrade')], {}, '1 assumed'],
  ['never an uninstalled one', [revision(1, 'uninstalled', 'Uninstallation complete')], {}, 'none'],
  ['a failure text outweighs superseded', [plain(1), failed(2, 'superseded'), failed(3)], {}, '1 assumed'],
  ['a failure text outweighs deployed', [plain(1), failed(2, 'deployed')], {}, '1 assumed'],
  [
    'Helm\'s "Rollback failed" too',
    [plain(1), revision(2, 'superseded', 'Rollback "web" failed: timed out waiting for the condition')],
    {},
    '1 assumed',
  ],
  ['what was rolled back from is out', [ours(1), ours(2), back(3, 1)], {}, '3 recorded'],
  [
    'what was rolled back from is out, also when the rollback is broken',
    [ours(1), ours(2), back(3, 1)],
    { deployedIs: 'broken' },
    '1 recorded',
  ],
  [
    'several that were rolled back from',
    [ours(1), ours(2), ours(3), back(4, 1, 'superseded'), failed(5)],
    {},
    '4 recorded',
  ],
  [
    'after the rollback life goes on',
    [ours(1), ours(2), back(3, 1, 'superseded'), ours(4, 'deployed')],
    {},
    '4 recorded',
  ],
  [
    'a rollback that was taken back says nothing of what it left',
    [ours(1), ours(2), back(3, 1, 'superseded'), back(4, 2, 'superseded'), failed(5)],
    { except: [4] },
    '2 recorded',
  ],
  ['a rollback inherits from its target', [ours(1), plain(2), back(3, 1)], {}, '3 recorded'],
  [
    'a rollback of a rollback too',
    [ours(1), failed(2), back(3, 1, 'superseded'), failed(4), back(5, 3)],
    {},
    '5 recorded',
  ],
  [
    'an earlier rollback to the same is not "rolled back from"',
    [ours(1), failed(2), back(3, 1, 'superseded'), failed(4), back(5, 1)],
    { except: [5] },
    '3 recorded',
  ],
  ['a rollback to one that is not ours is only assumed', [plain(1), failed(2), back(3, 1)], {}, '3 assumed'],
  [
    'a failed rollback takes nothing back',
    [ours(1), ours(2), revision(3, 'failed', 'Rollback to 1', 1)],
    {},
    '2 recorded',
  ],
  ['the exceptions of the caller', [ours(1), ours(2), ours(3, 'deployed')], { except: [3, 2] }, '1 recorded'],
  [
    'the exceptions win over seen healthy',
    [ours(1), ours(2, 'deployed')],
    { deployedIs: 'healthy', except: [2] },
    '1 recorded',
  ],
  // Helm 4 rolled a failed upgrade back to revision 2, which never ran (design, "Seen on that test bed").
  [
    "Helm's rollback to one that never ran, first ours",
    [ours(1), failed(2, 'superseded'), failed(3), back(4, 2)],
    {},
    '1 recorded',
  ],
  [
    "Helm's rollback to one that never ran, nothing ours",
    [plain(1), failed(2, 'superseded'), failed(3), back(4, 2)],
    {},
    '1 assumed',
  ],
  [
    'the same, after a rollback of that rollback',
    [plain(1), failed(2, 'superseded'), back(3, 2, 'superseded'), failed(4), back(5, 3)],
    {},
    '1 assumed',
  ],
  [
    'the same, but seen healthy now',
    [plain(1), failed(2, 'superseded'), failed(3), back(4, 2)],
    { deployedIs: 'healthy' },
    '4 observed',
  ],
  ['a rollback whose target is pruned', [plain(7), failed(8), back(9, 3)], {}, '9 assumed'],
  [
    'a word that only looks like a failure',
    [revision(1, 'superseded', 'helm-rollout: commit abc, run 1, by failedbot'), failed(2)],
    {},
    '1 recorded',
  ],
];

describe('the last healthy revision', () => {
  it.each(ROWS)('%s', (_, history, facts, expected) => {
    const found = lastHealthy(history, facts);
    expect(found ? `${found.revision.number} ${found.proof}` : 'none').toBe(expected);
  });

  it('does not change the history, and does not loop on a rollback of itself', () => {
    const history = [ours(1), back(2, 2), back(3, 4), back(4, 3)];
    const copy = structuredClone(history);
    expect(lastHealthy(history)?.revision.number).toBeDefined();
    expect(history).toEqual(copy);
  });
});
