import { equal } from '../diff/values.ts';
import { type KubeObject, keyOf, refOf } from '../kubernetes/object.ts';
import type { Finding } from './finding.ts';
import { valueAt } from './path.ts';

/** The findings before an upgrade to these objects: what the new chart says as it is live is neither overwritten nor in conflict. */
export function beforeUpgradeTo(rendered: readonly KubeObject[], findings: readonly Finding[]): Finding[] {
  const objects = new Map(rendered.map((object) => [keyOf(refOf(object)), object]));
  return findings.map((finding) => {
    const { object, path, live, verdict } = finding;
    if (verdict !== 'drift' || path.length === 0 || live === undefined) return finding;
    const next = objects.get(keyOf(object)) ?? objects.get(keyOf({ ...object, namespace: undefined }));
    return next && equal(valueAt(next, path), live) ? { ...finding, next: 'same' } : finding;
  });
}
