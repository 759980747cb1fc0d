import type { AuditReport } from '../audit/summary.ts';
import type { Rendered } from '../release/helm.ts';
import { deployed, type Revision } from '../release/history.ts';
import type { Facts } from '../release/inspect.ts';
import { chartAudit, minorOf } from './audit-report.ts';
import type { DeployJob } from './deploy.ts';

/** Manifest and hooks of the deployed revision, for the audit; read beside the inspection. */
export function storedTexts({ session, inputs }: DeployJob, history: readonly Revision[]): Promise<string[]> {
  const current = deployed(history);
  if (inputs.audit === 'off' || !current) return Promise.resolve([]);
  const texts = Promise.all([session.helm.manifest(current.number), session.helm.hooks(current.number)]);
  texts.catch(() => {});
  return texts;
}

/** The chart's readiness, compared with the deployed revision's. */
export function deployAudit(
  { session, inputs }: DeployJob,
  { history }: Facts,
  { manifest, hooks }: Rendered,
  before: readonly string[],
): AuditReport | undefined {
  const current = deployed(history);
  return chartAudit(inputs, {
    now: [manifest, ...hooks.map((hook) => hook.manifest)],
    before,
    against: current ? `revision ${current.number}` : '',
    minor: minorOf(session.server),
  });
}
