import type { Check } from '../check.ts';
import { eachContainer, isWindowsPod, notOnWindows } from '../finding.ts';
import { badCapabilities } from '../pod-security/restricted.ts';

const ID = 'caps-drop-all';
const REMEDY = 'securityContext:\n  capabilities:\n    drop: [ALL] # upper case: the API server compares exactly';

/** Every container drops exactly `ALL` and adds at most NET_BIND_SERVICE. */
export const capsDropAll: Check = {
  id: ID,
  title: 'containers drop all capabilities',
  section: '2.1',
  severity: 'high',
  run: ({ subjects }) =>
    subjects.flatMap((subject) => {
      if (isWindowsPod(subject)) return [notOnWindows(ID, subject)];
      return eachContainer(ID, subject, ({ spec }) => {
        const wrong = badCapabilities(spec);
        if (wrong.length === 0) {
          return { verdict: 'pass', read: 'securityContext.capabilities.drop: [ALL]', reason: 'no capability is left' };
        }
        const reason = wrong.some((read) => read.includes('.drop:'))
          ? 'the container keeps capabilities of root'
          : 'the container adds capabilities that it should not need';
        return { verdict: 'fail', read: wrong.join('; '), reason, remedy: REMEDY };
      });
    }),
};
