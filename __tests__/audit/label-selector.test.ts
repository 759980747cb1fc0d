import { describe, expect, it } from '@jest/globals';
import { selects, selectsByMap } from '../../src/audit/label-selector.ts';

const labels = { app: 'web', tier: 'front' };
const expression = (key: string, operator: string, values?: string[]) => ({
  matchExpressions: [{ key, operator, values }],
});

describe('a label selector', () => {
  it.each([
    ['matchLabels that hold', { matchLabels: { app: 'web', tier: 'front' } }, true],
    ['matchLabels of which one does not', { matchLabels: { app: 'web', tier: 'back' } }, false],
    ['In with the value', expression('app', 'In', ['api', 'web']), true],
    ['In without it', expression('app', 'In', ['api']), false],
    ['In on an absent label', expression('zone', 'In', ['a']), false],
    ['NotIn with the value', expression('app', 'NotIn', ['web']), false],
    ['NotIn without it', expression('app', 'NotIn', ['api']), true],
    ['NotIn on an absent label', expression('zone', 'NotIn', ['a']), true],
    ['Exists', expression('app', 'Exists'), true],
    ['Exists on an absent label', expression('zone', 'Exists'), false],
    ['DoesNotExist', expression('app', 'DoesNotExist'), false],
    ['DoesNotExist on an absent label', expression('zone', 'DoesNotExist'), true],
    ['both parts, of which one fails', { matchLabels: { app: 'web' }, ...expression('tier', 'In', ['back']) }, false],
    ['both parts that hold', { matchLabels: { app: 'web' }, ...expression('tier', 'In', ['front']) }, true],
    ['the empty selector', {}, true],
    ['an empty list of expressions', { matchExpressions: [] }, true],
    ['none', undefined, false],
    ['null', null, false],
    ['an unknown operator', expression('app', 'Is', ['web']), false],
    ['In without values', expression('app', 'In', []), false],
    ['NotIn without values', expression('app', 'NotIn', []), false],
    ['Exists with values, which the API server refuses', expression('app', 'Exists', ['web']), false],
    ['a key of the prototype', { matchLabels: { toString: 'web' } }, false],
  ])('with %s: %#', (_, selector, expected) => {
    expect(selects(selector, labels)).toBe(expected);
  });
});

describe('the selector of a Service', () => {
  it.each([
    ['pairs that hold', { app: 'web' }, true],
    ['a pair that does not', { app: 'web', tier: 'back' }, false],
    ['no pair', {}, false],
    ['nothing', undefined, false],
  ])('with %s', (_, selector, expected) => {
    expect(selectsByMap(selector, labels)).toBe(expected);
  });
});
