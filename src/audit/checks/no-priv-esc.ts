import { field } from '../../diff/values.ts';
import type { Check } from '../check.ts';
import { eachContainer, isWindowsPod, notOnWindows } from '../finding.ts';
import { securityOf } from '../pod-security/control.ts';

const ID = 'no-priv-esc';
const REMEDY = 'securityContext:\n  allowPrivilegeEscalation: false';

/** A process must not gain more rights than its parent: absent means that it may. */
export const noPrivEsc: Check = {
  id: ID,
  title: 'no process gains privileges',
  section: '2.1',
  severity: 'high',
  run: ({ subjects }) =>
    subjects.flatMap((subject) => {
      if (isWindowsPod(subject)) return [notOnWindows(ID, subject)];
      return eachContainer(ID, subject, ({ spec }) => {
        const value = field(securityOf(spec), 'allowPrivilegeEscalation') ?? undefined;
        const read = `securityContext.allowPrivilegeEscalation: ${value === undefined ? 'not set' : value}`;
        if (value === false) return { verdict: 'pass', read, reason: 'setuid programs gain nothing' };
        return { verdict: 'fail', read, reason: 'a setuid program makes root of any user', remedy: REMEDY };
      });
    }),
};
