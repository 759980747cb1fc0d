import { at, field, isMap, items } from '../../diff/values.ts';
import type { Check, Finding } from '../check.ts';
import { about, isWindowsPod, notOnWindows } from '../finding.ts';
import { securityOf } from '../pod-security/control.ts';
import type { Subject } from '../subject.ts';

const ID = 'fs-group';

/** A user that is not root can write a volume only when the volume has its group. */
export const fsGroup: Check = {
  id: ID,
  title: 'written volumes belong to a group of the pod',
  section: '2.1',
  severity: 'low',
  run: ({ subjects, profile }) => subjects.flatMap((subject) => judge(subject, profile.numbers.fsGroup)),
};

function judge(subject: Subject, wanted: number): Finding[] {
  if (isWindowsPod(subject)) return [notOnWindows(ID, subject)];
  const remedy = `spec:\n  securityContext:\n    fsGroup: ${wanted}`;
  const misplaced = subject.containers.filter(({ spec }) => isSet(field(securityOf(spec), 'fsGroup')));
  if (misplaced.length > 0) {
    const reason = 'a container has no such field: it is ignored there and belongs to the pod';
    return misplaced.map(({ spec }) =>
      about(ID, subject, { verdict: 'fail', read: 'container securityContext.fsGroup', reason, remedy }, spec.name),
    );
  }
  const volumes = writtenVolumes(subject);
  if (volumes.length === 0) {
    const reason = 'no volume is written: no claim and no emptyDir';
    return [about(ID, subject, { verdict: 'skip', read: 'spec.volumes', reason })];
  }
  const group = field(securityOf(subject.pod), 'fsGroup');
  const read = `securityContext.fsGroup: ${isSet(group) ? String(group) : 'not set'}; volumes: ${volumes.join(', ')}`;
  if (!isSet(group) || group === 0) {
    const reason = 'a user that is not root may not be able to write these volumes';
    return [about(ID, subject, { verdict: 'warn', read, reason, remedy })];
  }
  const other = group === wanted ? '' : `; the profile's number is ${wanted}, any other than 0 is as good`;
  return [about(ID, subject, { verdict: 'pass', read, reason: `the volumes belong to a group of the pod${other}` })];
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function writtenVolumes({ object, pod }: Subject): string[] {
  const own = items(field(pod, 'volumes')).filter((volume) =>
    ['persistentVolumeClaim', 'emptyDir', 'ephemeral'].some((source) => isMap(field(volume, source))),
  );
  const claimed = items(at(object, 'spec', 'volumeClaimTemplates')).map((claim) => at(claim, 'metadata', 'name'));
  return [...own.map((volume) => field(volume, 'name')), ...claimed].map(String);
}
