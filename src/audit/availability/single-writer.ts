import { at, field, items } from '../../diff/values.ts';
import { refOf } from '../../kubernetes/object.ts';
import type { AuditFacts } from '../check.ts';
import type { Subject } from '../subject.ts';
import { nameIn, sameNamespace } from './say.ts';

const ALONE: ReadonlySet<unknown> = new Set(['ReadWriteOnce', 'ReadWriteOncePod']);

/**
 * The claim of a workload that only one node or pod can mount; `known` is false when a claim is not in the release, so that
 * its access mode is not known. Undefined when every claim can be shared, or there is none.
 */
export function singleWriterOf(subject: Subject, facts: AuditFacts): { claim: string; known: boolean } | undefined {
  const names = items(at(subject.pod, 'volumes'))
    .map((volume) => nameIn(field(volume, 'persistentVolumeClaim'), 'claimName'))
    .filter((name) => name !== '');
  const claims = names.map((claim) => ({ claim, alone: isAlone(claim, subject, facts) }));
  const alone = claims.find((one) => one.alone === true);
  if (alone !== undefined) return { claim: alone.claim, known: true };
  const absent = claims.find((one) => one.alone === undefined);
  return absent && { claim: absent.claim, known: false };
}

function isAlone(name: string, subject: Subject, facts: AuditFacts): boolean | undefined {
  const claim = [...facts.objects, ...(facts.live?.objects ?? [])].find(
    (object) =>
      object.kind === 'PersistentVolumeClaim' &&
      object.metadata.name === name &&
      sameNamespace(refOf(object), subject.ref),
  );
  if (claim === undefined) return undefined;
  const modes = items(at(claim, 'spec', 'accessModes'));
  return modes.length > 0 && modes.every((mode) => ALONE.has(mode));
}
