import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.d.ts';
import type { Pod } from 'kubernetes-types/core/v1.d.ts';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.d.ts';
import type { Place } from './place.ts';

/** What the API server, Helm and the action's own reports say at the end; the definition of done is decided on it alone. */
export interface Facts {
  /** `Kind/name` of every workload of the plan → ready replicas and the nodes that its pods stand on. */
  workloads: Record<string, { ready: number; nodes: number }>;
  autoscalers: { name: string; active: boolean; targets: string[]; min: number; max: number }[];
  budgets: { name: string; allowed: number }[];
  /** UIDs that the containers of running pods declare; -1 where none is. */
  users: number[];
  /** `restricted` when the namespace enforces it and the API server found no pod that violates it; else what it said. */
  admission: string;
  /** Release → its newest revision's status and description. */
  releases: Record<string, { status: string; description: string }>;
  /** Release → the status of `command: drift`. */
  drift: Record<string, string>;
  /** Release → the status of `command: diff` with the values of production. */
  diff: Record<string, string>;
  /** Release → the checks that fail in `command: audit` with the plan's numbers. */
  audit: Record<string, string[]>;
  /** The fewest ready pods of any workload while a node was drained. */
  lowestWhileDrained: number;
}

interface List<T> {
  items: T[];
}

/** Reads what can be read; `drift`, `diff`, `audit`, the admission and the drain are what the chapters before saw. */
export async function readFacts(
  place: Place,
  seen: Pick<Facts, 'drift' | 'diff' | 'audit' | 'admission' | 'lowestWhileDrained'>,
): Promise<Facts> {
  const pods = (await place.live<List<Pod>>('pods')).items.filter((pod) => !pod.metadata?.deletionTimestamp);
  const workloads: Facts['workloads'] = {};
  for (const workload of place.systems.flatMap((system) => system.workloads.production)) {
    const object = await place.live<Deployment>(workload);
    const own = pods.filter((pod) => pod.metadata?.name?.startsWith(`${object.metadata?.name}-`));
    const nodes = new Set(own.map((pod) => pod.spec?.nodeName)).size;
    workloads[workload] = { ready: object.status?.readyReplicas ?? 0, nodes };
  }
  const releases: Facts['releases'] = {};
  for (const { release } of place.systems) {
    const history = JSON.parse(
      await place.run(place.helm, 'history', release, '--namespace', 'pearl', '--max', '1', '--output', 'json'),
    ) as { status: string; description: string }[];
    const [last] = history;
    releases[release] = { status: last?.status ?? 'none', description: last?.description ?? '' };
  }
  return {
    workloads,
    ...(await readObjects(place)),
    users: [
      ...new Set(
        pods.flatMap(({ spec }) =>
          (spec?.containers ?? []).map(
            ({ securityContext }) => securityContext?.runAsUser ?? spec?.securityContext?.runAsUser ?? -1,
          ),
        ),
      ),
    ],
    releases,
    ...seen,
  };
}

/** The autoscalers and disruption budgets of the namespace, as they are now. */
export async function readObjects(place: Place): Promise<Pick<Facts, 'autoscalers' | 'budgets'>> {
  const scalers = (await place.live<List<HorizontalPodAutoscaler>>('hpa')).items;
  const budgets = (await place.live<List<PodDisruptionBudget>>('pdb')).items;
  return {
    autoscalers: scalers.map(({ metadata, spec, status }) => ({
      name: metadata?.name ?? '',
      active: (status?.conditions ?? []).some(({ type, status: on }) => type === 'ScalingActive' && on === 'True'),
      targets: (spec?.metrics ?? []).map(({ resource }) => `${resource?.name} ${resource?.target.averageUtilization}%`),
      min: spec?.minReplicas ?? 1,
      max: spec?.maxReplicas ?? 0,
    })),
    budgets: budgets.map(({ metadata, status }) => ({
      name: metadata?.name ?? '',
      allowed: status?.disruptionsAllowed ?? 0,
    })),
  };
}
