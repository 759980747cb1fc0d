import { pluginObjects } from '../../diff/plugin-text.ts';
import { run } from '../../process/run.ts';
import type { ChartSource, TemplateFor } from '../../release/helm-args.ts';
import { PluginError, runHelmDiff } from '../../release/helm-diff.ts';
import { latest, type Revision } from '../../release/history.ts';
import type { DiffObject } from '../../report/report.ts';
import type { ReaderJob } from '../job.ts';
import type { Session } from '../prepare/prepare.ts';

/** What the helm-diff plugin says of an upgrade. */
export interface PluginFindings {
  objects: DiffObject[];
  against: string;
  warnings: string[];
}

interface Question {
  plugin: string;
  source: ChartSource;
  cluster: TemplateFor;
  history: readonly Revision[];
}

/**
 * The set and the text of the changed objects as the installed plugin has them, object by object, so that they are hidden, cut
 * and counted like our own. Throws PluginError.
 */
export async function pluginDiff({ say }: ReaderJob, session: Session, question: Question): Promise<PluginFindings> {
  const { plugin, source, cluster, history } = question;
  say(`Comparing with helm diff ${plugin} (diff-engine: helm-diff)`);
  const { text, changed } = await runHelmDiff(run, session.helmTool, session.helm.target, source, cluster);
  const objects = changed ? pluginObjects(text).map((object) => ({ ...object, noise: false })) : [];
  if (changed && objects.length === 0)
    throw new PluginError('helm diff says that something changes, but shows nothing');
  const newest = latest(history);
  const what = newest
    ? `revision ${newest.number}, ${newest.status} (the newest one)`
    : 'nothing: this is a first install';
  // https://github.com/databus23/helm-diff/issues/306
  const misleads = newest !== undefined && newest.status !== 'deployed';
  return {
    objects,
    against: `${what}, as helm diff ${plugin} compares it`,
    warnings: misleads
      ? [`helm diff compares with revision ${newest.number} although it is \`${newest.status}\` and not what runs`]
      : [],
  };
}
