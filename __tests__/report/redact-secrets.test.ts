import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import { redaction, redactor, redactReport } from '../../src/report/redact.ts';
import { secretsInSetLines, secretsInValues, secretsOf } from '../../src/report/release-secrets.ts';
import { fullDiff, fullReport } from './redact-cases.ts';

const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
const secret = (fields: object): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 's' },
  ...fields,
});

describe('the secrets of a release', () => {
  it('are the values of its Secrets, decoded and plain, also in a List', () => {
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      metadata: { name: '' },
      items: [secret({ data: { a: base64('in-a-list') } })],
    };
    const found = secretsOf([
      secret({ data: { a: base64('hunter22') }, stringData: { b: 'plain-one', c: 12345678 } }),
      list,
    ]);
    expect(found.toSorted()).toEqual(['12345678', 'hunter22', 'in-a-list', 'plain-one']);
  });

  it('are not what other objects hold, nor the records of Helm', () => {
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' }, data: { a: base64('hunter22') } };
    expect(secretsOf([map, secret({ type: 'helm.sh/release.v1', data: { release: base64('hunter22') } })])).toEqual([]);
    expect(secretsOf([secret({ data: null }), secret({ data: { a: null }, stringData: {} })])).toEqual([]);
  });

  it('are looked for as they are encoded when they are no text', () => {
    const bytes = Buffer.from([0xff, 0xfe, 1, 2, 3, 4, 5, 6, 7, 8]);
    const found = secretsOf([secret({ data: { key: base64(bytes) } })]);
    expect(found).toEqual([base64(bytes)]);
    expect(redactor(found)(`data: ${base64(bytes)}`)).toBe('data: ***');
  });

  it('are what a template forgot to encode', () => {
    expect(secretsOf([secret({ data: { key: 'not base64 at all!' } })])).toEqual(['not base64 at all!']);
  });

  it('stand inside JSON, URLs and lines too', () => {
    const docker = JSON.stringify({ auths: { 'registry.example.com': { username: 'robot-7', password: 'p@ss/1' } } });
    const found = secretsOf([
      secret({ data: { '.dockerconfigjson': base64(docker) }, stringData: { url: 'postgres://app:s3cr%2Ft!@db/x' } }),
      secret({ stringData: { env: 'PORT=8080\nexport DB_PASSWORD="quoted-one"\napiKey: k-123456\n' } }),
    ]);
    expect(found).toEqual(expect.arrayContaining(['p@ss/1', 's3cr%2Ft!', 's3cr/t!', 'quoted-one', 'k-123456']));
    expect(found).not.toContain('8080');
  });

  it.each([
    ['a plain word of the chart', 'postgres', ['postgres'], []],
    ['a number of the chart', '15432', [15432], []],
    ['a boolean of the chart', 'true', [{ a: { b: true } }], []],
    ['a word that stands nowhere else', 'postgres', [], ['postgres']],
    ['a password of the chart, which is no plain word', 'Summer2024!', [{ db: 'Summer2024!' }], ['Summer2024!']],
    ['a word in lists of the chart', 'production', [{ env: ['test', 'production'] }], []],
  ])('leave %s as it should be', (_, value, open, expected) => {
    expect(secretsOf([secret({ stringData: { a: value } })], open)).toEqual(expected);
  });

  it('stand in a values file under telling names', () => {
    const values = {
      db: { password: 'hunter22', user: 'app' },
      apiToken: 't-1',
      secrets: { a: { b: 42_000_000 } },
      tls: true,
    };
    expect(secretsInValues(values)).toEqual(['hunter22', 't-1', '42000000']);
    expect(secretsInValues({ password: 'changeme' }, [{ password: 'changeme' }])).toEqual([]);
  });

  it('are not the names of the Secrets that hold them, nor of authors', () => {
    const values = {
      auth: { enabled: true, existingSecret: 'redis-auth', existingSecretPasswordKey: 'redis-password' },
      imagePullSecrets: [{ name: 'registry-login' }],
      env: [{ name: 'DB', valueFrom: { secretKeyRef: { name: 'database', key: 'address' } } }],
      externalSecret: { store: 'parameter-store', key: 'prod/database' },
      tls: { secretName: 'interface-tls' },
      author: 'platform-team',
      authority: 'login.example.com',
      authorization: 'Bearer 12345678',
      secretKey: 'django-insecure-1',
    };
    expect(secretsInValues(values)).toEqual(['Bearer 12345678', 'django-insecure-1']);
  });

  it('stand in set lines under telling names', () => {
    const lines = [
      'image.tag=1.5.0,db.password=a=b',
      'token=with\\,comma',
      'auth.existingSecret=redis-auth',
      'replicas=3',
      'imagePullSecrets[0].name=registry-login',
      'auth.enabled=true',
      'env.API_TOKEN={x,y}',
    ];
    expect(secretsInSetLines(lines)).toEqual(['a=b', 'with\\,comma', 'with,comma', '{x']);
  });
});

