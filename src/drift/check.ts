import { type KubeObject, keyOf, type ObjectRef, refOf } from '../kubernetes/object.ts';
import type { Helm } from '../release/helm.ts';
import { latest, type Revision } from '../release/history.ts';
import { lastHealthy } from '../release/last-healthy.ts';
import { parseManifest } from '../release/manifest.ts';
import { findDrift, scaledWorkloads, type Trio } from './drift.ts';
import type { Finding } from './finding.ts';
import { withHelmMetadata } from './helm-object.ts';
import type { IgnoreRule } from './ignore.ts';

/** An object that the API server did not show, and what it said. */
export interface Unread {
  object: ObjectRef;
  reason: string;
}

/** The live side of a release: reads and dry runs, nothing is written. */
export interface LiveView {
  /** What is there, managedFields included; what does not exist is left out. Throws when the API server is away. */
  look(refs: readonly ObjectRef[]): Promise<{ objects: KubeObject[]; refused: Unread[] }>;
  /** What a server-side apply of these objects in Helm's name would make of them; the ones that were refused are left out. */
  apply(objects: readonly KubeObject[]): Promise<{ objects: KubeObject[]; problems: string[] }>;
  /** By key (keyOf), the paths on which the same apply without force conflicts; objects without an answer are left out. */
  conflicts(objects: readonly KubeObject[]): Promise<Map<string, string[]>>;
  /** The HorizontalPodAutoscalers of these namespaces, as far as they may be read. */
  autoscalers(namespaces: readonly string[]): Promise<KubeObject[]>;
}

/** What a look at a release found. */
export interface DriftCheck {
  /** The revision whose manifest was compared. */
  revision: Revision;
  findings: Finding[];
  /** The live objects, for the Secrets among them. */
  live: KubeObject[];
  method: 'ssa' | 'csa';
  /** Objects that could not be read at all: nothing is known of them. */
  unread: Unread[];
  /** Objects that were compared without the API server's own view of them, and what it said. */
  readOnly: { objects: ObjectRef[]; problems: string[] };
  objects: number;
}

/** The API server works on: while an object changes between the two looks, it is looked at again so often. */
const LOOKS = 3;

/**
 * Compares the manifest of the last healthy revision with what is there. Undefined when there is no such revision. Writes nothing.
 * Throws HelmError, ManifestError, and what `view.look` throws when the API server is away.
 */
export async function checkDrift(
  helm: Pick<Helm, 'manifest' | 'applyMethod' | 'target'>,
  view: LiveView,
  history: readonly Revision[],
  ignore: readonly IgnoreRule[],
): Promise<DriftCheck | undefined> {
  const revision = comparedRevision(history);
  if (!revision) return undefined;
  const { release, namespace } = helm.target;
  const [text, method] = await Promise.all([helm.manifest(revision.number), helm.applyMethod(revision.number)]);
  const manifests = parseManifest(text, namespace)
    .filter((object) => object.metadata.name)
    .map((object) => withHelmMetadata(object, release, namespace));
  const [seen, autoscalers] = await Promise.all([
    lookTwice(view, manifests),
    view.autoscalers(sizedNamespaces(manifests)),
  ]);
  const question = {
    release,
    namespace,
    ignore,
    method: method ?? 'csa',
    newest: latest(history)?.number === revision.number,
    scaled: scaledWorkloads([...manifests, ...autoscalers]),
  } as const;
  const first = findDrift({ ...question, trios: seen.trios });
  const findings = await proved(view, seen.trios, first, question);
  return {
    revision,
    findings,
    live: seen.trios.flatMap(({ live }) => live ?? []),
    method: question.method,
    unread: seen.unread,
    readOnly: seen.readOnly,
    objects: manifests.length,
  };
}

/** The revision that the cluster is compared with: what Helm calls deployed, unless somebody rolled back from it. */
export function comparedRevision(history: readonly Revision[]): Revision | undefined {
  if (latest(history)?.status === 'uninstalled') return undefined;
  return lastHealthy(history, { deployedIs: 'healthy' })?.revision;
}

/** Whether the release has drifted; undefined when nothing is known to have, but not everything could be read. */
export function hasDrifted({ findings, unread }: Pick<DriftCheck, 'findings' | 'unread'>): boolean | undefined {
  if (findings.some(({ verdict }) => verdict !== 'ignored')) return true;
  return unread.length > 0 ? undefined : false;
}

interface Looked {
  trios: Trio[];
  unread: Unread[];
  readOnly: DriftCheck['readOnly'];
}

/** Reads and dry run side by side; objects that a controller changed in between are looked at again. */
async function lookTwice(view: LiveView, manifests: readonly KubeObject[]): Promise<Looked> {
  const live = new Map<string, KubeObject>();
  const applied = new Map<string, KubeObject>();
  const problems = new Set<string>();
  let unread: Unread[] = [];
  let open: readonly KubeObject[] = manifests;
  for (let round = 1; open.length > 0 && round <= LOOKS; round += 1) {
    const [there, tried] = await Promise.all([view.look(open.map(refOf)), view.apply(open)]);
    if (round === 1) unread = there.refused;
    for (const object of there.objects) live.set(keyOf(refOf(object)), object);
    for (const object of tried.objects) applied.set(keyOf(refOf(object)), object);
    for (const problem of tried.problems) problems.add(problem);
    open = open.filter((object) => {
      const [a, b] = [find(live, object), find(applied, object)];
      return a && b && a.metadata.resourceVersion !== b.metadata.resourceVersion;
    });
  }
  const hidden = new Set(unread.map(({ object }) => keyOf(object)));
  const shown = manifests.filter((object) => !hidden.has(keyOf(refOf(object))));
  const trios = shown.map((manifest) => ({ manifest, live: find(live, manifest), applied: find(applied, manifest) }));
  const alone = trios.filter((trio) => trio.live && !trio.applied).map(({ manifest }) => refOf(manifest));
  return { trios, unread, readOnly: { objects: alone, problems: alone.length > 0 ? [...problems] : [] } };
}

/** A manifest gives a cluster-wide custom resource the release's namespace; the API server does not. */
function find(objects: ReadonlyMap<string, KubeObject>, manifest: KubeObject): KubeObject | undefined {
  const ref = refOf(manifest);
  return objects.get(keyOf(ref)) ?? objects.get(keyOf({ ...ref, namespace: undefined }));
}

function sizedNamespaces(manifests: readonly KubeObject[]): string[] {
  const sized = manifests.filter(({ spec }) => (spec as { replicas?: unknown } | undefined)?.replicas !== undefined);
  return [...new Set(sized.flatMap(({ metadata }) => metadata.namespace ?? []))];
}

function isSuspect({ next, verdict }: Finding): boolean {
  return next === 'conflict' || verdict === 'foreign';
}

/** What is said to conflict is proved by a dry run without force; without an answer it stays as managedFields tell it. */
async function proved(
  view: LiveView,
  trios: readonly Trio[],
  findings: Finding[],
  question: Omit<Parameters<typeof findDrift>[0], 'trios'>,
): Promise<Finding[]> {
  if (question.method !== 'ssa') return findings;
  const suspects = new Set(findings.filter(isSuspect).map(({ object }) => keyOf(object)));
  if (suspects.size === 0) return findings;
  const asked = trios.filter(({ live }) => live && suspects.has(keyOf(refOf(live))));
  const answers = await view.conflicts(asked.map(({ manifest }) => manifest));
  const known = trios.map((trio) => {
    const conflicts = answers.get(keyOf(refOf(trio.manifest)));
    return conflicts ? { ...trio, conflicts } : trio;
  });
  return findDrift({ ...question, trios: known });
}
