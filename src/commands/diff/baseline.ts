import type { Kubectl } from '../../cluster/kubectl.ts';
import { type KubeObject, keyOf, refOf } from '../../kubernetes/object.ts';
import type { Helm } from '../../release/helm.ts';
import { deployed, latest, type Revision } from '../../release/history.ts';
import { lastHealthy } from '../../release/last-healthy.ts';
import { parseManifest } from '../../release/manifest.ts';
import { isWorkload, readiness } from '../../rollout/done.ts';
import { type ImageDifference, imageDifferences, imagesOf } from '../../rollout/images.ts';

/** What an upgrade is compared with. */
export interface DiffBaseline {
  /** The last healthy revision; undefined for a first install, or when no stored revision counts as healthy. */
  revision: Revision | undefined;
  manifest: string;
  hooks: string;
  /** Images that run although the deployed revision says others: this upgrade would replace them. */
  drift: ImageDifference[];
}

interface Ports {
  helm: Pick<Helm, 'manifest' | 'hooks' | 'target'>;
  kubectl: Pick<Kubectl, 'objects'>;
}

/**
 * The newest revision that counts as healthy, with its texts, and what runs beside it. The deployed manifest and the live
 * workloads are read once and serve both. With a newer revision on top (failed, or at work) what is live is not the deployed
 * revision's doing: it then proves no health and is no drift.
 */
export async function diffBaseline({ helm, kubectl }: Ports, history: readonly Revision[]): Promise<DiffBaseline> {
  const current = deployed(history);
  const manifest = current ? await helm.manifest(current.number) : '';
  const workloads = parseManifest(manifest, helm.target.namespace).filter(({ kind }) => isWorkload(kind));
  const onTop = current !== undefined && latest(history)?.number === current.number;
  const live = onTop ? await kubectl.objects(workloads.map(refOf)) : [];
  const deployedIs = onTop && allReady(workloads, live) ? 'healthy' : 'unclear';
  const revision = lastHealthy(history, { deployedIs })?.revision;
  return {
    revision,
    ...(await textsOf(helm, revision, current && { number: current.number, manifest })),
    drift: imageDifferences(imagesOf(workloads), imagesOf(live)),
  };
}

/** Every workload that the manifest names is there and has arrived; one that is gone has not. */
function allReady(workloads: readonly KubeObject[], live: readonly KubeObject[]): boolean {
  const ready = live.filter((object) => readiness(object, { waitForJobs: false }).done);
  const keys = new Set(ready.map((object) => keyOf(refOf(object))));
  return workloads.every((object) => keys.has(keyOf(refOf(object))));
}

async function textsOf(
  helm: Ports['helm'],
  revision: Revision | undefined,
  known: { number: number; manifest: string } | undefined,
): Promise<Pick<DiffBaseline, 'manifest' | 'hooks'>> {
  if (revision === undefined) return { manifest: '', hooks: '' };
  const [manifest, hooks] = await Promise.all([
    revision.number === known?.number ? known.manifest : helm.manifest(revision.number),
    helm.hooks(revision.number),
  ]);
  return { manifest, hooks };
}
