import type { DriftCheck } from '../drift/check.ts';
import type { AdoptReport } from '../report/drift-report.ts';
import type { DriftJob } from './drift.ts';

export async function adoptReport(_job: DriftJob, _check: DriftCheck): Promise<AdoptReport | undefined> {
  return undefined;
}
