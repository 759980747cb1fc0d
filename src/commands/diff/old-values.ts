import { writePrivate } from '../../cluster/kubeconfig.ts';
import { parseYaml } from '../../kubernetes/yaml.ts';
import { oldValuesOf } from '../../release/extra-args.ts';
import type { Helm } from '../../release/helm.ts';
import type { ChartSource } from '../../release/helm-args.ts';
import { deployed, latest, type Revision } from '../../release/history.ts';
import { secretsInValues } from '../../report/release-secrets.ts';

export interface OldValuesJob {
  helm: Pick<Helm, 'values'>;
  history: readonly Revision[];
  /** The private folder of this run: values may hold secrets. */
  folder: string;
  learn: (secrets: readonly string[]) => void;
}

/**
 * The chart source with the values that `helm upgrade` would take over from the last release, for `helm template`, which
 * asks no release. Helm does so for two of the flags, and also when no values are given at all:
 * https://github.com/helm/helm/blob/v3.22.0/pkg/action/upgrade.go (reuseValues)
 */
export async function withOldValues(source: ChartSource, job: OldValuesJob): Promise<ChartSource> {
  const what = oldValuesOf(source.extra ?? []);
  const given = source.valueFiles.length + source.set.length + source.setString.length > 0;
  const current = deployed(job.history) ?? latest(job.history);
  if (!current || what === 'reset' || (what === 'when-none-given' && given)) return source;
  const text = await job.helm.values(current.number, what === 'reuse');
  job.learn(secretsInValues(parseYaml(text)[0]));
  const file = await writePrivate(job.folder, 'old-values.yaml', text);
  return { ...source, valueFiles: [file, ...source.valueFiles] };
}
