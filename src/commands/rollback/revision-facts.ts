import type { Helm } from '../../release/helm.ts';
import type { Revision } from '../../release/history.ts';
import { unfitness } from '../../release/last-healthy.ts';
import { parseManifest } from '../../release/manifest.ts';
import { candidatesOf, deploymentOf } from '../../release/rollback-target.ts';
import type { RevisionRow } from '../../report/report.ts';
import { imagesOf } from '../../rollout/images.ts';

/** What the history table says beside Helm's own words. */
export interface RevisionFacts {
  manifests: ReadonlyMap<number, string>;
  rows: ReadonlyMap<number, Pick<RevisionRow, 'images' | 'commit' | 'by' | 'healthy'>>;
  /** The revisions that a rollback may go to, newest first. */
  candidates: Revision[];
}

/** So many of the newest revisions are looked into. */
export const ROWS = 10;

/** Each helm is a process of its own, on a runner with few cores. */
const AT_ONCE = 4;

/** Reads the manifests of the newest revisions that are not in `before`. One that cannot be read is left out. */
export async function revisionFacts(
  helm: Helm,
  history: readonly Revision[],
  before?: RevisionFacts,
): Promise<RevisionFacts> {
  const newest = history.slice(-ROWS);
  const manifests = new Map(before?.manifests);
  const wanted = newest.filter(({ number }) => !manifests.has(number));
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    await Promise.all(
      wanted.slice(at, at + AT_ONCE).map(async ({ number }) => {
        const manifest = await helm.manifest(number).catch(() => undefined);
        if (manifest !== undefined) manifests.set(number, manifest);
      }),
    );
  }
  const rows = newest.map((revision) => {
    const manifest = manifests.get(revision.number);
    const used = manifest === undefined ? [] : imagesOf(parseManifest(manifest, helm.target.namespace));
    const images = [...new Set(used.map(({ image }) => image))];
    const healthy = unfitness(revision, history) === undefined;
    return [revision.number, { images, ...deploymentOf(revision, history), healthy }] as const;
  });
  return { manifests, rows: new Map(rows), candidates: candidatesOf(history) };
}
