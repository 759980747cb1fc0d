import { at } from '../../diff/values.ts';
import { type KubeObject, keyOf, refOf, titleOf } from '../../kubernetes/object.ts';
import { notReplicated } from '../availability/replicated.ts';
import { onWorkloads, type Says, shown } from '../availability/say.ts';
import type { AuditFacts, Check } from '../check.ts';
import type { Subject } from '../subject.ts';

/** A number of replicas rendered beside an autoscaler: every upgrade sets it back. */
export const replicasVsHpa: Check = {
  id: 'replicas-vs-hpa',
  title: 'no replicas beside an autoscaler',
  section: '',
  severity: 'high',
  run: (facts) => onWorkloads('replicas-vs-hpa', facts, (subject) => judge(subject, facts)),
};

function judge(subject: Subject, facts: AuditFacts): Says {
  const not = notReplicated(subject);
  if (not !== undefined) return not;
  const source = writtenObject(subject, facts);
  const written = at(source ?? subject.object, 'spec', 'replicas') ?? undefined;
  const read = `spec.replicas: ${shown(written)}`;
  if (subject.scaler === undefined) return { verdict: 'skip', read, reason: 'no autoscaler of the release scales it' };
  const scaler = titleOf(refOf(subject.scaler));
  if (written === undefined) return { verdict: 'pass', read, reason: `${scaler} alone sets the number of pods` };
  if (source === undefined) {
    const reason = `the API server always holds the number that ${scaler} has set; only the manifest shows whether the chart sets it too`;
    return { verdict: 'skip', read, reason };
  }
  return {
    verdict: 'fail',
    read,
    reason: `${scaler} owns the number of pods, so every upgrade scales against it`,
    remedy: 'spec:\n  replicas: null # or leave it out of the template while autoscaling is on',
  };
}

/** The object as the release writes it; undefined for a live one (it has a uid) of which that is not known. */
function writtenObject({ object, ref }: Subject, { live }: AuditFacts): KubeObject | undefined {
  if (object.metadata.uid === undefined) return object;
  return live?.released.find((one) => keyOf(refOf(one)) === keyOf(ref));
}