describe('a redaction', () => {
  it('learns while the run goes on', () => {
    const { redact, learn } = redaction(['first-secret']);
    expect(redact('first-secret second-secret')).toBe('*** second-secret');
    learn(['second-secret']);
    expect(redact('first-secret second-secret')).toBe('*** ***');
  });

  it.each([
    ['base64 in lines of 76', (text: string) => base64(text).replace(/.{76}/g, '$&\n')],
    ['base64 in lines of 64', (text: string) => base64(text).replace(/.{64}/g, '$&\n')],
    ['base64 with a line break encoded', (text: string) => base64(`${text}\n`)],
    ['its first half, as a cut log line has it', (text: string) => text.slice(0, text.length / 2)],
    ['Windows line ends', (text: string) => text.replaceAll('\n', '\r\n')],
    ["Go's JSON", (text: string) => JSON.stringify(text).replaceAll('<', '\\u003c').replaceAll('&', '\\u0026')],
    ['ASCII JSON', (text: string) => JSON.stringify(text).replaceAll('é', '\\u00e9')],
    ['HTML', (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll("'", '&#39;')],
    ['a form', (text: string) => new URLSearchParams({ a: text }).toString()],
    ['YAML in single quotes', (text: string) => `'${text.replaceAll("'", "''")}'`],
  ])('hides %s', (_, write) => {
    const long = `it's & <é> ${'0123456789abcdef'.repeat(20)}\nsecond line of it`;
    const left = redactor([long])(write(long));
    expect(left).not.toMatch(/0123|second|[A-Za-z0-9+/]{33,}/);
  });

  it('hides all of two secrets that overlap', () => {
    expect(redactor(['abcdef-one', 'one-ghijkl'])('abcdef-one-ghijkl')).toBe('***');
  });

  it('is linear: a thousand secrets in 5 MB', () => {
    const secrets = Array.from({ length: 1_000 }, (_, n) => `${'A'.repeat(60)}${n}-${'x'.repeat(40)}`);
    const { redact } = redaction(secrets);
    redact('');
    const since = Date.now();
    redact('some words of a log, then more words\n'.repeat(140_000));
    redact('A'.repeat(1_000_000));
    expect(Date.now() - since).toBeLessThan(15_000);
  });
});

describe('a report', () => {
  it('keeps its own words and the names in the workflow, whatever the Secrets hold', () => {
    const words = [
      'deployed',
      'rolled-back',
      'deploy',
      'web-release',
      'crash-loop',
      'probably fatal',
      'observed',
      'changed',
      '0123456789ab',
    ];
    const report = fullReport({ release: 'web-release', reason: 'web-release changed' });
    const clean = redactReport(report, redactor(words));
    expect([clean.status, clean.command, clean.release, clean.cluster]).toEqual([
      'rolled-back',
      'deploy',
      'web-release',
      '0123456789ab',
    ]);
    expect([clean.cause?.rule, clean.cause?.class, clean.rollback?.proof]).toEqual([
      'crash-loop',
      'probably fatal',
      'observed',
    ]);
    expect(clean.reason).toBe('*** ***');
    expect(redactReport(fullDiff(['- changed']), redactor(words)).diff?.objects[0]).toMatchObject({
      change: 'changed',
      lines: ['- ***'],
    });
  });

  it('hides a secret whose short lines stand in different entries of a log', () => {
    const base = fullReport();
    const report = { ...base, evidence: { ...base.evidence, log: ['a', 'ab', 'cd', 'ef', 'b'] } };
    expect(redactReport(report, redactor(['ab\ncd\nef'])).evidence?.log).toEqual(['a', '***', 'b']);
  });
});
