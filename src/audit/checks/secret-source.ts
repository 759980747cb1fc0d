import { at, isMap } from '../../diff/values.ts';
import { type KubeObject, refOf } from '../../kubernetes/object.ts';
import { headOf, yaml } from '../availability/remedies.ts';
import { findings, objectsOf, onWorkloads, type Says, sameNamespace } from '../availability/say.ts';
import { producerOf } from '../availability/secret-producers.ts';
import { type SecretReference, secretReferences } from '../availability/secret-references.ts';
import type { AuditFacts, Check } from '../check.ts';
import type { Subject } from '../subject.ts';

/** Secrets that stand in the release itself, and Secrets of which the release does not say where they come from. */
export const secretSource: Check = {
  id: 'secret-source',
  title: 'Secrets come from a secret store',
  section: '2',
  severity: 'high',
  run: (facts) => [
    ...objectsOf(facts, 'Secret', '').flatMap((secret) =>
      findings('secret-source', refOf(secret), judgeSecret(secret)),
    ),
    ...onWorkloads('secret-source', facts, (subject) =>
      secretReferences(subject).flatMap((reference) => judgeReference(reference, subject, facts)),
    ),
  ],
};

/** Filled by the cluster, whatever the release says. */
const FILLED: ReadonlySet<unknown> = new Set(['kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token']);

function judgeSecret(secret: KubeObject): Says {
  const type = secret.type ?? 'Opaque';
  const keys = [secret.data, secret.stringData].flatMap((map) => (isMap(map) ? Object.keys(map) : []));
  const read = `type: ${String(type)}, keys: ${keys.length === 0 ? 'none' : keys.join(', ')}`;
  if (FILLED.has(type)) return { verdict: 'skip', read, reason: 'the cluster fills it' };
  if (keys.length === 0) return { verdict: 'pass', read, reason: 'the release puts nothing into it' };
  if (type === 'kubernetes.io/tls') {
    const reason = 'whether the chart makes this key pair itself or its values hold it cannot be seen here';
    return { verdict: 'unknown', read, reason };
  }
  return {
    verdict: 'fail',
    read,
    reason: 'whoever reads the values, the chart or the stored release reads this Secret; let a secret store make it',
    remedy: `# Instead of this Secret:\n${yaml(externalSecret(secret, keys))}`,
  };
}

function judgeReference(reference: SecretReference, subject: Subject, facts: AuditFacts): Says | Says[] {
  const { name, optional } = reference;
  const { namespace } = subject.ref;
  const read = `${reference.field}: Secret/${name}`;
  const producer = producerOf(facts.objects, namespace, name);
  if (producer !== undefined) return { verdict: 'pass', read, reason: `${producer} makes it` };
  // What a plain Secret of the release means is said of the Secret itself.
  if (isRendered(name, subject, facts)) return [];
  if (facts.live?.secrets.get(namespace ?? '')?.has(name)) {
    return { verdict: 'pass', read, reason: 'it exists in the cluster' };
  }
  // The cluster is only asked for Secrets that a pod cannot start without.
  if (optional)
    return { verdict: 'skip', read, reason: 'it is not part of the release, and the pod starts without it' };
  return judgeMissing(reference, subject, facts, read);
}

function judgeMissing(reference: SecretReference, { ref }: Subject, { live }: AuditFacts, read: string): Says {
  if (live === undefined || live.refused.some(({ kind }) => kind === 'Secret')) {
    const why = live === undefined ? '' : '; whether it does could not be read';
    return { verdict: 'unknown', read, reason: `it is not part of the release and must exist in the cluster${why}` };
  }
  const pull = reference.field === 'imagePullSecrets';
  const effect = pull ? 'a private image cannot be pulled' : 'a new pod does not start until it does';
  return {
    verdict: pull ? 'warn' : 'fail',
    read,
    reason: `it does not exist in the cluster, so ${effect}`,
    remedy: yaml(storeSnippet(reference.name, ref.namespace, ['<key>'])),
  };
}

function isRendered(name: string, subject: Subject, facts: AuditFacts): boolean {
  return facts.objects.some(
    (object) => object.kind === 'Secret' && object.metadata.name === name && sameNamespace(refOf(object), subject.ref),
  );
}

function externalSecret(secret: KubeObject, keys: readonly string[]): Record<string, unknown> {
  return storeSnippet(secret.metadata.name, secret.metadata.namespace, keys, at(secret, 'type'));
}

function storeSnippet(
  name: string,
  namespace: string | undefined,
  keys: readonly string[],
  type?: unknown,
): Record<string, unknown> {
  const template = typeof type === 'string' && type !== 'Opaque' ? { template: { type } } : {};
  return {
    ...headOf({ apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', name, namespace }),
    spec: {
      refreshInterval: '1h',
      secretStoreRef: { kind: 'ClusterSecretStore', name: '<your store>' },
      target: { name, ...template },
      data: keys.map((secretKey) => ({ secretKey, remoteRef: { key: name, property: secretKey } })),
    },
  };
}
