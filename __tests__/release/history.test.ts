import { describe, expect, it } from '@jest/globals';
import { deployed, isPending, latest, parseHistory } from '../../src/release/history.ts';
import { failed, ours, plain, revision } from './revisions.ts';

describe('helm history', () => {
  it('of Helm 3 tells rollbacks in the description alone', () => {
    const json = JSON.stringify([
      {
        revision: 2,
        updated: '2026-11-23T12:01:00.123456789+01:00',
        status: 'superseded',
        chart: 'web-1.0.0',
        app_version: '1.5',
        description: 'Rollback to 1',
      },
      {
        revision: 1,
        updated: '2026-11-23T12:00:00Z',
        status: 'superseded',
        chart: 'web-1.0.0',
        app_version: '',
        description: 'Install complete',
      },
      {
        revision: 10,
        updated: '2026-11-23T12:02:00Z',
        status: 'failed',
        chart: 'web-1.0.0',
        app_version: '',
        description: 'Upgrade "web" failed: Rollback to 9 is no rollback',
      },
    ]);
    expect(parseHistory(json)).toEqual([
      {
        number: 1,
        status: 'superseded',
        updated: Date.parse('2026-11-23T12:00:00Z'),
        chart: 'web-1.0.0',
        appVersion: '',
        description: 'Install complete',
        rollbackOf: undefined,
      },
      {
        number: 2,
        status: 'superseded',
        updated: Date.parse('2026-11-23T11:01:00.123Z'),
        chart: 'web-1.0.0',
        appVersion: '1.5',
        description: 'Rollback to 1',
        rollbackOf: 1,
      },
      expect.objectContaining({ number: 10, rollbackOf: undefined }),
    ]);
  });

  it('of Helm 4 has a field for it, which wins', () => {
    const json = JSON.stringify([
      { revision: 3, status: 'deployed', description: 'Rollback to 7', rollback_revision: 1 },
    ]);
    expect(parseHistory(json)).toMatchObject([{ number: 3, rollbackOf: 1, updated: 0, chart: '' }]);
  });

  it('that is none is an error, and no empty history', () => {
    expect(() => parseHistory('Error: release: not found')).toThrow();
  });
});

describe('revisions', () => {
  it('latest is the newest, deployed the newest of that status', () => {
    const history = [plain(1), ours(2, 'deployed'), failed(3)];
    expect(latest(history)?.number).toBe(3);
    expect(deployed(history)?.number).toBe(2);
    expect([latest([]), deployed([failed(1)])]).toEqual([undefined, undefined]);
  });

  it.each([
    ['pending-install', true],
    ['pending-upgrade', true],
    ['pending-rollback', true],
    ['uninstalling', false],
    ['failed', false],
  ])('%s is pending: %s', (status, pending) => {
    expect(isPending(revision(1, status, ''))).toBe(pending);
    expect(isPending(undefined)).toBe(false);
  });
});
