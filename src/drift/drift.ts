import { isMap } from '../diff/values.ts';
import { kindInfo } from '../kubernetes/kinds.ts';
import { type KubeObject, keyOf, type ObjectRef, refOf } from '../kubernetes/object.ts';
import { ignoredReason, type Surroundings } from './classify.ts';
import { comparable, type Difference, differences, extras, isNamed, overlay } from './compare.ts';
import { isConflictAt } from './conflicts.ts';
import type { Finding, NextUpgrade } from './finding.ts';
import { asStored, HELM_METADATA, RELEASE_NAME, RELEASE_NAMESPACE } from './helm-object.ts';
import { HELM_MANAGER, isByHand, NOBODY, type Writer, whoWords, writerOf, writersOf } from './managers.ts';
import { lastField, pathText, type Step } from './path.ts';

/** One object of the release in its three states. */
export interface Trio {
  /** As the release's manifest has it, with Helm's own labels (withHelmMetadata). */
  manifest: KubeObject;
  /** What is there, managedFields included; undefined when nothing is. */
  live: KubeObject | undefined;
  /** What a server-side dry run of the manifest gives; undefined when the API server was not or could not be asked. */
  applied: KubeObject | undefined;
  /** The fields on which an apply without force would conflict; undefined when that was not asked. */
  conflicts?: readonly string[];
}

export interface DriftQuestion extends Surroundings {
  trios: readonly Trio[];
  release: string;
  namespace: string;
  /** How Helm applies this release: on the server (Helm 4), or by a merge on the client. */
  method: 'ssa' | 'csa';
}

/** Everything in which the cluster differs from the release, drift and what is none. Pure; `wanted` and `live` are raw. */
export function findDrift(question: DriftQuestion): Finding[] {
  return question.trios.flatMap((trio) => objectFindings(trio, question));
}

function objectFindings(given: Trio, question: DriftQuestion): Finding[] {
  const trio = { ...given, manifest: asStored(given.manifest) };
  const { manifest, live } = trio;
  if (!live) return [missing(manifest, question)];
  const owner = foreignOwner(live, question);
  if (owner !== undefined) return [foreign(trio, live, owner, question)];
  const orphan = live.metadata.annotations?.[RELEASE_NAME] === undefined;
  const wanted = comparable(manifest);
  const now = comparable(live);
  const applied = trio.applied ? comparable(trio.applied) : (overlay(wanted, now) as typeof wanted);
  const named = differences(applied, now).filter((difference) => isAnswer(manifest, difference));
  const seen = new Set(named.map(({ path }) => pathText(path)));
  const told = orphan ? named.filter(({ path }) => !HELM_METADATA.has(lastField(path))) : named;
  const found = [
    ...(orphan ? [foreign(trio, live, '', question)] : []),
    ...told.map((difference) => namedFinding(trio, live, difference, question)),
  ];
  const added = extras(wanted, now).filter(({ path }) => !seen.has(pathText(path)));
  return [...found, ...added.map((difference) => extraFinding(live, difference, question))];
}

/** What the apply put there although the manifest does not name it is the API server's own doing. */
function isAnswer(manifest: KubeObject, { path, wanted }: Difference): boolean {
  return wanted === undefined || isNamed(manifest, path);
}

function namedFinding(trio: Trio, live: KubeObject, difference: Difference, question: DriftQuestion): Finding {
  const { path } = difference;
  const writer = difference.live === undefined ? NOBODY : writerOf(live, path);
  const guessed = trio.applied === undefined && difference.live === undefined && !isTouched(live);
  const reason = guessed ? 'admission' : ignoredReason(live, difference, writer, { named: true, around: question });
  return finding(live, difference, writer, reason, nextOf(trio, path, writer, question));
}

function extraFinding(live: KubeObject, difference: Difference, question: DriftQuestion): Finding {
  const writers = writersOf(live, difference.path);
  const writer =
    writers.find(isByHand) ?? writers.find(({ manager }) => manager !== HELM_MANAGER) ?? writers[0] ?? NOBODY;
  const reason = ignoredReason(live, difference, writer, { named: false, around: question });
  return finding(live, difference, writer, reason, 'keep');
}

function finding(
  live: KubeObject,
  { path, wanted, live: value }: Difference,
  writer: Writer,
  reason: Finding['reason'],
  next: NextUpgrade,
): Finding {
  return {
    object: refOf(live),
    path,
    wanted,
    live: value,
    verdict: reason ? 'ignored' : 'drift',
    ...(reason ? { reason } : {}),
    who: whoWords(writer, path),
    ...(writer.at === undefined ? {} : { when: writer.at }),
    next,
  };
}

