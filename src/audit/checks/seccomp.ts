import type { Check } from '../check.ts';
import { about, isWindowsPod, notOnWindows } from '../finding.ts';
import { seccomp as violations } from '../pod-security/restricted.ts';
import { reviewedPod } from '../pod-security/review.ts';

const ID = 'seccomp';
const REMEDY = 'spec:\n  securityContext:\n    seccompProfile: {type: RuntimeDefault} # covers all containers';

/** System calls are filtered: without a profile the kubelet's default is used, and that is no filter. */
export const seccomp: Check = {
  id: ID,
  title: 'system calls are filtered',
  section: '2.1',
  severity: 'high',
  run: ({ subjects }) =>
    subjects.flatMap((subject) => {
      if (isWindowsPod(subject)) return [notOnWindows(ID, subject)];
      const wrong = violations(reviewedPod(subject));
      const reason = 'the container may make every system call';
      if (wrong.length > 0) {
        return wrong.map(({ container, read }) =>
          about(ID, subject, { verdict: 'fail', read, reason, remedy: REMEDY }, container),
        );
      }
      const read = 'securityContext.seccompProfile.type: RuntimeDefault or Localhost';
      return [about(ID, subject, { verdict: 'pass', read, reason: 'system calls are filtered' })];
    }),
};
