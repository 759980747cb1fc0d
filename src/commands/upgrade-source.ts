import { writePrivate } from '../cluster/kubeconfig.ts';
import type { ChartSource } from '../release/helm-args.ts';
import { deployed, latest, type Revision } from '../release/history.ts';
import { secretsInValues } from '../report/release-secrets.ts';
import type { Session } from './prepare.ts';

/**
 * The chart with the values that `helm upgrade` will use: when none are given it takes those of the release once more
 * (https://github.com/helm/helm/blob/v3.22.0/pkg/action/upgrade.go, reuseValues), which `helm template` does not. Takes what is
 * secret among them, because an error of Helm's may quote it.
 */
export async function upgradeSource(
  session: Session,
  history: readonly Revision[],
  learn: (secrets: readonly string[]) => void,
): Promise<ChartSource> {
  const { source, helm, folder } = session;
  const current = deployed(history) ?? latest(history);
  const given = source.valueFiles.length + source.set.length + source.setString.length > 0;
  if (given || current === undefined) return source;
  const values = await helm.values(current.number);
  learn(secretsInValues(JSON.parse(values), [session.chartValues]));
  return { ...source, valueFiles: [await writePrivate(folder, 'values-of-the-release.json', values)] };
}
