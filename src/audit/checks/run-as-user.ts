import { field } from '../../diff/values.ts';
import type { Check } from '../check.ts';
import { about, eachContainer, isWindowsPod, notOnWindows } from '../finding.ts';
import { hasOwnUsers, securityOf } from '../pod-security/control.ts';

const ID = 'run-as-user';

/**
 * The user id that a container runs as. Any but 0 passes: images are built for their own id, and raising it breaks the ownership
 * of their files, so another number than the profile's is only said.
 */
export const runAsUser: Check = {
  id: ID,
  title: 'containers run as a named user, not 0',
  section: '2.1',
  severity: 'medium',
  run: ({ subjects, profile }) =>
    subjects.flatMap((subject) => {
      if (isWindowsPod(subject)) return [notOnWindows(ID, subject)];
      const wanted = profile.numbers.runAsUser;
      const onPod = field(securityOf(subject.pod), 'runAsUser') ?? undefined;
      const remedy = `securityContext:\n  runAsUser: ${wanted} # must own the files in the image`;
      if (hasOwnUsers(subject.pod)) {
        const reason = 'the pod has its own users: 0 inside of it is nobody on the node';
        return [about(ID, subject, { verdict: 'pass', read: 'hostUsers: false', reason })];
      }
      return eachContainer(ID, subject, ({ spec }) => {
        const own = field(securityOf(spec), 'runAsUser') ?? undefined;
        const effective = own ?? onPod;
        if (effective === undefined) {
          const reason = "the user is the image's choice, and nobody sees it here";
          return { verdict: 'warn', read: 'securityContext.runAsUser: not set', reason, remedy };
        }
        const read = `securityContext.runAsUser: ${effective} (${own === undefined ? 'pod' : 'container'})`;
        if (effective === 0) return { verdict: 'fail', read, reason: 'the container runs as root', remedy };
        const other = effective === wanted ? '' : `; the profile's number is ${wanted}, any other than 0 is as good`;
        return { verdict: 'pass', read, reason: `the container does not run as root${other}` };
      });
    }),
};
