import type { LiveFacts } from '../audit/check.ts';
import { kindInfo, listPath } from '../kubernetes/kinds.ts';
import { groupOf, type KubeObject, type ObjectRef } from '../kubernetes/object.ts';
import type { Api } from './api.ts';
import { type Kubectl, KubectlError } from './kubectl.ts';

/** What could not be read, with the API server's words. */
type Refused = LiveFacts['refused'][number];

/** The live objects of a release and what could not be read of them. */
export interface LiveObjects {
  objects: KubeObject[];
  refused: Refused[];
}

/** Reads the live objects kind by kind, so that one that may not be read hides no other. Those that do not exist are left out. */
export async function readObjects(kubectl: Kubectl, refs: readonly ObjectRef[]): Promise<LiveObjects> {
  const kinds = [...Map.groupBy(refs, ({ apiVersion, kind }) => `${groupOf(apiVersion)}/${kind}`).values()];
  const read = await Promise.all(
    kinds.map(async (list): Promise<LiveObjects> => {
      try {
        return { objects: await kubectl.objects(list), refused: [] };
      } catch (error) {
        if (!(error instanceof KubectlError)) throw error;
        return { objects: [], refused: [{ kind: list[0]?.kind ?? '', message: words(error) }] };
      }
    }),
  );
  return { objects: read.flatMap(({ objects }) => objects), refused: read.flatMap(({ refused }) => refused) };
}

/** What is asked of the cluster beside the release's own objects. */
export interface LiveQuestion {
  namespaces: readonly string[];
  /** Names of Secrets by namespace, whose existence is asked for; nothing of them is kept. */
  secrets: readonly { namespace: string; name: string }[];
  released: readonly KubeObject[];
}

const LISTED = [
  ['v1', 'Pod'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['policy/v1', 'PodDisruptionBudget'],
  // May fill in requests that a container leaves out.
  ['v1', 'LimitRange'],
] as const;

/** Reads what only the cluster knows. Never throws for what may not be read: that is in `refused`. */
export async function readLive(api: Api, kubectl: Kubectl, question: LiveQuestion): Promise<LiveFacts> {
  const refused: Refused[] = [];
  const list = async (apiVersion: string, kind: string, namespace?: string): Promise<KubeObject[]> => {
    const info = kindInfo(apiVersion, kind);
    if (!info) return [];
    try {
      return (await api.list(listPath(info, namespace), {})).items;
    } catch (error) {
      refused.push({ kind, message: words(error) });
      return [];
    }
  };
  const [nodes, secrets, ...lists] = await Promise.all([
    list('v1', 'Node'),
    existing(kubectl, question.secrets, refused),
    ...question.namespaces.flatMap((namespace) => LISTED.map(([version, kind]) => list(version, kind, namespace))),
  ]);
  const all = lists.flat();
  return {
    released: question.released,
    pods: all.filter(({ kind }) => kind === 'Pod'),
    nodes,
    objects: all.filter(({ kind }) => kind !== 'Pod'),
    secrets,
    refused,
  };
}

async function existing(
  kubectl: Kubectl,
  wanted: LiveQuestion['secrets'],
  refused: Refused[],
): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>();
  const places = Map.groupBy(wanted, ({ namespace }) => namespace);
  const ask = async (namespace: string, names: readonly string[]): Promise<void> => {
    try {
      found.set(namespace, new Set(await kubectl.existingSecrets(namespace, [...new Set(names)])));
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error;
      refused.push({ kind: 'Secret', message: words(error) });
    }
  };
  await Promise.all(
    [...places].map(([namespace, uses]) =>
      ask(
        namespace,
        uses.map(({ name }) => name),
      ),
    ),
  );
  return found;
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
