import type { AuditReport } from '../../audit/summary.ts';
import type { KubeObject } from '../../kubernetes/object.ts';
import type { Rendered } from '../../release/helm.ts';
import { deployed, type Revision } from '../../release/history.ts';
import type { Facts } from '../../release/inspect.ts';
import { chartAudit, minorOf, objectsIn } from '../audit/chart-audit.ts';
import type { WriterJob } from '../job.ts';

/** The hooks of the deployed revision, for the audit; read beside the inspection. Empty when nothing is to be audited. */
export async function storedHooks({ session, inputs }: WriterJob, history: readonly Revision[]): Promise<string> {
  const current = deployed(history);
  return inputs.audit === 'off' || !current ? '' : session.helm.hooks(current.number);
}

/** The chart's readiness, compared with the deployed revision's. */
export function deployAudit(
  { session, inputs }: WriterJob,
  { history, rendered, before }: Facts,
  { hooks }: Rendered,
  oldHooks: string,
): AuditReport | undefined {
  const current = deployed(history);
  const objects = (text: string): KubeObject[] => objectsIn(text, inputs.namespace);
  return chartAudit(inputs, {
    now: [...rendered, ...hooks.flatMap((hook) => objects(hook.manifest))],
    before: [...before, ...objects(oldHooks)],
    against: current ? `revision ${current.number}` : '',
    minor: minorOf(session.server),
  });
}
