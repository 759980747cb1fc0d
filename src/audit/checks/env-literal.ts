import { field, items } from '../../diff/values.ts';
import type { Check } from '../check.ts';
import { about } from '../finding.ts';

const ID = 'env-literal';

const SECRET_WORDS: ReadonlySet<string> = new Set(
  'password passwd passphrase secret token credential credentials apikey'.split(' '),
);
/** `KEY` alone is a key of anything; with one of these before it, it is one to lock with. */
const KEY_OWNERS: ReadonlySet<string> = new Set('api access private secret encryption signing master'.split(' '));
/** What such a name ends with when it speaks about the secret and does not hold it: `TOKEN_TTL`, `PASSWORD_FILE`. */
const ABOUT: ReadonlySet<string> = new Set(
  (
    'file path dir ttl name url uri host port endpoint enabled disabled required timeout seconds minutes days expiry expires ' +
    'expiration interval length size limit max min count issuer audience type kind algorithm header id ref policy version ' +
    'prefix suffix store provider backend mode region rotation namespace'
  ).split(' '),
);
const WITH_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:(?!\$\()[^/\s@]+@/i;

/** Secrets written into the manifest as they are: everyone who may read a pod reads them. The value is never shown. */
export const envLiteral: Check = {
  id: ID,
  title: 'no secret is written out in an environment variable',
  section: '2',
  severity: 'medium',
  run: ({ subjects }) =>
    subjects.flatMap((subject) => {
      const found = subject.containers.flatMap(({ spec }) =>
        items(field(spec, 'env')).flatMap((variable) => {
          const name = String(field(variable, 'name') ?? '');
          const value = field(variable, 'value');
          if (typeof value !== 'string' || !isLiteralSecret(name, value)) return [];
          const says = {
            verdict: 'warn' as const,
            read: `env ${name}: a literal value`,
            reason: 'it reads like a secret, and everyone who may look at the pod sees it',
            remedy: `env:\n  - name: ${name}\n    valueFrom:\n      secretKeyRef: {name: <secret>, key: <key>}`,
          };
          return [about(ID, subject, says, spec.name)];
        }),
      );
      if (found.length > 0) return found;
      const reason = 'no variable reads like a secret with a literal value';
      return [about(ID, subject, { verdict: 'pass', read: 'env of all containers', reason })];
    }),
};

/** True for a name or a value that says that a secret stands here in the open. */
export function isLiteralSecret(name: string, value: string): boolean {
  if (value === '' || /^\$\([^)]+\)$/.test(value)) return false;
  if (WITH_PASSWORD.test(value)) return true;
  if (/^(true|false)$/i.test(value)) return false;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  if (ABOUT.has(words.at(-1) ?? '')) return false;
  return words.some((word, at) => SECRET_WORDS.has(word) || (word === 'key' && KEY_OWNERS.has(words[at - 1] ?? '')));
}
