import type { AuditFacts, Check, Finding } from '../check.ts';
import { about } from '../finding.ts';
import { LATEST_MINOR, review, reviewedPod } from '../pod-security/review.ts';
import type { Subject } from '../subject.ts';

const ID = 'pss-restricted';
const REMEDY = `spec:
  securityContext:
    runAsNonRoot: true
    seccompProfile: {type: RuntimeDefault}
  containers:
    - securityContext:
        allowPrivilegeEscalation: false
        capabilities: {drop: [ALL]}`;

/** Whether a namespace that enforces `restricted` admits the pod, in one finding: most controls have a check of their own. */
export const pssRestricted: Check = {
  id: ID,
  title: 'Pod Security `restricted` admits the pod',
  section: '2.1',
  severity: 'medium',
  run: ({ subjects, minor }: AuditFacts) => subjects.map((subject) => judge(subject, minor ?? LATEST_MINOR)),
};

function judge(subject: Subject, minor: number): Finding {
  const rulings = review(reviewedPod(subject), 'restricted', minor);
  const broken = rulings.filter(({ violations }) => violations.length > 0);
  if (broken.length === 0) {
    const read = `${rulings.length} controls of Kubernetes 1.${minor}`;
    return about(ID, subject, {
      verdict: 'pass',
      read,
      reason: 'a namespace that enforces `restricted` admits the pod',
    });
  }
  const controls = broken.map(({ control }) => `\`${control.id}\``).join(', ');
  return about(ID, subject, {
    verdict: 'fail',
    read: broken.map(({ violations: [first] }) => first?.read ?? '').join('; '),
    reason: `a namespace that enforces \`restricted\` refuses the pod: ${controls}`,
    remedy: REMEDY,
  });
}
