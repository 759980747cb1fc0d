import { at, isMap } from '../diff/values.ts';
import { podTemplateOf } from '../diff/workloads.ts';
import { type KubeObject, keyOf, refOf } from '../kubernetes/object.ts';
import type { Finding } from './check.ts';
import type { Profile } from './profile.ts';

const PREFIX = 'helm-rollout.io/skip.';

/** What the annotations of an object and of its pod template say about checks: the reason by check id, maybe empty. */
type Skips = ReadonlyMap<string, string>;

/** Why findings do not count: by annotation of their object, or by the profile. */
export interface Exemptions {
  /** The reason why this finding is exempted; undefined when it counts. */
  reasonFor(finding: Finding): string | undefined;
  /** Annotations that exempt nothing: without a reason, or naming a check that does not exist. */
  idle: Finding[];
}

/** Reads the exemptions of a release. A blank reason exempts nothing and is itself a finding; so is an unknown check. */
export function exemptionsOf(
  objects: readonly KubeObject[],
  { exemptions }: Profile,
  known: ReadonlySet<string>,
): Exemptions {
  const skips = new Map<string, Skips>();
  const idle: Finding[] = [];
  for (const object of objects) {
    const found = skipsOf(object);
    if (found.size === 0) continue;
    skips.set(keyOf(refOf(object)), found);
    for (const [check, reason] of found) {
      const problem = known.has(check) ? '' : `there is no check \`${check}\``;
      const missing = reason === '' ? 'it gives no reason, so it exempts nothing' : problem;
      if (missing) idle.push(idleAnnotation(object, check, missing));
    }
  }
  return {
    reasonFor({ check, object }) {
      const own = skips.get(keyOf(object))?.get(check);
      if (own) return own;
      const row = exemptions.find((one) => {
        const here = one.namespace === undefined || one.namespace === object.namespace;
        return one.check === check && one.kind === object.kind && one.name === object.name && here;
      });
      return row?.reason;
    },
    idle,
  };
}

function skipsOf(object: KubeObject): Map<string, string> {
  const found = new Map<string, string>();
  for (const annotations of [at(podTemplateOf(object), 'metadata', 'annotations'), object.metadata.annotations]) {
    for (const [name, value] of Object.entries(isMap(annotations) ? annotations : {})) {
      if (name.startsWith(PREFIX)) found.set(name.slice(PREFIX.length), String(value ?? '').trim());
    }
  }
  return found;
}

function idleAnnotation(object: KubeObject, check: string, reason: string): Finding {
  return {
    check,
    object: refOf(object),
    verdict: 'warn',
    read: `annotation ${PREFIX}${check}`,
    reason: `the annotation is of no use: ${reason}`,
    remedy: `metadata:\n  annotations:\n    ${PREFIX}${check}: "<why this object need not pass>"`,
  };
}
