import { dryApply } from '../../cluster/dry-apply.ts';
import { conflictsIn, conflictWarning } from '../../diff/conflicts.ts';
import { HELM_MANAGER } from '../../drift/managers.ts';
import { type KubeObject, keyOf, refOf, titleOf } from '../../kubernetes/object.ts';
import { run } from '../../process/run.ts';
import { chartBytes } from '../../release/chart-size.ts';
import { HelmError } from '../../release/helm.ts';
import type { ChartSource } from '../../release/helm-args.ts';
import { isPending, latest, type Revision } from '../../release/history.ts';
import {
  isSurelySmall,
  RECORD_ALARM,
  RECORD_LIMIT,
  type RecordFacts,
  type RecordSize,
  recordSize,
  recordsAre,
  SLIM_DOWN,
  sizeSentence,
} from '../../release/record.ts';
import type { Session } from '../prepare/prepare.ts';

/** What was found beside the diff itself, and what could not be looked at. */
export interface Checks {
  warnings: string[];
  /** Each with its reason: `field conflicts (…)`. */
  notChecked: string[];
  /** Fields of others that the upgrade would take, each with the object's key. */
  conflicts: { key: string; warning: string }[];
}

/** What the checks look at. */
export interface CheckFacts {
  source: ChartSource;
  history: readonly Revision[];
  /** Helm's record of the last revision. */
  record: RecordFacts | undefined;
  /** The objects of the deployed release and of the new manifest. */
  old: readonly KubeObject[];
  now: readonly KubeObject[];
  /** Length of the rendered text, in bytes. */
  renderedBytes: number;
}

/** Whether Helm will be able to store the release, who wrote its last record, and whose fields the upgrade would take. */
export async function checkUpgrade(session: Session, facts: CheckFacts): Promise<Checks> {
  const { history, record } = facts;
  const last = latest(history);
  const onServer = record?.applyMethod === 'ssa' && session.helm.major === 4;
  const [size, conflicts] = await Promise.all([
    checkSize(session, facts),
    onServer ? checkConflicts(session, facts) : NONE,
  ]);
  const all = [size, last && record ? checkMajor(session, last, record) : NONE, conflicts];
  return {
    warnings: all.flatMap((c) => c.warnings),
    notChecked: all.flatMap((c) => c.notChecked),
    conflicts: conflicts.conflicts,
  };
}

const NONE: Checks = { warnings: [], notChecked: [], conflicts: [] };

async function checkSize({ helm }: Session, { source, history, renderedBytes }: CheckFacts): Promise<Checks> {
  if (recordsAre(process.env.HELM_DRIVER) === 'elsewhere') return NONE;
  // In the record the chart's files stand in base64, and texts of many lines with escapes.
  const most = 2 * RECORD_LIMIT;
  if (isSurelySmall((4 / 3) * (await chartBytes(source.chart, most)) + 1.5 * renderedBytes)) return NONE;
  const what = 'the size of the release record';
  if (isPending(latest(history))) return { ...NONE, notChecked: [`${what} (a deploy is in progress)`] };
  try {
    const size = recordSize(await helm.record(source));
    return { ...NONE, warnings: size.bytes > RECORD_ALARM ? [sizeWarning(size)] : [] };
  } catch (error) {
    if (!(error instanceof HelmError)) throw error;
    return { ...NONE, notChecked: [`${what} (${error.message})`] };
  }
}

function sizeWarning(size: RecordSize): string {
  const end = size.bytes > RECORD_LIMIT ? ', so the deploy will be refused' : '';
  const what = `Helm's record of this release would be ${sizeSentence(size)}`;
  return `Release size: ${what}. Kubernetes takes at most 1 MiB${end}. ${SLIM_DOWN}`;
}

/** GitHub's images move from Helm 3 to Helm 4 without a word: https://github.com/actions/runner-images/issues/14748 */
function checkMajor({ helm }: Session, last: Revision, { writtenBy }: RecordFacts): Checks {
  if (writtenBy === undefined || writtenBy === helm.major) return NONE;
  const goesOn =
    helm.major === 4
      ? 'Helm 4 goes on applying this release on the client, as Helm 3 did'
      : 'Helm 3 applies on the client and does not keep the field owners that Helm 4 has set';
  const what = `Helm ${writtenBy} wrote revision ${last.number}, and this job runs Helm ${helm.version}`;
  const next = `if that is not meant, install Helm ${writtenBy} in a step before this one`;
  return { ...NONE, warnings: [`Helm major: ${what}. ${goesOn}; ${next}`] };
}

/** Helm's own dry run does not apply, so it shows no conflict; the API server does, asked as Helm will ask it. */
async function checkConflicts({ kubectl }: Session, { old, now }: CheckFacts): Promise<Checks> {
  const known = new Set(old.map((object) => keyOf(refOf(object))));
  const both = now.filter((object) => known.has(keyOf(refOf(object))));
  const refusals = await dryApply(kubectl, run, both, HELM_MANAGER);
  const seen = refusals.map(({ ref, said }) => ({ ref, said, conflicts: conflictsIn(said) }));
  const blind = seen.filter(({ conflicts }) => conflicts.length === 0);
  const why = blind[0]?.said.trim().split('\n')[0];
  return {
    warnings: [],
    conflicts: seen.flatMap(({ ref, conflicts }) =>
      conflicts.map((conflict) => ({ key: keyOf(ref), warning: conflictWarning(titleOf(ref), conflict) })),
    ),
    notChecked: blind.length > 0 ? [`field conflicts of ${blind.length} of ${both.length} objects (${why})`] : [],
  };
}
