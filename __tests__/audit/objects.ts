import type { Subject } from '../../src/audit/subject.ts';
import { subjectsOf } from '../../src/audit/subjects.ts';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import { parseManifest } from '../../src/release/manifest.ts';

/** The objects of a manifest in the namespace `pearl`. */
export function objects(manifest: string): KubeObject[] {
  return parseManifest(manifest, 'pearl');
}

/** The workloads of a manifest in the namespace `pearl`. */
export function subjects(manifest: string): Subject[] {
  return subjectsOf(objects(manifest));
}

/** The only workload of a manifest. */
export function subject(manifest: string): Subject {
  const [one, ...others] = subjects(manifest);
  if (!one || others.length > 0) throw new Error(`${others.length + (one ? 1 : 0)} workloads, one is wanted`);
  return one;
}