/** Somebody but Helm and the controllers has written this object at some time. */
function isTouched(live: KubeObject): boolean {
  return writersOf(live, []).some(isByHand);
}

/**
 * On the server, Helm's apply conflicts with whoever wrote another value. On the client, Helm's merge looks at the live object, but for
 * custom resources and CRDs only at the old and the new manifest: what was changed there by hand stays.
 */
function nextOf(
  { manifest, conflicts }: Trio,
  path: readonly Step[],
  writer: Writer,
  { method }: DriftQuestion,
): NextUpgrade {
  if (method === 'ssa') {
    const conflict = conflicts
      ? conflicts.some((text) => isConflictAt(text, path))
      : writer.manager !== '' && writer.manager !== HELM_MANAGER;
    return conflict ? 'conflict' : 'overwrite';
  }
  const custom =
    kindInfo(manifest.apiVersion, manifest.kind) === undefined || manifest.kind === 'CustomResourceDefinition';
  return custom ? 'keep' : 'overwrite';
}

function whole(
  object: ObjectRef,
  question: DriftQuestion,
): Pick<Finding, 'object' | 'path' | 'next'> & { configured: boolean } {
  const configured = question.ignore.some((rule) => rule.matches(object, []));
  return { object, path: [], next: 'overwrite', configured };
}

function missing(manifest: KubeObject, question: DriftQuestion): Finding {
  const { configured, ...rest } = whole(refOf(manifest), question);
  const spec = manifest.spec as { ttlSecondsAfterFinished?: unknown } | undefined;
  const done = manifest.kind === 'Job' && spec?.ttlSecondsAfterFinished !== undefined;
  const reason = configured ? 'configured' : done ? 'job-done' : undefined;
  const verdict = reason ? 'ignored' : 'missing';
  return { ...rest, wanted: manifest, live: undefined, verdict, ...(reason ? { reason } : {}), who: 'not recorded' };
}

/** Whatever it is that conflicts, the object as a whole is refused: equal quantities that are written otherwise do (`0.01`, `10m`). */
function wholeNext(trio: Trio, writer: Writer, question: DriftQuestion): NextUpgrade {
  if (question.method === 'ssa' && trio.conflicts) return trio.conflicts.length > 0 ? 'conflict' : 'overwrite';
  return nextOf(trio, OWNER_PATH, writer, question);
}

const OWNER_PATH: Step[] = [{ field: 'metadata' }, { field: 'annotations' }, { field: RELEASE_NAME }];

/** `owner`: another release that says it owns the object; empty: none does, so somebody made it by hand. */
function foreign(trio: Trio, live: KubeObject, owner: string, question: DriftQuestion): Finding {
  const { configured, ...rest } = whole(refOf(live), question);
  const writer = writerOf(live, owner === '' ? [{ field: 'spec' }] : OWNER_PATH);
  return {
    ...rest,
    wanted: `${question.namespace}/${question.release}`,
    live: owner,
    verdict: configured ? 'ignored' : 'foreign',
    ...(configured ? { reason: 'configured' } : {}),
    who: whoWords(writer, []),
    ...(writer.at === undefined ? {} : { when: writer.at }),
    next: wholeNext(trio, owner === '' ? NOBODY : writer, question),
  };
}

/** `namespace/release` of another release that says it owns the object. */
function foreignOwner(live: KubeObject, { release, namespace }: DriftQuestion): string | undefined {
  const { [RELEASE_NAME]: name, [RELEASE_NAMESPACE]: home } = live.metadata.annotations ?? {};
  if (name === undefined || (name === release && (home ?? namespace) === namespace)) return undefined;
  return `${home ?? '?'}/${name}`;
}

/** The keys of the workloads that HorizontalPodAutoscalers or KEDA's ScaledObjects among these objects size. */
export function scaledWorkloads(objects: readonly KubeObject[]): Set<string> {
  const keys = objects.flatMap((object) => {
    const makesSize = object.kind === 'HorizontalPodAutoscaler' || object.kind === 'ScaledObject';
    const target = (object.spec as { scaleTargetRef?: unknown } | undefined)?.scaleTargetRef;
    if (!makesSize || !isMap(target)) return [];
    const { apiVersion = 'apps/v1', kind = 'Deployment', name } = target as Partial<ObjectRef>;
    return name === undefined ? [] : [keyOf({ apiVersion, kind, name, namespace: object.metadata.namespace })];
  });
  return new Set(keys);
}
