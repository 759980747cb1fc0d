import type { AuditFacts } from '../check.ts';

/** Reads from a release once what every workload asks for: a release of hundreds of objects is not searched for each. */
export function oncePerRelease<T>(read: (facts: AuditFacts) => T): (facts: AuditFacts) => T {
  const known = new WeakMap<AuditFacts, { value: T }>();
  return (facts) => {
    const found = known.get(facts) ?? { value: read(facts) };
    known.set(facts, found);
    return found.value;
  };
}
