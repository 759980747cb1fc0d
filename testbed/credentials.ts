import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { selfSigned } from './certificate.ts';
import {
  aggregatorCertificate,
  aggregatorKey,
  aggregatorName,
  auditPolicy,
  certificates,
  serviceAccountKey,
  serviceAccountPublicKey,
  tokenFile,
} from './services.ts';
import { type Places, type State, type User, users } from './state.ts';

/** One random token per user of the bed. */
export function newTokens(): Record<User, string> {
  const token = () => randomBytes(24).toString('hex');
  return { admin: token(), deployer: token(), viewer: token(), nobody: token() };
}

/** Writes what the API server reads at its start: token file, keys, certificate for aggregated APIs, audit policy. */
export function writeServerFiles(places: Places, state: State): void {
  const rows = users.map(
    (user) => `${state.tokens[user]},${user},${user},${user === 'admin' ? 'system:masters' : 'testbed'}`,
  );
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const policy = {
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    omitStages: ['RequestReceived'],
    rules: [{ level: 'Metadata' }],
  };
  mkdirSync(certificates(places), { recursive: true });
  writeFileSync(tokenFile(places), `${rows.join('\n')}\n`, { mode: 0o600 });
  writeFileSync(serviceAccountKey(places), keys.privateKey, { mode: 0o600 });
  writeFileSync(serviceAccountPublicKey(places), keys.publicKey);
  writeFileSync(auditPolicy(places), stringify(policy));
  const aggregator = selfSigned(aggregatorName);
  writeFileSync(aggregatorCertificate(places), aggregator.certificate);
  writeFileSync(aggregatorKey(places), aggregator.key, { mode: 0o600 });
}

/** The CA of the certificate that the API server made for itself (leaf first, then CA); undefined until it is there. */
export function readCertificateAuthority(places: Places): string | undefined {
  try {
    const text = readFileSync(join(certificates(places), 'apiserver.crt'), 'utf8');
    const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/g);
    return blocks?.[1];
  } catch {
    return undefined;
  }
}

/** The API server's address in this bed. */
export function serverOf(state: State): string {
  return `https://127.0.0.1:${state.ports.apiserver}`;
}

/** Writes the CA file and the kubeconfig: contexts `testbed` (admin, current), `deployer`, `viewer`, `nobody`. */
export function writeKubeconfig(places: Places, state: State, authority: string): void {
  writeFileSync(join(certificates(places), 'ca.crt'), authority);
  const cluster = { server: serverOf(state), 'certificate-authority-data': Buffer.from(authority).toString('base64') };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'testbed', cluster }],
    users: users.map((name) => ({ name, user: { token: state.tokens[name] } })),
    contexts: users.map((user) => ({
      name: user === 'admin' ? 'testbed' : user,
      context: { cluster: 'testbed', user },
    })),
    'current-context': 'testbed',
  };
  writeFileSync(places.kubeconfig, stringify(config), { mode: 0o600 });
}
