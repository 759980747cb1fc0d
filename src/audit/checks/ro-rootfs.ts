import { field } from '../../diff/values.ts';
import type { Check } from '../check.ts';
import { about, eachContainer, isWindowsPod, notOnWindows } from '../finding.ts';
import { securityOf } from '../pod-security/control.ts';

const ID = 'ro-rootfs';
const NAME = 'readOnlyRootFilesystem';
const REMEDY = `# on each container; what it writes goes to an emptyDir, at /tmp for example
securityContext:
  ${NAME}: true`;

/** Nothing may be written into a container's own files. The field exists on containers alone. */
export const roRootfs: Check = {
  id: ID,
  title: 'the root file system is read-only',
  section: '2.1',
  severity: 'medium',
  run: ({ subjects }) =>
    subjects.flatMap((subject) => {
      if (isWindowsPod(subject)) return [notOnWindows(ID, subject)];
      const onPod = field(securityOf(subject.pod), NAME);
      const findings = eachContainer(ID, subject, ({ spec }) => {
        const value = field(securityOf(spec), NAME) ?? undefined;
        const read = `securityContext.${NAME}: ${value === undefined ? 'not set' : value}`;
        if (value === true) return { verdict: 'pass', read, reason: 'nothing can be written into the image' };
        return { verdict: 'fail', read, reason: 'an attacker can write into the container', remedy: REMEDY };
      });
      if (onPod === undefined || findings.every(({ verdict }) => verdict === 'pass')) return findings;
      const reason = 'a pod has no such field: the API server drops it, and it belongs to each container';
      return [about(ID, subject, { verdict: 'fail', read: `pod securityContext.${NAME}`, reason, remedy: REMEDY })];
    }),
};
