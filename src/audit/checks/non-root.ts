import { field } from '../../diff/values.ts';
import type { Check } from '../check.ts';
import { about, eachContainer, isWindowsPod, notOnWindows } from '../finding.ts';
import { hasOwnUsers, securityOf } from '../pod-security/control.ts';

const ID = 'non-root';
const REMEDY = 'spec:\n  securityContext:\n    runAsNonRoot: true # covers all containers';

/** Every container must be refused a start as root; a false on the container wins over the pod's true. */
export const nonRoot: Check = {
  id: ID,
  title: 'no container may run as root',
  section: '2.1',
  severity: 'high',
  run: ({ subjects }) =>
    subjects.flatMap((subject) => {
      if (isWindowsPod(subject)) return [notOnWindows(ID, subject)];
      if (hasOwnUsers(subject.pod)) {
        const reason = 'the pod has its own users: root inside of it is nobody on the node';
        return [about(ID, subject, { verdict: 'pass', read: 'hostUsers: false', reason })];
      }
      const onPod = field(securityOf(subject.pod), 'runAsNonRoot') ?? undefined;
      return eachContainer(ID, subject, ({ spec }) => {
        const own = field(securityOf(spec), 'runAsNonRoot') ?? undefined;
        const effective = own ?? onPod;
        const where = own === undefined ? 'pod' : 'container';
        const read = `securityContext.runAsNonRoot: ${effective === undefined ? 'not set' : `${effective} (${where})`}`;
        if (effective === true) return { verdict: 'pass', read, reason: 'a start as root is refused' };
        const reason =
          effective === undefined
            ? 'the container may run as root: whether it does is up to its image'
            : 'the container is allowed to run as root';
        return { verdict: 'fail', read, reason, remedy: REMEDY };
      });
    }),
};
