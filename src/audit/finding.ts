import { at } from '../diff/values.ts';
import type { AuditVerdict, Finding } from './check.ts';
import type { Subject, SubjectContainer } from './subject.ts';

/** What a check says, without whom it says it of. */
export interface Says {
  verdict: AuditVerdict;
  read: string;
  reason: string;
  remedy?: string;
}

/** A finding about a workload, or about one of its containers. */
export function about(check: string, { ref }: Subject, says: Says, container?: string): Finding {
  return { check, object: ref, remedy: '', ...says, ...(container === undefined ? {} : { container }) };
}

/**
 * Asks the question of every container and gives a finding for each that does not pass. When all pass there is one finding for
 * the workload, with what was read of the first.
 */
export function eachContainer(check: string, subject: Subject, ask: (container: SubjectContainer) => Says): Finding[] {
  const answers = subject.containers.map((container) => ({ container, says: ask(container) }));
  const telling = answers.filter(({ says }) => says.verdict !== 'pass' && says.verdict !== 'skip');
  if (telling.length > 0) return telling.map(({ container, says }) => about(check, subject, says, container.spec.name));
  const [first] = answers;
  return first ? [about(check, subject, first.says)] : [];
}

/** True for a pod that asks for Windows: Linux security settings are refused there. */
export function isWindowsPod({ pod }: Subject): boolean {
  return at(pod, 'os', 'name') === 'windows' || at(pod, 'nodeSelector', 'kubernetes.io/os') === 'windows';
}

/** The finding of a Linux check on a Windows pod. */
export function notOnWindows(check: string, subject: Subject): Finding {
  const reason = 'the pod runs on Windows, which does not know this setting';
  return about(check, subject, { verdict: 'skip', read: 'os.name: windows', reason });
}
