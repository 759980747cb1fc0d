import { writePrivate } from '../cluster/kubeconfig.ts';
import { parseYaml } from '../kubernetes/yaml.ts';
import { oldValuesOf } from '../release/extra-args.ts';
import type { Helm } from '../release/helm.ts';
import type { ChartSource } from '../release/helm-args.ts';
import { deployed, latest, type Revision } from '../release/history.ts';
import { secretsInValues } from '../report/release-secrets.ts';
import type { Session } from './prepare/prepare.ts';

/**
 * The chart source with the values that `helm upgrade` would take over from the last release, for `helm template`, which
 * asks no release. Helm does so for two of the flags, and also when no values are given at all:
 * https://github.com/helm/helm/blob/v3.22.0/pkg/action/upgrade.go (reuseValues)
 */
export async function withOldValues(
  { source, helm, folder }: Pick<Session, 'source' | 'folder'> & { helm: Pick<Helm, 'values'> },
  history: readonly Revision[],
  learn: (secrets: readonly string[]) => void,
): Promise<ChartSource> {
  const what = oldValuesOf(source.extra ?? []);
  const given = source.valueFiles.length + source.set.length + source.setString.length > 0;
  const current = deployed(history) ?? latest(history);
  if (!current || what === 'reset' || (what === 'when-none-given' && given)) return source;
  const text = await helm.values(current.number, what === 'reuse');
  learn(secretsInValues(parseYaml(text)[0]));
  const file = await writePrivate(folder, 'old-values.yaml', text);
  return { ...source, valueFiles: [file, ...source.valueFiles] };
}
