import { describe, expect, it } from '@jest/globals';
import { EMPTY_LEDGER, entryKey, type Ledger, remember } from '../../src/rollout/ledger.ts';
import type { Signal } from '../../src/rollout/signals.ts';

const signal = (reason: string, more: Partial<Signal> = {}): Signal => ({
  rule: 'image-denied',
  object: { apiVersion: 'v1', kind: 'Pod', name: 'a' },
  uid: 'a',
  container: 'app',
  reason,
  message: '',
  ...more,
});
const entry = (ledger: Ledger, of: Signal) => ledger.get(entryKey(of));

describe('the ledger', () => {
  it('keeps the first time of a standing signal and drops a gone one', () => {
    const a = signal('ErrImagePull');
    const b = signal('CrashLoopBackOff', { rule: 'crash-loop', uid: 'b' });
    const first = remember(EMPTY_LEDGER, [a, b], 1000);
    const second = remember(first, [a], 5000);
    expect(entry(second, a)?.since).toBe(1000);
    expect(entry(second, b)).toBeUndefined();
    expect(entry(remember(second, [a, b], 9000), b)?.since).toBe(9000);
  });

  it('counts a new attempt only when the back-off was left for another error', () => {
    const reasons = [
      'ErrImagePull',
      'ErrImagePull',
      'ImagePullBackOff',
      'ImagePullBackOff',
      'ErrImagePull',
      'ErrImagePull',
    ];
    let ledger = EMPTY_LEDGER;
    const attempts = reasons.map((reason, index) => {
      ledger = remember(ledger, [signal(reason)], index);
      return entry(ledger, signal(reason))?.attempts;
    });
    expect(attempts).toEqual([1, 1, 1, 1, 2, 2]);
  });

  it('tells rules, objects and containers apart, and leaves the old ledger as it was', () => {
    const all = [
      signal('x'),
      signal('x', { uid: 'b' }),
      signal('x', { container: 'side' }),
      signal('x', { rule: 'not-ready' }),
    ];
    const one = remember(EMPTY_LEDGER, all.slice(0, 1), 1);
    expect(remember(one, all, 2).size).toBe(4);
    expect(one.size).toBe(1);
    expect(EMPTY_LEDGER.size).toBe(0);
  });
});
