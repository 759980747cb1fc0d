import { describe, expect, it } from '@jest/globals';
import { envLiteral, isLiteralSecret } from '../../../src/audit/checks/env-literal.ts';
import { deployment, judged, skip, verdicts } from '../judged.ts';

const env = (list: string, annotations = '{}'): string =>
  deployment(`{containers: [{name: web, env: ${list}}]}`, { annotations });

describe('env-literal', () => {
  it.each([
    ['DB_PASSWORD', 'hunter22', true],
    ['password', '123456', true],
    ['API_KEY', 'k', true],
    ['apiKey', 'k', true],
    ['STRIPE_SECRET_KEY', 'sk', true],
    ['JWT_SECRET', 'x', true],
    ['GITHUB_TOKEN', 'x', true],
    ['DB_PASSWORD_PROD', 'x', true],
    ['DATABASE_URL', 'postgres://app:pw@db/app', true],
    ['DB_PASSWORD', '', false],
    ['DB_PASSWORD', '$(OTHER)', false],
    ['DATABASE_URL', 'postgres://app:$(PW)@db/app', false],
    ['DATABASE_URL', 'postgres://db/app', false],
    ['DB_PASSWORD_FILE', '/run/secrets/pw', false],
    ['TOKEN_PATH', '/t', false],
    ['TOKEN_TTL', '3600', false],
    ['MAX_TOKENS', '4096', false],
    ['SECRET_NAME', 'web', false],
    ['PASSWORD_LOGIN_ENABLED', 'true', false],
    ['USE_TOKEN', 'false', false],
    ['PARTITION_KEY', 'id', false],
    ['TOKENIZER', 'bpe', false],
    ['PWD', '/app', false],
    ['LOG_LEVEL', 'debug', false],
  ])('%s=%s: %s', (name, value, expected) => {
    expect(isLiteralSecret(name, value)).toBe(expected);
  });

  it.each([
    ['passes without variables', deployment('{containers: [{name: web}]}'), ['pass']],
    ['passes with a reference', env('[{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: a, key: b}}}]'), ['pass']],
    ['warns of a literal', env('[{name: DB_PASSWORD, value: hunter22}]'), ['warn web']],
    [
      'is exempted by annotation',
      env('[{name: DB_PASSWORD, value: hunter22}]', skip('env-literal')),
      ['exempted warn web'],
    ],
  ])('%s', (_, manifest, expected) => {
    expect(verdicts(envLiteral, manifest)).toEqual(expected);
  });

  it('never shows the value', () => {
    const rows = judged(
      envLiteral,
      env('[{name: DB_PASSWORD, value: hunter22}, {name: U, value: "redis://a:hunter22@r"}]'),
    );
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toContain('hunter22');
  });
});
