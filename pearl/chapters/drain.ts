import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import { asTold } from '../../demo/told.ts';
import type { Place } from '../place.ts';
import type { Scene } from '../scene.ts';

/** Drains the node with the most pods while somebody counts; resolves with the fewest ready pods of any workload meanwhile. */
export async function drain({ place, terminal }: Scene): Promise<number> {
  terminal.chapter('5  A node is drained');
  const { items } = await place.live<{ items: Pod[] }>('pods');
  const nodes = Map.groupBy(items, (pod) => pod.spec?.nodeName ?? '');
  const [node = '', pods = []] = [...nodes].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [];
  const over = new AbortController();
  const counting = lowestReady(place, over.signal);
  try {
    const flags = ['--ignore-daemonsets', '--delete-emptydir-data', '--timeout=120s'];
    await place.run('kubectl', 'drain', node, '--pod-selector=app.kubernetes.io/part-of=pearl', ...flags);
    await allReady(place);
  } finally {
    over.abort();
    await place.run('kubectl', 'uncordon', node);
  }
  const { lowest, looks } = await counting;
  asTold('during the drain', 'at least one ready pod of every workload', lowest >= 1, true);
  terminal.facts(`kubectl drain ${node}:`, [
    ['evicted', `${pods.length} pods, each only when its disruption budget let it go`],
    ['meanwhile', `never fewer than ${lowest} ready pods of any workload, in ${looks} looks`],
  ]);
  return lowest;
}

async function counts(place: Place): Promise<{ ready: number; wanted: number }[]> {
  const { items } = await place.live<{ items: Deployment[] }>('deployments,statefulsets');
  return items.map(({ spec, status }) => ({ ready: status?.readyReplicas ?? 0, wanted: spec?.replicas ?? 1 }));
}

async function lowestReady(place: Place, over: AbortSignal): Promise<{ lowest: number; looks: number }> {
  let lowest = Number.POSITIVE_INFINITY;
  let looks = 0;
  while (!over.aborted) {
    lowest = Math.min(lowest, ...(await counts(place)).map(({ ready }) => ready));
    looks += 1;
    await sleep(100);
  }
  return { lowest, looks };
}

/** Waits until all pods are back; throws after two minutes. */
async function allReady(place: Place): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await counts(place)).every(({ ready, wanted }) => ready === wanted)) {
    if (Date.now() > deadline) throw new Error('not all pods came back within 2 minutes of the drain');
    await sleep(300);
  }
}
