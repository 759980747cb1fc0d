import { groupOf, type KubeObject, refOf } from '../../kubernetes/object.ts';
import type { AuditFacts, Check, Finding, LiveFacts } from '../check.ts';
import { about } from '../finding.ts';
import { conditionOf, refusalOf, type SecretUse, secretUses } from '../live.ts';

const ID = 'live-secrets';

/** The Secrets that the pods refer to exist, and what makes them says that it works. No content is read. */
export const liveSecrets: Check = {
  id: ID,
  title: 'referenced Secrets exist and their sources are ready',
  section: '2',
  severity: 'high',
  run: ({ objects, subjects, live }: AuditFacts) => {
    if (!live) return [];
    const external = objects.filter(({ apiVersion }) => groupOf(apiVersion) === 'external-secrets.io');
    return [
      ...secretUses(subjects.filter(({ hook }) => !hook)).map((use) => exists(use, live)),
      ...external.filter(({ kind }) => kind === 'ExternalSecret').map(ready),
    ];
  },
};

function exists({ namespace, name, by }: SecretUse, live: LiveFacts): Finding {
  const read = `Secret ${name}`;
  if (live.secrets.get(namespace)?.has(name)) return about(ID, by, { verdict: 'pass', read, reason: 'it exists' });
  const refusal = refusalOf(live, 'Secret');
  if (refusal !== undefined) return about(ID, by, { verdict: 'unknown', read, reason: refusal });
  return about(ID, by, { verdict: 'fail', read, reason: 'it does not exist: the next pod will not start' });
}

function ready(object: KubeObject): Finding {
  const found = conditionOf(object, 'Ready');
  const base = { check: ID, object: refOf(object), read: `status Ready: ${found?.status ?? 'not there'}`, remedy: '' };
  if (found?.status === 'True') return { ...base, verdict: 'pass', reason: 'its Secret is up to date' };
  if (found?.status === 'False') return { ...base, verdict: 'fail', reason: `its Secret is not kept: ${found.words}` };
  return { ...base, verdict: 'unknown', reason: 'no controller has said anything about it yet' };
}
