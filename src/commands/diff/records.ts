import { readRecord } from '../../cluster/record.ts';
import { run } from '../../process/run.ts';
import { chartCrds } from '../../release/chart-crds.ts';
import type { ChartSource } from '../../release/helm-args.ts';
import { latest, type Revision } from '../../release/history.ts';
import { type RecordFacts, recordFacts, recordName, recordsAre } from '../../release/record.ts';
import type { Session } from '../prepare/prepare.ts';

/** What Helm's own records say of a release. */
export interface DiffRecords {
  /** Of the last revision, by which an upgrade goes. */
  last: RecordFacts | undefined;
  /** `crds/` of the revision compared with and of the new chart; undefined when one of them is not known. */
  crds: { old: string; new: string } | undefined;
  notChecked: string[];
}

/** Reads the records of the last revision and of the one compared with, once when they are the same. Never throws for a record. */
export async function diffRecords(
  session: Session,
  source: ChartSource,
  history: readonly Revision[],
  base: Revision | undefined,
): Promise<DiffRecords> {
  const newest = latest(history);
  const [last, crdsNow] = await Promise.all([newest && recordOf(session, newest.number), chartCrds(source.chart)]);
  const compared = base && base.number !== newest?.number ? await recordOf(session, base.number) : last;
  const old = base ? compared?.crds : '';
  if (old !== undefined && crdsNow !== undefined) return { last, crds: { old, new: crdsNow }, notChecked: [] };
  // A chart without CRDs has nothing to miss, as far as one can see.
  const nothing = !old && !crdsNow;
  const why =
    crdsNow === undefined ? 'the chart is packaged' : `Helm's record of revision ${base?.number} could not be read`;
  return { last, crds: undefined, notChecked: nothing ? [] : [`CRDs in crds/ (${why})`] };
}

async function recordOf({ helm, kubectl }: Session, revision: number): Promise<RecordFacts> {
  const { release, namespace } = helm.target;
  const field =
    recordsAre(process.env.HELM_DRIVER) === 'in secrets'
      ? await readRecord(kubectl, run, namespace, recordName(release, revision))
      : undefined;
  if (field !== undefined) return recordFacts(field);
  const applyMethod = await helm.applyMethod(revision).catch(() => undefined);
  return { writtenBy: undefined, applyMethod, crds: undefined };
}
