import { expect, test } from '@jest/globals';
import { secretSource } from '../../../src/audit/checks/secret-source.ts';
import { ask, cases } from '../cases.ts';
import { HOOK, inWeb, OLD, other, pod, web } from '../release.ts';

const secret = (rest: Record<string, unknown>) => other('v1', 'Secret', 'web-env', rest);
const data = { data: { PASSWORD: 'cGVhcmw=' } };
const env = inWeb({ env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'web-env', key: 'PASSWORD' } } }] });
const envFrom = inWeb({ envFrom: [{ secretRef: { name: 'web-env' } }] });
const volume = pod({ volumes: [{ name: 'a', secret: { secretName: 'web-env' } }] });
const projected = pod({ volumes: [{ name: 'a', projected: { sources: [{ secret: { name: 'web-env' } }] } }] });
const pull = pod({ imagePullSecrets: [{ name: 'web-env' }] });
const optional = inWeb({ envFrom: [{ secretRef: { name: 'web-env', optional: true } }] });
const external = (spec: Record<string, unknown>) => other('external-secrets.io/v1', 'ExternalSecret', 'web', { spec });
const made = external({ target: { name: 'web-env' } });
const exists = (...names: string[]) => ({ secrets: new Map([['pearl', new Set(names)]]) });
const of = 'Secret/web-env';

cases(secretSource, [
  {
    what: 'a Secret with data',
    of,
    objects: [secret(data)],
    verdict: 'fail',
    reads: /keys: PASSWORD/,
    noRemedy: 'the Secret has to go',
  },
  {
    what: 'a Secret with stringData',
    of,
    objects: [secret({ stringData: { A: 'b' } })],
    verdict: 'fail',
    noRemedy: 'the Secret has to go',
  },
  { what: 'an empty Secret', of, objects: [secret({})], verdict: 'pass' },
  {
    what: 'a token of a ServiceAccount',
    of,
    objects: [secret({ type: 'kubernetes.io/service-account-token', ...data })],
    verdict: 'skip',
  },
  {
    what: 'a key pair, perhaps made by the chart',
    of,
    objects: [secret({ type: 'kubernetes.io/tls', ...data })],
    verdict: 'unknown',
  },
  {
    what: 'a Secret that is a hook',
    of,
    objects: [
      secret({
        ...data,
        metadata: { name: 'web-env', namespace: 'pearl', annotations: { 'helm.sh/hook': 'pre-install' } },
      }),
    ],
    verdict: '',
  },
  { what: 'a workload with a rendered Secret says nothing twice', objects: [web(env), secret(data)], verdict: '' },
  { what: 'an ExternalSecret', objects: [web(env), made], verdict: 'pass', says: /ExternalSecret\/web/ },
  {
    what: 'an ExternalSecret by its own name',
    objects: [web(env), { ...external({}), metadata: { name: 'web-env', namespace: 'pearl' } }],
    verdict: 'pass',
  },
  {
    what: 'an ExternalSecret that only merges',
    objects: [web(env), external({ target: { name: 'web-env', creationPolicy: 'Merge' } })],
    verdict: 'unknown',
  },
  {
    what: 'an ExternalSecret elsewhere',
    objects: [web(env), { ...made, metadata: { name: 'web', namespace: 'elsewhere' } }],
    verdict: 'unknown',
  },
  {
    what: 'a SealedSecret',
    objects: [web(envFrom), other('bitnami.com/v1alpha1', 'SealedSecret', 'web-env')],
    verdict: 'pass',
  },
  {
    what: 'a SecretProviderClass',
    objects: [
      web(volume),
      other('secrets-store.csi.x-k8s.io/v1', 'SecretProviderClass', 'x', {
        spec: { secretObjects: [{ secretName: 'web-env' }] },
      }),
    ],
    verdict: 'pass',
  },
  {
    what: 'a VaultStaticSecret',
    objects: [
      web(projected),
      other('secrets.hashicorp.com/v1beta1', 'VaultStaticSecret', 'x', {
        spec: { destination: { name: 'web-env', create: true } },
      }),
    ],
    verdict: 'pass',
  },
  {
    what: 'a VaultStaticSecret that only fills one',
    objects: [
      web(projected),
      other('secrets.hashicorp.com/v1beta1', 'VaultStaticSecret', 'x', { spec: { destination: { name: 'web-env' } } }),
    ],
    verdict: 'unknown',
  },
  {
    what: 'a Certificate',
    objects: [web(volume), other('cert-manager.io/v1', 'Certificate', 'x', { spec: { secretName: 'web-env' } })],
    verdict: 'pass',
  },
  { what: 'nothing of the release', objects: [web(env)], verdict: 'unknown', says: /must exist in the cluster/ },
  { what: 'nothing, twice the same name', objects: [web(env, volume)], verdict: 'unknown' },
  { what: 'nothing, and not needed', objects: [web(optional)], verdict: 'skip' },
  { what: 'optional here and needed there', objects: [web(optional, volume)], verdict: 'unknown' },
  { what: 'a pull secret', objects: [web(pull)], verdict: 'unknown' },
  { what: 'no Secret at all in the cluster', objects: [web(env)], live: {}, verdict: 'fail' },
  { what: 'no pull secret in the cluster', objects: [web(pull)], live: exists(), verdict: 'warn', says: /pulled/ },
  { what: 'a Secret of the cluster', objects: [web(env)], live: exists('web-env'), verdict: 'pass' },
  {
    what: 'no Secret in the cluster',
    objects: [web(env)],
    live: exists('other'),
    verdict: 'fail',
    says: /does not start/,
  },
  { what: 'no Secret in the cluster, and not needed', objects: [web(optional)], live: exists(), verdict: 'skip' },
  {
    what: 'Secrets that could not be read',
    objects: [web(env)],
    live: { refused: [{ kind: 'Secret', message: 'forbidden' }] },
    verdict: 'unknown',
  },
  { what: 'no Secrets', objects: [web()], verdict: '' },
  { what: 'a hook', objects: [web(env, HOOK)], verdict: 'skip' },
  { what: 'a version that is not read', objects: [web(env, OLD)], verdict: 'unknown' },
]);

test('no value of a Secret stands in a finding, raw or decoded', () => {
  const objects = [
    secret({ data: { A: Buffer.from('hunter2-rare').toString('base64') }, stringData: { B: 'hunter3-rare' } }),
    web(env),
  ];
  const leaked = (text: string) => /hunter|aHVudGVy/.test(text);
  expect(leaked(JSON.stringify(objects))).toBe(true);
  expect(leaked(JSON.stringify(ask(secretSource, { objects })))).toBe(false);
});

test('the snippet for a plain Secret asks a store for every key that it has', () => {
  const [finding] = ask(secretSource, { objects: [secret({ data: { A: 'eA==', B: 'eQ==' } })] });
  expect(finding?.remedy).toMatch(/kind: ExternalSecret[\s\S]*secretKey: A[\s\S]*secretKey: B/);
});
