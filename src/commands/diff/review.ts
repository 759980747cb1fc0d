import { setTimeout as sleep } from 'node:timers/promises';
import { type Fingerprint, fingerprintOf, type Print, printsOf } from '../../diff/fingerprint.ts';
import { type Comparison, compareReviewed } from '../../diff/reviewed.ts';
import type { RunContext } from '../../github/context.ts';
import type { Revision } from '../../release/history.ts';
import { ManifestError, parseManifest } from '../../release/manifest.ts';
import { redactor } from '../../report/redact.ts';
import { secretsOf } from '../../report/release-secrets.ts';
import type { Job } from '../job.ts';
import { learnNamespaceSecrets } from '../known-secrets.ts';
import { withOldValues } from '../old-values.ts';
import { clusterOf, inputSecrets, publicWords, type Session } from '../prepare/prepare.ts';

/** A chart that writes the time renders the same twice within one second. */
const APART_MS = 1_100;

/** The render of a diff as the comment keeps it; undefined when the text is no manifest. `lookedUp`: see prints. */
export function fingerprintFor(
  job: Job,
  session: Session,
  text: string,
  lookedUp: readonly string[],
): Fingerprint | undefined {
  try {
    return fingerprintOf(prints(job, session, text, lookedUp), job.inputs.render === 'server');
  } catch (error) {
    if (error instanceof ManifestError) return undefined;
    throw error;
  }
}

/**
 * Compares what is deployed with what was reviewed. Both are rendered as that diff was: by `helm template` with the cluster's version
 * and API versions and the values that the release has kept, twice, so that what is random is told from what was changed.
 * `history`: before the upgrade. Throws HelmError or ManifestError.
 */
export async function compareWithReviewed(
  job: Job,
  session: Session,
  reviewed: Fingerprint,
  history: readonly Revision[],
): Promise<Comparison> {
  const [told, source] = await Promise.all([clusterOf(session), withOldValues(session, history, job.learn)]);
  const cluster = { isUpgrade: history.length > 0, ...told, lookup: reviewed.lookup };
  const lookedUp = reviewed.lookup ? await learnNamespaceSecrets(job, session) : [];
  const render = () => session.helm.template(source, cluster);
  const first = await render();
  await sleep(APART_MS);
  const second = await render();
  const printed = (text: string): Print[] => prints(job, session, text, lookedUp);
  return compareReviewed(reviewed, printed(first), printed(second));
}

/**
 * Hides what the render and the inputs say is secret, and `lookedUp`: what the chart could look up. Not what this run happens to have
 * read besides: the job of the diff and the job of the deploy may read different Secrets, and would print the same object differently.
 */
function prints(
  { inputs, context }: Job,
  { cluster, chartValues }: Session,
  text: string,
  lookedUp: readonly string[],
): Print[] {
  const objects = parseManifest(text, inputs.namespace);
  const rendered = secretsOf(objects, publicWords(inputs, chartValues, objects));
  const redact = redactor([...inputSecrets(inputs), ...rendered, ...lookedUp]);
  return printsOf(objects, { salt: cluster.salt, commits: commitsOf(context), redact });
}

/** On a pull request both its head and the merge commit that GitHub made for the run. */
function commitsOf({ sha, payload }: RunContext): string[] {
  const all = [sha, payload.pull_request?.head?.sha, payload.merge_group?.head_sha];
  return all.filter((commit) => commit !== undefined && commit.length === 40) as string[];
}
