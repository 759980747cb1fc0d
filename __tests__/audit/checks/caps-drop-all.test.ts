import { describe, expect, it } from '@jest/globals';
import { capsDropAll } from '../../../src/audit/checks/caps-drop-all.ts';
import { exemptions, secured, verdicts } from '../judged.ts';

describe('caps-drop-all', () => {
  it.each([
    ['passes with ALL', secured('{capabilities: {drop: [ALL]}}'), ['pass']],
    ['passes with NET_BIND_SERVICE added', secured('{capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}'), ['pass']],
    ['fails by default', secured('{}'), ['fail web']],
    ['fails in lower case: the API server compares exactly', secured('{capabilities: {drop: [all]}}'), ['fail web']],
    ['fails with some dropped', secured('{capabilities: {drop: [NET_RAW, CHOWN]}}'), ['fail web']],
    ['fails with another one added', secured('{capabilities: {drop: [ALL], add: [NET_ADMIN]}}'), ['fail web']],
    [
      'fails with capabilities on the pod, which has no such field',
      secured('{}', '{capabilities: {drop: [ALL]}}'),
      ['fail web'],
    ],
    ...exemptions(capsDropAll, '{}'),
  ])('%s', (_, manifest, expected) => {
    expect(verdicts(capsDropAll, manifest)).toEqual(expected);
  });
});
