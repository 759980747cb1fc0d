import type { AuditFacts, Check, Finding } from '../check.ts';
import { about } from '../finding.ts';
import { LATEST_MINOR, review, reviewedPod } from '../pod-security/review.ts';
import type { Subject } from '../subject.ts';

const ID = 'pss-baseline';

/** What Pod Security admission refuses in a namespace that enforces `baseline`: a finding for each control that is not met. */
export const pssBaseline: Check = {
  id: ID,
  title: 'Pod Security `baseline` admits the pod',
  section: '2.1',
  severity: 'high',
  run: ({ subjects, minor }: AuditFacts) => subjects.flatMap((subject) => judge(subject, minor ?? LATEST_MINOR)),
};

function judge(subject: Subject, minor: number): Finding[] {
  const rulings = review(reviewedPod(subject), 'baseline', minor);
  const broken = rulings.filter(({ violations }) => violations.length > 0);
  if (broken.length === 0) {
    const read = `${rulings.length} controls of Kubernetes 1.${minor}`;
    return [
      about(ID, subject, { verdict: 'pass', read, reason: 'a namespace that enforces `baseline` admits the pod' }),
    ];
  }
  return broken.map(({ control, violations }) => {
    const containers = new Set(violations.map(({ container }) => container));
    const [only] = containers;
    const says = {
      verdict: 'fail' as const,
      read: [...new Set(violations.map(({ read }) => read))].join('; '),
      reason: `control \`${control.id}\`: a namespace that enforces \`baseline\` refuses the pod`,
      remedy: '# leave the field out',
    };
    return about(ID, subject, says, containers.size === 1 ? only : undefined);
  });
}
